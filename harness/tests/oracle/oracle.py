#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The same frames through the kernel's own NAT (nftables) and through the datapath's programs.

    oracle.py VERDICT        prints TAP

In a network namespace a router translates by nftables what the datapath translates by its maps: calls to services, and
what pods send to the world. Each frame of a flow is put on the router's wire as it is (AF_PACKET); what comes out on the other side,
from the IP header on, must be what the program gives, byte by byte: addresses, ports, TTL, every checksum, what ICMP errors quote.
Runs in a namespace of its own: unshare --net.
"""
import json
import os
import select
import socket
import subprocess
import sys
import tempfile
import time

POD_MAC, NODE_MAC = "12:52:e3:7e:87:4f", "2e:e6:8a:a2:06:1e"  # as in scenarios/topology
ETH_MAC, W1_MAC, ROUTER_MAC = "02:00:c0:a8:0a:0a", "02:00:c0:a8:0a:65", "02:00:c0:a8:0a:01"

OUT = f"eth(src={POD_MAC}, dst={NODE_MAC})"
BACK = f"eth(src={W1_MAC}, dst={ETH_MAC})"
WORLD = f"eth(src={ROUTER_MAC}, dst={ETH_MAC})"

P4, V4, B4, DNS4, C4, W4, N4 = ("172.16.0.251", "10.10.249.114", "172.16.2.139", "10.10.0.10", "172.16.2.11",
                                "203.0.113.9", "192.168.10.10")
P6, V6, B6, W6, N6 = "fd00:1720::fb", "fd00:1010::72", "fd00:1721::8b", "2001:db8::9", "fd00:1921::a"

RULES = f"""
table ip nat {{
	chain pre {{
		type nat hook prerouting priority -100;
		iifname in0 ip daddr {V4} tcp dport 80 dnat to {B4}:80
		iifname in0 ip daddr {DNS4} udp dport 53 dnat to {C4}:53
	}}
	chain post {{
		type nat hook postrouting priority 100;
		oifname out0 ip saddr {P4} ip daddr != 172.16.0.0/12 snat to {N4}
	}}
}}
table ip6 nat {{
	chain pre {{
		type nat hook prerouting priority -100;
		iifname in0 ip6 daddr {V6} tcp dport 80 dnat to [{B6}]:8080;
	}}
	chain post {{
		type nat hook postrouting priority 100;
		oifname out0 ip6 saddr {P6} ip6 daddr != fd00::/8 snat to {N6}
	}}
}}
"""

# Flows of frames: "out", from the pod, or "back", to it. What is not needed is left to the expressions' defaults.
FLOWS = {
    "TCP to a service": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={V4}, id=1, flags=DF) / tcp(sport=37000, dport=80, seq=1000, flags=S, "
                "options=[mss(1460), sackok, ts(1, 0), nop, wscale(7)])"),
        ("back", f"{BACK} / ipv4(src={B4}, dst={P4}) / tcp(sport=80, dport=37000, seq=5000, ack=1001, flags=SA, "
                 "options=[mss(1460), sackok, ts(9, 1), nop, wscale(7)])"),
        ("out", f"{OUT} / ipv4(src={P4}, dst={V4}, id=2, tos=0x10) / tcp(sport=37000, dport=80, seq=1001, ack=5001, "
                "flags=PA, options=[nop, nop, ts(2, 9)]) / \"GET / HTTP/1.1 \""),
        ("back", f"{BACK} / ipv4(src={B4}, dst={P4}, id=7) / tcp(sport=80, dport=37000, seq=5001, ack=1016, flags=PA, "
                 "options=[nop, nop, ts(10, 2)]) / \"odd\""),
        ("back", f"{BACK} / ipv4(src={B4}, dst={P4}) / icmp(type=unreachable, code=4, mtu=1400) / "
                 f"ipv4(src={P4}, dst={B4}, id=2, ttl=62) / tcp(sport=37000, dport=80, seq=1001, ack=5001, flags=PA) / "
                 "\"GET / HTTP/1.1 \""),
    ],
    "UDP to a service": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={DNS4}, id=3) / udp(sport=37001, dport=53) / \"question\""),
        ("back", f"{BACK} / ipv4(src={C4}, dst={P4}, id=4) / udp(sport=53, dport=37001) / \"answer.\""),
    ],
    "UDP without a checksum": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={DNS4}, id=5) / udp(sport=37002, dport=53, csum=0) / \"question\""),
        ("back", f"{BACK} / ipv4(src={C4}, dst={P4}, id=6) / udp(sport=53, dport=37002, csum=0) / \"answer\""),
    ],
    "TCP to the world": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={W4}, id=8) / tcp(sport=40001, dport=443, seq=1, flags=S)"),
        ("back", f"{WORLD} / ipv4(src={W4}, dst={N4}, ttl=50) / tcp(sport=443, dport=40001, seq=9, ack=2, flags=SA)"),
        ("out", f"{OUT} / ipv4(src={P4}, dst={W4}, id=9) / tcp(sport=40001, dport=443, seq=2, ack=10, flags=A)"),
    ],
    "UDP to the world, and an error about it": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={W4}, id=10) / udp(sport=40002, dport=4000) / \"0123456789\""),
        ("back", f"{WORLD} / ipv4(src=198.51.100.1, dst={N4}, ttl=60) / icmp(type=time-exceeded) / "
                 f"ipv4(src={N4}, dst={W4}, id=10, ttl=1) / udp(sport=40002, dport=4000) / \"0123456789\""),
        ("back", f"{WORLD} / ipv4(src={W4}, dst={N4}, ttl=50) / udp(sport=4000, dport=40002) / \"answer\""),
    ],
    "ping to the world": [
        ("out", f"{OUT} / ipv4(src={P4}, dst={W4}, id=11) / icmp(type=echo-request, id=40003, seq=1) / \"ping\""),
        ("back", f"{WORLD} / ipv4(src={W4}, dst={N4}, ttl=50) / icmp(type=echo-reply, id=40003, seq=1) / \"ping\""),
    ],
    "TCP to a service, IPv6": [
        ("out", f"{OUT} / ipv6(src={P6}, dst={V6}, flow=0x12345) / tcp(sport=37003, dport=80, seq=1, flags=S, options=[mss(1440)])"),
        ("back", f"{BACK} / ipv6(src={B6}, dst={P6}) / tcp(sport=8080, dport=37003, seq=8, ack=2, flags=SA)"),
        ("out", f"{OUT} / ipv6(src={P6}, dst={V6}) / tcp(sport=37003, dport=80, seq=2, ack=9, flags=PA) / \"data\""),
    ],
    "UDP to the world, IPv6, and an error about it": [
        ("out", f"{OUT} / ipv6(src={P6}, dst={W6}) / udp(sport=40004, dport=4000) / \"0123456789\""),
        ("back", f"{WORLD} / ipv6(src=2001:db8::1, dst={N6}, hlim=60) / icmpv6(type=time-exceeded) / "
                 f"ipv6(src={N6}, dst={W6}, hlim=1) / udp(sport=40004, dport=4000) / \"0123456789\""),
        ("back", f"{WORLD} / ipv6(src={W6}, dst={N6}, hlim=50) / udp(sport=4000, dport=40004) / \"answer\""),
    ],
    "ping to the world, IPv6": [
        ("out", f"{OUT} / ipv6(src={P6}, dst={W6}) / icmpv6(type=echo-request, id=40005, seq=1) / \"ping\""),
        ("back", f"{WORLD} / ipv6(src={W6}, dst={N6}, hlim=50) / icmpv6(type=echo-reply, id=40005, seq=1) / \"ping\""),
    ],
}

SCENARIO = """verdict: 1
use: [{top}/scenarios/topology/k8s-s.yaml, {top}/scenarios/topology/ipv6.yaml, {top}/scenarios/topology/netdev.yaml]
maps:
  cilium_ipmasq_v4: [{{key: {{prefix: 172.16.0.0/12}}, value: {{flags: 0}}}}]
  cilium_ipmasq_v6: [{{key: {{prefix: fd00::/8}}, value: {{flags: 0}}}}]
