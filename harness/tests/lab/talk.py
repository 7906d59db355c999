# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Talks in the lab: python3 talk.py serve NAME PORT.. | ask TIMES PROTOCOL ADDRESS PORT [BYTES]

A server tells who it is and whom it hears, "NAME PEER", and over TCP sends as many bytes as it is asked for.
"""
import selectors
import socket
import sys
import threading


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def told(name, peer):
    return ("%s %s\n" % (name, peer[0].replace("::ffff:", ""))).encode()


def answer(name, connection, peer):
    with connection:
        wanted = int(connection.recv(32).decode() or 0)
        connection.sendall(told(name, peer) + b"x" * wanted)


def serve(name, ports):
    selector = selectors.DefaultSelector()
    for port in ports:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            s = socket.socket(socket.AF_INET6, kind)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("::", int(port)))
            if kind == socket.SOCK_STREAM:
                s.listen(64)
            selector.register(s, selectors.EVENT_READ)
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            s = key.fileobj
            if s.type == socket.SOCK_STREAM:
                threading.Thread(target=answer, args=(name, *s.accept()), daemon=True).start()
            else:
                _, peer = s.recvfrom(2048)
                s.sendto(told(name, peer), peer)


def ask(protocol, address, port, count="0"):
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with socket.socket(family(address), kind) as s:
        s.settimeout(3)
        s.connect((address, int(port)))
        s.send(count.encode())
        got = bytearray()
        while True:
            some = s.recv(65536)
            got += some
            if kind == socket.SOCK_DGRAM or not some:
                break
    said, _, rest = got.partition(b"\n")
    print(bytes(said).decode(), len(rest))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], sys.argv[3:])
    try:
        for _ in range(int(sys.argv[2])):
            ask(*sys.argv[3:])
    except OSError as error:
        print("nobody:", type(error).__name__)
        sys.exit(1)
