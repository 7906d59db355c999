#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Run a command as a container's seccomp filter would have it: confine.py CALL COMMAND...

CALL fails with EPERM: bpf, unshare, mount; or tmpfile: there is no O_TMPFILE (EOPNOTSUPP).
"""
import ctypes
import errno
import os
import platform
import struct
import sys

CALLS = {
    "x86_64": {"bpf": 321, "unshare": 272, "mount": 165, "openat": 257},
    "aarch64": {"bpf": 280, "unshare": 97, "mount": 40, "openat": 56},
}[platform.machine()]
LOAD, EQUAL, SET, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
TMPFILE = 0o20000000


def insn(code, jt, jf, k):
    return struct.pack("=HBBI", code, jt, jf, k)


def rules(call):
    """struct seccomp_data: nr at 0, args from 16, 8 bytes each, little end first here."""
    if call != "tmpfile":
        return [
            insn(LOAD, 0, 0, 0),
            insn(EQUAL, 0, 1, CALLS[call]),
            insn(RETURN, 0, 0, ERRNO | errno.EPERM),
            insn(RETURN, 0, 0, ALLOW),
        ]
    return [
        insn(LOAD, 0, 0, 0),
        insn(EQUAL, 0, 3, CALLS["openat"]),
        insn(LOAD, 0, 0, 16 + 2 * 8),
        insn(SET, 0, 1, TMPFILE),
        insn(RETURN, 0, 0, ERRNO | errno.EOPNOTSUPP),
        insn(RETURN, 0, 0, ALLOW),
    ]


def main():
    libc = ctypes.CDLL(None, use_errno=True)
    program = b"".join(rules(sys.argv[1]))
    buffer = ctypes.create_string_buffer(program)
    # struct sock_fprog
    fprog = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, fprog):
        sys.exit(f"confine.py: {os.strerror(ctypes.get_errno())}")
    os.execv(sys.argv[2], sys.argv[2:])


main()