steps:
"""


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def datapath(verdict, top, frames):
    """What the programs make of frames, one after the other: bytes of each, and those that were sent."""
    text = SCENARIO.format(top=top)
    for way, expression in frames:
        if way == "out":
            text += f"  - {{program: lxc/cil_from_container, on: lxc_netpod, send: '{expression}', expect: {{verdict: TC_ACT_REDIRECT}}}}\n"
            text += "  - {program: netdev/cil_to_netdev, on: eth0, send: last, expect: {verdict: TC_ACT_OK}}\n"
        else:
            text += f"  - {{program: netdev/cil_from_netdev, on: eth0, send: '{expression}', expect: {{verdict: TC_ACT_REDIRECT}}}}\n"
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as f:
        f.write(text)
    done = subprocess.run([verdict, "run", "--format", "json", f.name], capture_output=True, text=True, check=False)
    os.unlink(f.name)
    if done.returncode:
        raise RuntimeError(done.stdout[-1500:] + done.stderr)
    steps = iter(json.loads(done.stdout)["scenarios"][0]["steps"])
    sent, got = [], []
    for way, _ in frames:
        step = next(steps)
        sent.append(bytes.fromhex(step["observed"]["in"]["hex"]))
        if way == "out":
            step = next(steps)
        got.append(bytes.fromhex(step["observed"]["out"]["hex"]))
    return sent, got


class Router:
    """A namespace with nftables between two wires, whose other ends are here."""

    def __init__(self):
        self.process = subprocess.Popen(["unshare", "--net", "sleep", "100"], stdout=subprocess.DEVNULL)
        here = os.stat("/proc/self/ns/net").st_ino
        while os.stat(f"/proc/{self.process.pid}/ns/net").st_ino == here:
            time.sleep(0.01)
        self.wires = {}

    def set_up(self):
        for near, far, mac in (("pod0", "in0", NODE_MAC), ("lan0", "out0", ETH_MAC)):
            run("ip", "link", "add", near, "type", "veth", "peer", "name", far, "address", mac,
                "netns", str(self.process.pid))
            run("sysctl", "-qw", f"net.ipv6.conf.{near}.disable_ipv6=1")
            run("ip", "link", "set", near, "up")
        self.inside("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1",
                    "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0",
                    "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0",
                    "net.ipv4.conf.all.send_redirects=0")
        for line in self.addresses():
            self.inside("ip", *line.split())
        self.inside("nft", "-f", "-", input=RULES)
        self.wires = {name: self.wire(name) for name in ("pod0", "lan0")}

    @staticmethod
    def addresses():
        yield from ("link set lo up", "link set in0 up", "link set out0 up", "addr add 192.168.10.10/24 dev out0",
                    f"addr add {N6}/64 dev out0 nodad", "addr add 172.16.0.190/32 dev in0",
                    f"route add {P4} dev in0", f"-6 route add {P6} dev in0",
                    "route add 172.16.2.0/24 via 192.168.10.101", "route add default via 192.168.10.1",
                    "-6 route add fd00:1721::/64 via fd00:1921::65", "-6 route add default via fd00:1921::1")
        for address, device, mac in ((P4, "in0", POD_MAC), (P6, "in0", POD_MAC),
                                     ("192.168.10.101", "out0", W1_MAC), ("192.168.10.1", "out0", ROUTER_MAC),
                                     ("fd00:1921::65", "out0", W1_MAC), ("fd00:1921::1", "out0", ROUTER_MAC)):
            yield f"neigh replace {address} dev {device} lladdr {mac} nud permanent"

    def inside(self, *command, **more):
        return run("nsenter", "-t", str(self.process.pid), "-n", *command, **more)

    @staticmethod
    def wire(name):
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        s.bind((name, 0))
        return s

    def pass_on(self, way, frame):
        """What comes out on the other side, or None."""
        source, sink = ("pod0", "lan0") if way == "out" else ("lan0", "pod0")
        self.drain(sink)
        self.wires[source].send(frame)
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if not select.select([self.wires[sink]], [], [], 0.1)[0]:
                continue
            data, where = self.wires[sink].recvfrom(65536)
            if where[2] != socket.PACKET_OUTGOING and not is_chatter(data):
                return data
        return None

    def drain(self, name):
        while select.select([self.wires[name]], [], [], 0)[0]:
            self.wires[name].recv(65536)

    def end(self):
        self.process.kill()
        self.process.wait()


def is_chatter(frame):
    """What a router says unasked: ARP, and IPv6's multicast."""
    return frame[12:14] == b"\x08\x06" or (frame[12:14] == b"\x86\xdd" and frame[38] == 0xff)


