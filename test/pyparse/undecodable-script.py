# A script that is not UTF-8, or has NUL bytes: pyvm says what the interpreter says, which reads the file line by line.
# RUN: %python %s %t
import pathlib
import subprocess
import sys

SCRIPTS = [
    b"x = '\xff'\n", b"x = 1\n# \xff\n", b"print(1)\n\xff", b"x = 1\n\ny 1\nab\xff\n", b"x = (1,\n '\xff')\n", b"\n\n\xe2\x82",
    b"'''\n\xff'''\n", b"print(1)\r\n'\xff'", b"\xc3\xa9 = '\xed\xa0\x80'", b"if 1:\nx\n\xff\n", b"x = '''abc\n\xff\n", b"\xff",
    # an error that comes first
    b" x\n\xff\n", b"x = )\n\xff\n", b"x = 'abc\n\xff\n",
    # with an encoding the bytes are decoded lazily
    b"# coding: utf-8\nx = 1\n'\xff'\n", b"# coding: utf-8\nprint(1) # \xff\n", b"\xef\xbb\xbfx = '\xff'\n", b"# coding: latin-1\nprint(ascii('\xff'))\n",
    # NUL bytes
    b"x = 1\0\n", b"# a\0b\nprint(1)\n", b"print(1)\n# a\0b\nx y\n", b"\0\n", b"print(1)\n\0", b"print(1)\n\0\nprint(2)\n", b"a = 1\nb\0c\na = 2\nprint(ba)\n",
]


def main():
    path = pathlib.Path(sys.argv[1] + ".py")
    failures = 0
    for script in SCRIPTS:
        path.write_bytes(script)
        expected, ours = (subprocess.run([tool, path], capture_output=True) for tool in (sys.executable, "pyvm"))
        if (expected.returncode, expected.stdout, expected.stderr) == (ours.returncode, ours.stdout, ours.stderr):
            continue
        failures += 1
        print(f"{script!r}\nCPython: {expected}\nours: {ours}")
    sys.exit(failures > 0)


if __name__ == "__main__":
    main()
