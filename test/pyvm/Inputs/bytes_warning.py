def attempt(function):
    try:
        print(function())
    except BytesWarning as error:
        print("BytesWarning:", error)


attempt(lambda: "a" == b"a")
attempt(lambda: b"a" != "a")
attempt(lambda: b"a" == 97)
attempt(lambda: bytearray(b"a") == "a")
attempt(lambda: str(b"x"))
attempt(lambda: str(bytearray(b"x")))
attempt(lambda: f"{b'y'}")
attempt(lambda: "a" in [b"a"])
attempt(lambda: b"a" == b"a")
