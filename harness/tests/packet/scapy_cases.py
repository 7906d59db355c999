#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What scapy builds for packets that expressions can say too: scapy_cases.tsv.

    scapy_cases.py > scapy_cases.tsv        write the table again
    scapy_cases.py --check scapy_cases.tsv  compare it with what scapy builds now

Each case is an expression and the same packet for scapy, fields at the other's default named.
"""
import sys

from scapy.all import (ARP, ICMP, IP, SCTP, TCP, UDP, Dot1AD, Dot1Q, Ether, ICMPv6EchoReply,
                       ICMPv6DestUnreach, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_Redirect,
                       ICMPv6ND_RS, ICMPv6NDOptDstLLAddr, ICMPv6NDOptMTU, ICMPv6NDOptPrefixInfo,
                       ICMPv6NDOptRDNSS, ICMPv6NDOptSrcLLAddr, ICMPv6NDOptUnknown,
                       ICMPv6PacketTooBig, IPOption_NOP, IPOption_RR,
                       IPOption_Router_Alert, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, IPv6ExtHdrSegmentRouting,
                       HBHOptUnknown, Pad1, PadN, Padding, Raw, RouterAlert,
                       SCTPChunkCookieAck, SCTPChunkInit, GRE, VXLAN)
from scapy.contrib.geneve import GENEVE, GeneveOptions
from scapy.layers.ipsec import AH

D, S = "02:00:00:00:00:01", "02:00:00:00:00:02"
E = f"eth(dst={D}, src={S})"
V4 = "ipv4(src=10.0.0.1, dst=10.0.0.2, id=1)"
V6 = "ipv6(src=fd00::1, dst=fd00::2)"


def eth(**more):
    return Ether(dst=D, src=S, **more)


def v4(**more):
    return IP(src="10.0.0.1", dst="10.0.0.2", **more)


def v6(**more):
    return IPv6(src="fd00::1", dst="fd00::2", **more)


def tcp(**more):
    return TCP(**{"sport": 1025, "dport": 80, "window": 65535, **more})


def udp(**more):
    return UDP(sport=4000, dport=1025, **more)


def start(packet, length):
    return Raw(bytes(packet)[:length])


CASES = [
    (f"{E} / {V4} / tcp(sport=1025, dport=80)", eth() / v4() / tcp()),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, flags=PA, seq=1, ack=0xffffffff) / \"GET /\\r\\n\"",
     eth() / v4() / tcp(flags="PA", seq=1, ack=0xffffffff) / Raw(b"GET /\r\n")),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, options=[mss(1460), sackok, ts(1, 0), nop, wscale(7)])",
     eth() / v4() / tcp(options=[("MSS", 1460), ("SAckOK", b""), ("Timestamp", (1, 0)),
                                 ("NOP", None), ("WScale", 7)])),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, flags=A, options=[nop, nop, sack(1-2, 5-9)])",
     eth() / v4() / tcp(flags="A", options=[("NOP", None), ("NOP", None), ("SAck", (1, 2, 5, 9))])),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, options=[wscale(7)])",
     eth() / v4() / tcp(options=[("WScale", 7), ("EOL", None)])),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, flags=FRUECN, urgptr=5, window=0, res=5)",
     eth() / v4() / tcp(flags="FRUECN", urgptr=5, window=0, reserved=5)),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, csum=0x1234, doff=7)",
     eth() / v4() / tcp(chksum=0x1234, dataofs=7)),
    (f"{E} / {V4} / udp(sport=4000, dport=1025) / \"abc\"", eth() / v4() / udp() / Raw(b"abc")),
    (f"{E} / {V4} / udp(sport=4000, dport=1025, csum=0) / \"abc\"",
     eth() / v4() / udp(chksum=0) / Raw(b"abc")),
    (f"{E} / {V4} / udp(sport=4000, dport=1025) / zeros(1400)",
     eth() / v4() / udp() / Raw(bytes(1400))),
    (f"{E} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=0xbeef, tos=0xb8, ttl=1, flags=DF) / udp(sport=4000, dport=1025)",
     eth() / v4(id=0xbeef, tos=0xb8, ttl=1, flags="DF") / udp()),
    (f"{E} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, flags=MF, frag=185, proto=udp) / \"rest\"",
     eth() / v4(flags="MF", frag=185, proto=17) / Raw(b"rest")),
    (f"{E} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, len=20, csum=0xabcd, version=5) / icmp()",
     eth() / v4(len=20, chksum=0xabcd, version=5) / ICMP()),
    (f"{E} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, options=[ra(0)]) / udp(sport=4000, dport=1025)",
     eth() / v4(options=[IPOption_Router_Alert()]) / udp()),
    (f"{E} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, options=[rr(8, 1.2.3.4), nop]) / udp(sport=4000, dport=1025)",
     eth() / v4(options=[IPOption_RR(pointer=8, routers=["1.2.3.4"]), IPOption_NOP()]) / udp()),
    (f"{E} / {V4} / icmp(id=7, seq=1) / \"ping\"", eth() / v4() / ICMP(id=7, seq=1) / Raw(b"ping")),
    (f"{E} / {V4} / icmp(type=echo-reply, id=7, seq=1) / \"odd\"",
     eth() / v4() / ICMP(type=0, id=7, seq=1) / Raw(b"odd")),
    (f"{E} / {V4} / icmp(type=unreachable, code=4, mtu=1400) / {V4} / udp(sport=4000, dport=1025)",
     eth() / v4() / ICMP(type=3, code=4, nexthopmtu=1400) / v4() / udp()),
    (f"{E} / {V4} / icmp(type=redirect, code=1, gateway=10.0.0.254) / {V4} / udp(sport=4000, dport=1025)",
     eth() / v4() / ICMP(type=5, code=1, gw="10.0.0.254") / v4() / udp()),
    (f"{E} / {V4} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, ttl=9) / tcp(sport=1025, dport=80)",
     eth() / v4(proto=4) / v4(ttl=9) / tcp()),
    (f"{E} / {V4} / {V6} / tcp(sport=1025, dport=80)", eth() / v4(proto=41) / v6() / tcp()),
    (f"{E} / {V6} / {V4} / udp(sport=4000, dport=1025)", eth() / v6(nh=4) / v4() / udp()),
    (f"{E} / {V6} / tcp(sport=1025, dport=80) / \"abc\"", eth() / v6() / tcp() / Raw(b"abc")),
    (f"{E} / {V6} / udp(sport=4000, dport=1025) / hex(00 ff 10)",
     eth() / v6() / udp() / Raw(b"\x00\xff\x10")),
    (f"{E} / ipv6(src=fd00::1, dst=fd00::2, tc=0x12, flow=0xabcde, hlim=1) / icmpv6(id=3, seq=4) / \"x\"",
     eth() / v6(tc=0x12, fl=0xabcde, hlim=1) / ICMPv6EchoRequest(id=3, seq=4, data=b"x")),
    (f"{E} / {V6} / icmpv6(type=echo-reply, id=3, seq=4)", eth() / v6() / ICMPv6EchoReply(id=3, seq=4)),
    (f"{E} / {V6} / icmpv6(type=packet-too-big, mtu=1280) / {V6} / udp(sport=4000, dport=1025)",
     eth() / v6() / ICMPv6PacketTooBig(mtu=1280) / v6() / udp()),
    (f"{E} / {V6}", eth() / v6()),
    (f"{E} / vlan(id=5, pcp=3, dei=1) / {V4} / udp(sport=4000, dport=1025)",
     eth() / Dot1Q(vlan=5, prio=3, id=1) / v4() / udp()),
    (f"{E} / dot1ad(id=7) / vlan(id=5) / {V6} / tcp(sport=1025, dport=80)",
     eth() / Dot1AD(vlan=7) / Dot1Q(vlan=5) / v6() / tcp()),
    (f"eth(dst=broadcast, src={S}) / arp(op=request, sha={S}, spa=10.0.0.2, tpa=10.0.0.1)",
     Ether(dst="ff:ff:ff:ff:ff:ff", src=S) / ARP(op=1, hwsrc=S, psrc="10.0.0.2", pdst="10.0.0.1")),
    (f"{E} / arp(op=reply, sha={S}, spa=10.0.0.2, tha={D}, tpa=10.0.0.1) / pad(18)",
     eth() / ARP(op=2, hwsrc=S, psrc="10.0.0.2", hwdst=D, pdst="10.0.0.1") / Padding(bytes(18))),
    (f"{E} / arp(op=reverse-request, sha={S}, spa=1.2.3.4, tpa=5.6.7.8)",
     eth() / ARP(op=3, hwsrc=S, hwdst="00:00:00:00:00:00",
                 psrc="1.2.3.4", pdst="5.6.7.8")),
    (f"{E} / {V4} / tcp(sport=1025, dport=80, flags=A) / pad(6)",
     eth() / v4() / tcp(flags="A") / Padding(bytes(6))),
    (f"{E} / {V4} / sctp(sport=1025, dport=80) / hex(0100 0014 01020304 00008000 000a000b 00000001)",
     eth() / v4() / SCTP(sport=1025, dport=80) / SCTPChunkInit(
         init_tag=0x01020304, a_rwnd=0x8000, n_out_streams=10, n_in_streams=11, init_tsn=1)),
    (f"{E} / {V6} / sctp(sport=1025, dport=80, tag=0x01020304) / hex(0b000004)",
     eth() / v6() / SCTP(sport=1025, dport=80, tag=0x01020304) / SCTPChunkCookieAck()),
    (f"{E} / {V4} / sctp(sport=1025, dport=80, csum=0x12345678) / hex(0b000004)",
     eth() / v4() / SCTP(sport=1025, dport=80, chksum=0x12345678) / SCTPChunkCookieAck()),
    (f"{E} / {V4} / icmp(type=unreachable, code=4, mtu=1400) / {V4} / udp(sport=4000, dport=1025)"
     " / zeros(1400) / cut(28)",
     eth() / v4() / ICMP(type=3, code=4, nexthopmtu=1400) / start(v4() / udp() / Raw(bytes(1400)), 28)),
    (f"{E} / {V4} / icmp(type=time-exceeded) / {V4} / tcp(sport=1025, dport=80, seq=9) / zeros(1400) / cut(28)",
     eth() / v4() / ICMP(type=11) / start(v4() / tcp(seq=9) / Raw(bytes(1400)), 28)),
    (f"{E} / {V4} / icmp(type=time-exceeded) / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1, len=1440)"
     " / tcp8(sport=1025, dport=80, seq=9)",
     eth() / v4() / ICMP(type=11) / start(v4() / tcp(seq=9) / Raw(bytes(1400)), 28)),
    (f"{E} / {V4} / icmp(type=unreachable, code=1) / {V4} / tcp(sport=1025, dport=80, options=[mss(1460)])"
     " / cut(30)",
     eth() / v4() / ICMP(type=3, code=1) / start(v4() / tcp(options=[("MSS", 1460)]), 30)),
    (f"{E} / {V4} / icmp(type=unreachable, code=1) / {V4} / sctp(sport=1025, dport=80, tag=7)"
     " / hex(0b000004) / cut(28)",
     eth() / v4() / ICMP(type=3, code=1)
     / start(v4() / SCTP(sport=1025, dport=80, tag=7) / SCTPChunkCookieAck(), 28)),
    (f"{E} / {V4} / icmp(type=unreachable, code=1) / {V4} / icmp(id=7, seq=1) / \"ping\" / cut(30) / pad(2)",
     eth() / v4() / ICMP(type=3, code=1) / start(v4() / ICMP(id=7, seq=1) / Raw(b"ping"), 30)
     / Padding(bytes(2))),
    (f"{E} / {V6} / icmpv6(type=unreachable, code=4) / {V6} / udp(sport=4000, dport=1025) / zeros(1400) / cut(1232)",
     eth() / v6() / ICMPv6DestUnreach(code=4) / start(v6() / udp() / Raw(bytes(1400)), 1232)),
    (f"{E} / {V6} / icmpv6(type=packet-too-big, mtu=1280) / {V6} / dstopt() / tcp(sport=1025, dport=80)"
     " / zeros(1400) / cut(1232)",
     eth() / v6() / ICMPv6PacketTooBig(mtu=1280)
     / start(v6() / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))]) / tcp() / Raw(bytes(1400)), 1232)),
    (f"{E} / ipv6(src=fd00::1, dst=ff02::1:ff00:2, hlim=255) / icmpv6()"
     f" / nd(target=fd00::2, options=[sllao({S})])",
     eth() / IPv6(src="fd00::1", dst="ff02::1:ff00:2", hlim=255) / ICMPv6ND_NS(tgt="fd00::2")
     / ICMPv6NDOptSrcLLAddr(lladdr=S)),
    (f"{E} / ipv6(src=::, dst=ff02::1:ff00:2, hlim=255) / icmpv6(type=neighbor-solicitation)"
     " / nd(target=fd00::2, options=[opt(14, hex(010203040506))])",
     eth() / IPv6(src="::", dst="ff02::1:ff00:2", hlim=255) / ICMPv6ND_NS(tgt="fd00::2")
     / ICMPv6NDOptUnknown(type=14, len=1, data=b"\x01\x02\x03\x04\x05\x06")),
    (f"{E} / ipv6(src=fd00::1, dst=fd00::2, hlim=255) / icmpv6(type=neighbor-advertisement, flags=SO)"
     f" / nd(target=fd00::1, options=[tllao({S})])",
     eth() / v6(hlim=255) / ICMPv6ND_NA(R=0, S=1, O=1, tgt="fd00::1")
     / ICMPv6NDOptDstLLAddr(lladdr=S)),
    (f"{E} / ipv6(src=fd00::1, dst=fd00::2, hlim=255) / icmpv6(type=neighbor-advertisement, flags=R)"
     " / nd(target=fd00::1)",
     eth() / v6(hlim=255) / ICMPv6ND_NA(R=1, S=0, O=0, tgt="fd00::1")),
    (f"{E} / ipv6(src=fe80::1, dst=ff02::2, hlim=255) / icmpv6(type=router-solicitation)"
     f" / nd_rs(options=[sllao({S})])",
     eth() / IPv6(src="fe80::1", dst="ff02::2", hlim=255) / ICMPv6ND_RS()
     / ICMPv6NDOptSrcLLAddr(lladdr=S)),
    (f"{E} / ipv6(src=fe80::1, dst=ff02::1, hlim=255)"
     " / icmpv6(type=router-advertisement, chlim=64, raflags=MO, routerlifetime=1800)"
     f" / nd_ra(reachable=30000, retrans=1000, options=[sllao({S}), mtu(1400),"
     " prefix(64, 192, 2592000, 604800, fd00::), rdnss(600, fd00::53, fd00::54)])",
     eth() / IPv6(src="fe80::1", dst="ff02::1", hlim=255)
     / ICMPv6ND_RA(chlim=64, M=1, O=1, prf=0, routerlifetime=1800, reachabletime=30000,
                   retranstimer=1000)
     / ICMPv6NDOptSrcLLAddr(lladdr=S) / ICMPv6NDOptMTU(mtu=1400)
     / ICMPv6NDOptPrefixInfo(prefixlen=64, L=1, A=1, validlifetime=2592000,
                             preferredlifetime=604800, prefix="fd00::")
     / ICMPv6NDOptRDNSS(lifetime=600, dns=["fd00::53", "fd00::54"])),
    (f"{E} / ipv6(src=fe80::1, dst=fd00::2, hlim=255) / icmpv6()"
     f" / nd_redirect(target=fe80::9, dst=fd00::9, options=[tllao({D})])",
     eth() / IPv6(src="fe80::1", dst="fd00::2", hlim=255)
     / ICMPv6ND_Redirect(tgt="fe80::9", dst="fd00::9") / ICMPv6NDOptDstLLAddr(lladdr=D)),
    (f"{E} / {V6} / hopopt() / udp(sport=4000, dport=1025) / \"abc\"",
     eth() / v6() / IPv6ExtHdrHopByHop(options=[PadN(optdata=bytes(4))]) / udp() / Raw(b"abc")),
    (f"{E} / {V6} / hopopt(options=[ra(0)]) / tcp(sport=1025, dport=80)",
     eth() / v6() / IPv6ExtHdrHopByHop(options=[RouterAlert(value=0)]) / tcp()),
    (f"{E} / {V6} / hopopt(options=[pad1, padn(0), ra(2), opt(62, hex(010203))]) / icmpv6(id=3)",
     eth() / v6() / IPv6ExtHdrHopByHop(options=[
         Pad1(), PadN(optdata=b"\x00"), RouterAlert(value=2),
         HBHOptUnknown(otype=62, optdata=b"\x01\x02\x03")]) / ICMPv6EchoRequest(id=3)),
    (f"{E} / {V6} / dstopt(options=[opt(0x1b, hex(fd00 0000 0000 0000 0000 0000 0000 0009 0050 0000))])"
     " / tcp(sport=1025, dport=80) / \"abc\"",
     eth() / v6() / IPv6ExtHdrDestOpt(options=[HBHOptUnknown(
         otype=0x1b, optdata=b"\xfd" + bytes(14) + b"\x09\x00\x50\x00\x00")])
     / tcp() / Raw(b"abc")),
    (f"{E} / {V6} / routing(type=source, segleft=2, addresses=[fd00::8, fd00::9]) / udp(sport=4000, dport=1025)",
     eth() / v6() / IPv6ExtHdrRouting(type=0, segleft=2, addresses=["fd00::8", "fd00::9"]) / udp()),
    (f"{E} / {V6} / routing(type=source, segleft=0, addresses=[fd00::8]) / udp(sport=4000, dport=1025)",
     eth() / v6() / IPv6ExtHdrRouting(type=0, segleft=0, addresses=["fd00::8"]) / udp()),
    (f"{E} / {V6} / routing(type=srh, segleft=1, tag=5, addresses=[fd00::8, fd00::9]) / tcp(sport=1025, dport=80)",
     eth() / v6() / IPv6ExtHdrSegmentRouting(
         segleft=1, lastentry=1, tag=5, addresses=["fd00::8", "fd00::9"]) / tcp()),
    (f"{E} / {V6} / fragment(m=1, id=0xcafe) / udp(sport=4000, dport=1025, len=1480, csum=0x1234) / zeros(8)",
     eth() / v6() / IPv6ExtHdrFragment(m=1, id=0xcafe)
     / UDP(sport=4000, dport=1025, len=1480, chksum=0x1234) / Raw(bytes(8))),
    (f"{E} / {V6} / fragment(offset=185, id=7, nh=udp) / \"rest\"",
     eth() / v6() / IPv6ExtHdrFragment(offset=185, id=7, nh=17) / Raw(b"rest")),
    (f"{E} / {V6} / hopopt(options=[ra(0)]) / dstopt() / routing(type=source, segleft=1, addresses=[fd00::9])"
     " / fragment(id=1) / dstopt() / tcp(sport=1025, dport=80) / \"x\"",
     eth() / v6() / IPv6ExtHdrHopByHop(options=[RouterAlert(value=0)])
     / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))])
     / IPv6ExtHdrRouting(type=0, segleft=1, addresses=["fd00::9"]) / IPv6ExtHdrFragment(id=1)
     / IPv6ExtHdrDestOpt(options=[PadN(optdata=bytes(4))]) / tcp() / Raw(b"x")),
    (f"{E} / {V4} / ah(spi=0x100, seq=3, icv=hex(000102030405060708090a0b)) / udp(sport=4000, dport=1025, csum=0)",
     eth() / v4(proto=51) / AH(nh=17, payloadlen=4, spi=0x100, seq=3, icv=bytes(range(12)))
     / udp(chksum=0)),
    (f"{E} / {V4} / udp(sport=4000) / vxlan(vni=0x123456) / {E} / {V4} / tcp(sport=1025, dport=80) / \"abc\"",
     eth() / v4() / UDP(sport=4000, dport=4789) / VXLAN(flags=8, vni=0x123456) / eth() / v4() / tcp() / Raw(b"abc")),
    (f"{E} / {V4} / udp(sport=4000, dport=8472, csum=0) / vxlan(vni=7) / {E} / {V6} / icmpv6(id=3, seq=4)",
     eth() / v4() / UDP(sport=4000, dport=8472, chksum=0) / VXLAN(flags=8, vni=7) / eth() / v6()
     / ICMPv6EchoRequest(id=3, seq=4)),
    (f"{E} / {V4} / udp(sport=4000) / vxlan(vni=7, flags=0x48, res=0x010203, res2=9) / {E}"
     " / arp(op=request, sha=02:00:00:00:00:02, spa=10.0.0.2, tpa=10.0.0.1) / pad(18)",
     eth() / v4() / UDP(sport=4000, dport=4789) / VXLAN(vni=7, flags=0x48, reserved1=0x010203, reserved2=9)
     / eth() / ARP(op=1, hwsrc=S, psrc="10.0.0.2", pdst="10.0.0.1") / Raw(bytes(18))),
    (f"{E} / {V4} / udp(sport=4000) / geneve(vni=7) / {E} / {V4} / tcp(sport=1025, dport=80)",
     eth() / v4() / UDP(sport=4000, dport=6081) / GENEVE(vni=7, proto=0x6558) / eth() / v4() / tcp()),
    (f"{E} / {V6} / udp(sport=4000) / geneve(vni=0x123456, flags=C, options=[dsr(80, 10.10.249.114)]) / {E} / {V4}"
     " / udp(sport=4000, dport=1025) / \"x\"",
     eth() / v6() / UDP(sport=4000, dport=6081)
     / GENEVE(vni=0x123456, critical=1, proto=0x6558,
              options=[GeneveOptions(classid=0x14b, type=0x81, data=bytes.fromhex("005000000a0af972"))])
     / eth() / v4() / udp() / Raw(b"x")),
    (f"{E} / {V4} / udp(sport=4000) / geneve(vni=9, options=[opt(0x0102, 3, hex(00010203)), opt(1, 0x80, hex()), "
     "dsr6(80, fd00::72)]) / ipv6(src=fd00::1, dst=fd00::2) / tcp(sport=1025, dport=80)",
     eth() / v4() / UDP(sport=4000, dport=6081)
     / GENEVE(vni=9, proto=0x86dd,
              options=[GeneveOptions(classid=0x102, type=3, data=bytes(range(4))), GeneveOptions(classid=1, type=0x80),
                       GeneveOptions(classid=0x14b, type=0x81,
                                     data=bytes.fromhex("00500000" "fd000000000000000000000000000072"))])
     / v6() / tcp()),
    (f"{E} / {V4} / gre() / {V4} / udp(sport=4000, dport=1025)", eth() / v4() / GRE() / v4() / udp()),
    (f"{E} / {V6} / gre(flags=K, key=7) / {E} / {V6} / udp(sport=4000, dport=1025)",
     eth() / v6() / GRE(key_present=1, key=7, proto=0x6558) / eth() / v6() / udp()),
    (f"{E} / {V4} / gre(flags=C) / {V4} / udp(sport=4000, dport=1025) / \"odd\"",
     eth() / v4() / GRE(chksum_present=1) / v4() / udp() / Raw(b"odd")),
    (f"{E} / {V4} / gre(flags=CKS, key=0xffffffff, seq=5) / {V6} / tcp(sport=1025, dport=80)",
     eth() / v4() / GRE(chksum_present=1, key_present=1, key=0xffffffff, seqnum_present=1, seqence_number=5)
     / v6() / tcp()),
    (f"{E} / {V4} / gre(flags=CS, csum=0x1234, seq=9) / {V4} / udp(sport=4000, dport=1025)",
     eth() / v4() / GRE(chksum_present=1, chksum=0x1234, seqnum_present=1, seqence_number=9) / v4() / udp()),
    (f"{E} / {V4} / ipv4(src=10.0.0.1, dst=10.0.0.2, id=1) / tcp(sport=1025, dport=80)", eth() / v4() / v4() / tcp()),
    (f"{E} / {V4} / {V6} / udp(sport=4000, dport=1025)", eth() / v4() / v6() / udp()),
    (f"{E} / {V6} / {V4} / udp(sport=4000, dport=1025)", eth() / v6() / v4() / udp()),
    (f"{E} / {V6} / {V6} / tcp(sport=1025, dport=80)", eth() / v6() / v6() / tcp()),
    (f"eth(dst={D}, src={S}, type=0x88b6) / hex(0207 04)", eth(type=0x88b6) / Raw(b"\x02\x07\x04")),
]


def main():
    text = "".join(f"{expression}\t{bytes(packet).hex()}\n" for expression, packet in CASES)
    if sys.argv[1:2] != ["--check"]:
        sys.stdout.write(text)
        return 0
    with open(sys.argv[2], encoding="utf-8") as table:
        if table.read() == text:
            return 0
    print(f"{sys.argv[2]} is not what scapy builds", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
