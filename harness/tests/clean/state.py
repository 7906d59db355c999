#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What a program can leave behind on this system, a line each: state.py PROGRAM

BPF objects that no process holds, pins, named network namespaces, devices, shared memory, and
processes that run PROGRAM.
"""
import ctypes
import glob
import os
import platform
import struct
import sys

SYS_BPF = {"x86_64": 321, "aarch64": 280, "ppc64le": 361, "s390x": 351, "riscv64": 280}
# include/uapi/linux/bpf.h, enum bpf_cmd; and how /proc/PID/fdinfo calls the id
NEXT_ID = {"prog": 11, "map": 12, "btf": 23, "link": 31}


def ids(command):
    libc = ctypes.CDLL(None, use_errno=True)
    number = SYS_BPF[platform.machine()]
    found, last = set(), 0
    while True:
        attr = ctypes.create_string_buffer(struct.pack("=III", last, 0, 0), 12)
        if libc.syscall(number, command, attr, 12):
            return found
        last = struct.unpack_from("=I", attr, 4)[0]
        found.add(last)


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as f:
            return f.read()
    except OSError:
        return ""


def names(folder):
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def held():
    """(kind, id) of all that some process has a descriptor of."""
    found = set()
    for path in glob.iglob("/proc/[0-9]*/fdinfo/*"):
        for line in read(path).splitlines():
            key, _, value = line.partition(":")
            if key.endswith("_id") and key[:-3] in NEXT_ID and value.strip().isdigit():
                found.add((key[:-3], int(value)))
    return found


def processes(program):
    for path in glob.iglob("/proc/[0-9]*/exe"):
        try:
            if os.path.samefile(path, program):
                yield path.split("/")[2]
        except OSError:
            pass


def main():
    program = sys.argv[1]
    objects = {(kind, i) for kind, command in NEXT_ID.items() for i in ids(command)}
    for kind, i in sorted(objects - held()):
        print(kind, i)
    for name in names("/sys/fs/bpf"):
        print("pin", name)
    for name in names("/run/netns"):
        print("netns", name)
    for line in read("/proc/net/dev").splitlines()[2:]:
        print("device", line.partition(":")[0].strip())
    for name in names("/dev/shm"):
        print("shm", name)
    for pid in processes(program):
        print("process", pid)


main()
