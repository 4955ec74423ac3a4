"""Types at an interactive interpreter on a terminal: each step waits for what the one before must show."""
import os
import pty
import select
import signal
import sys

STEPS = [(b">>> ", b"6 * 7\n"), (b"42\r\n>>> ", b"\x03"), (b"\r\nKeyboardInterrupt\r\n>>> ", b"if 1:\n"), (b"... ", b"\x03"),
         (b"\r\nKeyboardInterrupt\r\n>>> ", b"input('name? ')\n"), (b"\r\nname? ", b"me\n"), (b"'me'\r\n>>> ", b"raise SystemExit(3)\n")]
process, terminal = pty.fork()
if process == 0:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests may ignore it
    os.execvp(sys.argv[1], sys.argv[1:])
shown, typed, patience = b"", b"", 20
for expected, keys in STEPS:
    while expected not in shown:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096)
        elif typed == b"\x03" and patience:  # it came between the prompt and the reading
            patience -= 1
            os.write(terminal, typed)
        elif not (patience := patience - 1):
            sys.exit(f"{expected!r} is not shown, but {shown!r}")
    typed = keys
    shown = shown[shown.index(expected) + len(expected):]
    os.write(terminal, keys)
assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 3
