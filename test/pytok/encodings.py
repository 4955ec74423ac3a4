# Cookies, byte-order marks and bytes that cannot be decoded: pytok, pyparse and pytok --untokenize against CPython.
# RUN: %python %s %t
import ast
import io
import pathlib
import subprocess
import sys
import tokenize
import warnings

TEXTS = {
    "äöüß": "utf-8 UTF8 utf_8 U8 utf-8-sig utf_8_sig UTF-8-x latin-1 Latin_1 L1 iso-8859-1 iso-8859-1-unix iso-latin-1 8859 "
            "iso8859-15 ISO_8859-15 latin9 cp1252 windows-1252 1252 cp437 IBM437 437 mac_roman macintosh cp850 hp-roman8",
    "Привет": "koi8-r koi8_r koi8-u cp1251 iso-8859-5 cyrillic cp866 mac-cyrillic ptcp154 iso2022_jp",
    "日本語\\": "shift_jis sjis s-jis cp932 ms932 euc_jp EUC-JP ujis iso-2022-jp shift_jis_2004 euc_jis_2004",
    "中文测试": "gbk 936 gb2312 gb18030 euc_cn",
    "中文": "big5 Big5-HKSCS cp950",
    "한국어": "euc_kr cp949 uhc johab",
    "αβγ": "iso-8859-7 greek cp1253 cp737 cp869", "שלום": "iso-8859-8 cp1255", "ığş": "iso-8859-9 cp1254", "ไทย": "tis-620 cp874",
    "abc": "ascii us-ascii 646 ANSI_X3.4-1968 utf-16 utf-32 rot13 hex base64_codec zlib undefined unknown utf.8 cp65001",
}
BAD = [b"\xff", b"\x81", b"\x80\n", b"\xfe\xfe", b"\xe3\x81"]


def cases():
    for text, names in TEXTS.items():
        for name in names.split():
            source = f"# -*- coding: {name} -*-\r\ny = '{text}'\n"
            try:
                yield source.encode(name)
            except (LookupError, UnicodeError, AttributeError):
                yield source.encode()
            if "utf-8" not in name.lower().replace("_", "-"):
                yield from (b"# coding=" + name.encode() + b"\nx = 1\nx = '" + bad + b"'\n" for bad in BAD)
            yield b"\xef\xbb\xbf# vim: set fileencoding=" + name.encode() + b" :\nx = 1\n"
    yield from [b"\n# coding: latin-1\n'\xe4'\n", b"\r\r# coding: latin-1\n", b"'''\n# coding: latin-1\n'''\n", b"x = 1 # coding: foo\n",
                b"\xef\xbb\xbf'\xc3\xa9'\r\n", b"#\\\n# coding: cp1252\n'\x80'\n", b"# coding:\tcp1252 \n'\x80'\n", b"# coding : cp1252\n"]


def displayed(error):
    saved, sys.stderr = sys.stderr, io.StringIO()
    try:
        sys.__excepthook__(type(error), error.with_traceback(None), None)
        return sys.stderr.getvalue()
    finally:
        sys.stderr = saved


def tree(source, path):
    try:
        return ast.dump(ast.parse(source, path), include_attributes=True, indent=3) + "\n"
    except (SyntaxError, ValueError) as e:
        return displayed(e)


def tokens(path):
    out, err = io.StringIO(), io.StringIO()
    saved = sys.argv, sys.stdout, sys.stderr
    sys.argv, sys.stdout, sys.stderr = ["tokenize", path], out, err
    try:
        tokenize.main()
        return out.getvalue()
    except BaseException:
        return err.getvalue()
    finally:
        sys.argv, sys.stdout, sys.stderr = saved


def run(*command, data=None):
    result = subprocess.run(command, input=data, capture_output=True)
    return result.stderr if result.returncode else result.stdout


def main():
    warnings.simplefilter("ignore")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    path = str(folder / "t.py")
    failures = count = 0
    for source in cases():
        count += 1
        pathlib.Path(path).write_bytes(source)
        results = [("tokens", run("pytok", "--no-header", path), tokens(path).encode()),
                   ("tree", run("pyparse", "--no-header", path), tree(source, path).encode())]
        binary = subprocess.run(["pytok", "--emit=binary", path], capture_output=True)
        if binary.returncode == 0:
            results.append(("source", run("pytok", "--untokenize", data=binary.stdout), source))
        for what, ours, theirs in results:
            if ours != theirs:
                failures += 1
                print(f"{source!r}: {what}\nCPython: {theirs!r}\nours:    {ours!r}")
    print(count, "cases,", failures, "different")
    sys.exit(failures > 0 or count < 300)


if __name__ == "__main__":
    main()
