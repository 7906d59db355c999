#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Run a command on a terminal of its own, and print all that it writes there, as it is.

terminal.py COLUMNSxROWS [--on TEXT ACTION]... -- COMMAND...

When TEXT (with \\x1b and the like) has come, the next ACTION is done: "key X" types X, "size
COLUMNSxROWS" changes the window. Ends with the command's status, as a shell says it.
"""
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(fd, size):
    columns, rows = map(int, size.split("x"))
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def unescape(text):
    return text.encode().decode("unicode_escape").encode("latin-1")


def act(fd, action):
    what, value = action.split(" ", 1)
    if what == "size":
        resize(fd, value)
    else:
        os.write(fd, unescape(value))


def main():
    args = sys.argv[1:]
    size = args.pop(0)
    actions = []
    while args[0] == "--on":
        actions.append((unescape(args[1]), args[2]))
        args = args[3:]
    command = args[1:]
    go, wait = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.read(go, 1)  # the window has its size
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.execvp(command[0], command)
    resize(fd, size)
    os.write(wait, b"x")
    seen, start = b"", 0
    while True:
        ready, _, _ = select.select([fd], [], [], 60)
        try:
            data = os.read(fd, 65536) if ready else b""
        except OSError:  # the last one on the terminal is gone
            data = b""
        if not data:
            break
        seen += data
        while actions and actions[0][0] in seen[start:]:
            text, action = actions.pop(0)
            start = seen.index(text, start) + len(text)
            act(fd, action)
    sys.stdout.buffer.write(seen)
    if actions:
        print(f"terminal.py: {actions[0][0]!r} did not come", file=sys.stderr)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(128 - code if code < 0 else code)


main()
