# The contract of the six tools, checked for one of them: contract.py TOOL SCRATCH-FOLDER.
import os
import pty
import shutil
import subprocess
import sys

tool, folder = sys.argv[1:3]
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)
os.chdir(folder)
SOURCE = "import sys\nx = [1, 2]\nprint(x, len(x))\n"
with open("good.py", "w") as f:
    f.write(SOURCE)
subprocess.run(["/usr/bin/python3.11", "-c", "import py_compile; py_compile.compile('good.py', 'good.pyc')"], check=True)
good = "good.pyc" if tool in ("pycache", "pydis") else "good.py"
command = ["extract"] if tool == "pycache" else []
binary = tool in ("pycomp", "pycache")
writes = tool != "pyvm"


def run(*args, **kwargs):
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    result = subprocess.run([tool, *args], stderr=subprocess.PIPE, **{"stdout": subprocess.PIPE, **kwargs})
    return result.returncode, result.stdout or b"", result.stderr.decode()


def expect(actual, expected, what):
    if actual != expected:
        sys.exit(f"{tool}: {what}\n  is:        {actual!r}\n  should be: {expected!r}")


def check(condition, what):
    if not condition:
        sys.exit(f"{tool}: {what}")


def check_version():
    status, out, err = run("--version")
    expect((status, err), (0, ""), "--version ends well")
    expect(out.decode(), f"{tool} (Coil) for Python 3.11, magic 3495\n", "--version")


def check_help():
    status, out, err = run("--help")
    text = out.decode()
    expect((status, err), (0, ""), "--help ends well")
    check(text.startswith(f"usage: {tool} [options]"), "--help begins with the usage")
    check("\ngeneral:\n  -h, --help                show this text and end\n"
          "  -V, --version             show the version and end\n" in text, "--help has the general options")
    examples = text.partition("\nexamples:\n")[2].splitlines()
    check(len(examples) >= 2 and all(line.startswith("  ") for line in examples), "--help shows two worked examples")
    check(all(len(line) <= 110 for line in text.splitlines()), "--help has short lines")
    text = run(*command, "--help")[1].decode()
    if tool != "pyvm":
        check("  FILE                      the input; '-' or none is standard input\n"
              "  --from=source|tokens|ast|asm|pyc|marshal\n"
              "                            what the input is, in place of a look at its content\n"
              "  --source-name=NAME        the file name to record\n" in text, "--help has the common input options")
        check("  -o, --output=FILE         write to FILE, through a temporary file beside it;\n"
              "                            '-' is standard output\n" in text, "--help has -o")


def check_usage():
    name = " ".join([tool, *command])
    for option in ("--no-such-option", "--no-such=1"):
        status, out, err = run(*command, option)
        expect((status, out), (2, b""), "an unknown option")
        expect(err, f"{tool}: error: unknown option '{option}'; see '{tool} --help'\n".replace(
            tool + ":", name + ":").replace(f"'{tool} ", f"'{name} "), "the message for it")
    if writes:
        status, out, err = run(*command, "--from=nonsense", good)
        expect((status, out), (2, b""), "a wrong word")
        check("'nonsense' is not one of source, tokens, ast, asm, pyc, marshal" in err, "the words are listed: " + err)


def check_missing():
    status, out, err = run(*command, "no-such-file")
    expect((status, out), (2, b""), "a missing file")
    if tool == "pyvm":
        check("can't open file" in err and "[Errno 2] No such file or directory" in err, "CPython's words: " + err)
    else:
        expect(err, f"{tool}: error: cannot read 'no-such-file': no such file or directory\n", "the message for it")
        status, out, err = run(*command, ".")
        expect((status, out), (2, b""), "a folder as input")


def check_output():
    status, out, err = run(*command, good)
    expect((status, err), (0, ""), "a good run")
    check(out, "a good run writes something")
    for source in ([], ["-"]):
        with open(good, "rb") as f:
            piped = run(*command, "--source-name=" + good, *source, stdin=f)
        expect(piped, (0, out, ""), "standard input gives the same as the file")
    expect(run(*command, good, "-o", "out"), (0, b"", ""), "-o writes nothing else")
    with open("out", "rb") as f:
        expect(f.read(), out, "-o writes the same")
    expect(run(*command, good, "-o-"), (0, out, ""), "-o- is standard output")
    before = sorted(os.listdir("."))
    status, stdout, err = run(*command, "no-such-file", "-o", "never")
    expect(status, 2, "a failing run with -o")
    status, stdout, err = run(*command, good, "-o", "no/such/folder/file")
    expect((status, stdout), (2, b""), "-o into a missing folder")
    if tool == "pycache" or tool == "pydis":
        with open("bad", "wb") as f:
            f.write(b"\xa7\r\r\n" + bytes(20))
        status, stdout, err = run(*command, "bad", "-o", "out")
        expect((status, stdout), (1, b""), "a faulty input")
        os.unlink("bad")
        with open("out", "rb") as f:
            expect(f.read(), out, "a failing run leaves the old output alone")
    expect(sorted(os.listdir(".")), before, "no failing run leaves a file")


def check_pipes():
    read, write = os.pipe()
    os.close(read)
    expect(run(*command, good, stdout=write), (0, b"", ""), "a closed pipe ends the tool quietly")
    os.close(write)
    with open("/dev/full", "wb") as full:
        status, out, err = run(*command, good, stdout=full)
    expect((status, err), (2, f"{tool}: error: cannot write standard output: no space left on device\n"), "a full disk")


def check_terminal():
    for options, status in (([], 2), (["-o-"], 0), (["-o", "out"], 0)):
        primary, secondary = pty.openpty()
        result = run(*command, good, *options, stdout=secondary)
        os.close(secondary)
        expect(result[0], status, f"binary output at a terminal with {options}")
        if status == 2:
            check("terminal" in result[2] and "-o -" in result[2] and "-o FILE" in result[2], result[2])
        os.close(primary)


check_version()
check_help()
check_usage()
check_missing()
if writes:
    check_output()
    check_pipes()
if binary:
    check_terminal()