def packet(frame):
    """From the IP header to its end, without what pads a short frame."""
    ip = frame[14:]
    length = 40 + int.from_bytes(ip[4:6], "big") if ip[0] >> 4 == 6 else int.from_bytes(ip[2:4], "big")
    return ip[:length]


def shown(verdict, data):
    done = subprocess.run([verdict, "show", f"hex({data.hex()})"], capture_output=True, text=True, check=False)
    return "\n".join("# " + line for line in done.stdout.splitlines()[1:2]) or "# " + data.hex()


def difference(verdict, ours, theirs):
    """None where they are the same, else what to say."""
    if theirs is None:
        return "# nftables lets nothing out"
    if packet(ours) == packet(theirs):
        return None
    return f"# the datapath:\n{shown(verdict, ours)}\n# nftables:\n{shown(verdict, theirs)}"


def main():
    verdict, top = sys.argv[1], os.path.realpath(os.path.join(os.path.dirname(__file__), "../../.."))
    n = 0
    router = Router()
    try:
        try:
            router.set_up()
        except RuntimeError as why:
            print(f"ok 1 - the kernel's own NAT # SKIP {str(why).splitlines()[0]}\n1..1")
            return
        for name, frames in FLOWS.items():
            sent, got = datapath(verdict, top, frames)
            for i, (way, _) in enumerate(frames):
                theirs = router.pass_on(way, sent[i])
                wrong = difference(verdict, got[i], theirs)
                n += 1
                print(f"{'not ok' if wrong else 'ok'} {n} - {name}: frame {i + 1}, {way}")
                if wrong:
                    print(wrong)
        # It can fail: each byte that is changed is found.
        last = packet(got[-1])
        found = sum(difference(verdict, got[-1], got[-1][:14] + last[:i] + bytes([last[i] ^ 1]) + last[i + 1:]) is not None
                    for i in range(len(last)) if i not in (4, 5))
        n += 1
        print(f"{'ok' if found == len(last) - 2 else 'not ok'} {n} - a byte that is otherwise is found")
    finally:
        router.end()
    print(f"1..{n}")


if __name__ == "__main__":
    main()
