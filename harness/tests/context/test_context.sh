#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What frames have besides their bytes, with programs that write down what they find. Prints TAP.
set -u
build=${1:?usage: test_context.sh BUILD}
build=$(cd "$build" && pwd) || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$(dirname "$0")" || exit 1
n=0 failed=0

result()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	elif [ "$1" -eq 2 ] && grep -q '^skip .*: needs ' "$dir/out"; then
		echo "ok $n - $2 # SKIP $(sed -n 's/^skip .*: \(needs .*\) (.*/\1/p' "$dir/out" | head -n 1)"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		sed 's/^/# /' "$dir/out"
	fi
}

run()
{
	"$build/verdict" run -O "$build/harness/tests/bpf" "$@" >"$dir/out" 2>&1
}

for f in *.yaml; do
	run "$f"
	status=$?
	grep -q warning "$dir/out" && status=1
	result $status "$f"
done

run --no-interpose given.yaml meta.yaml tunnel.yaml checksum.yaml
result $? "nothing of this needs interposition"

# The prelude calls helpers and makes a tail call: neither is the program's.
run -v given.yaml && ! grep -Eq 'prelude|set_hash|change_type|vlan_push' "$dir/out" &&
	[ "$(grep -c 'tail_call' "$dir/out")" -eq 1 ]
result $? "only calls of the program under test are recorded"

grep -q '^    ctx: mark=42 (0x2a), priority=3, cb\[0\]=1, .*ifindex=eth0, ingress_ifindex=eth1' "$dir/out"
result $? "-v says what is left of a context"
run -v meta.yaml && grep -q '^    meta: hex(070000000a00000103000300)$' "$dir/out"
result $? "-v shows metadata"

run --format json:"$dir/json" --format text meta.yaml given.yaml &&
	python3 - "$dir/json" >"$dir/out" 2>&1 <<'PYTHON'
import json, sys
steps = [s for r in json.load(open(sys.argv[1]))["scenarios"] for s in r["steps"]]
assert steps[0]["observed"]["meta"] == "070000000a00000103000300", steps[0]
assert steps[0]["observed"]["ctx"] is None
ctx = steps[7]["observed"]["ctx"]
assert ctx["mark"] == 42 and ctx["cb"] == [1, 2, 0, 4, 5] and ctx["ifindex"] == 7, ctx
PYTHON
result $? "results as JSON have both"

# A capture in which some frames have tags: each frame's own is taken.
python3 - "$dir/tags.pcap" <<'PYTHON'
import struct, sys
macs = bytes.fromhex("02000000000102000000000a")
ipv4 = bytes.fromhex("0800450000140000000040116ed20a0000010a000002") + bytes(26)
tags = [b"\x81\x00\x00\x05", b"", b"\x88\xa8\x60\x06", b"\x81\x00\x00\x07\x81\x00\x00\x08", b""]
with open(sys.argv[1], "wb") as out:
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for tag in tags:
        frame = macs + tag + ipv4
        out.write(struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
PYTHON
cat >"$dir/replay.yaml" <<'YAML'
verdict: 1
name: tags of a capture
object: context.bpf.o
program: look
devices: {eth0: {ifindex: 7}}
steps:
  - replay: tags.pcap
    on: eth0
    ctx: {ingress_ifindex: eth0}
    vlan: in_skb
    expect:
      - {frames: 1, packet: same, maps: {skbs: [{key: 0, value: {len: 60, vlan_present: 1, vlan_tci: 5, vlan_proto: 0x8100, protocol: 0x800}}]}}
      - {frames: 2, packet: same, maps: {skbs: [{key: 0, value: {len: 60, vlan_present: 0, vlan_tci: 0, protocol: 0x800}}]}}
      - {frames: 3, packet: same, maps: {skbs: [{key: 0, value: {len: 60, vlan_present: 1, vlan_tci: 0x6006, vlan_proto: 0x88a8}}]}}
      - {frames: 4, packet: like vlan(id=8), maps: {skbs: [{key: 0, value: {len: 64, vlan_tci: 7, protocol: 0x8100}}]}}
      - {frames: 5, packet: same, maps: {skbs: [{key: 0, value: {len: 60, vlan_present: 0}}]}}
YAML
run "$dir/replay.yaml" && ! grep -q warning "$dir/out"
result $? "each frame of a replay has its own tag"
"$build/verdict" replay -O "$build/harness/tests/bpf" -s "$dir/replay.yaml" "$dir/tags.pcap" >"$dir/out" 2>&1 &&
	[ "$(grep -c "warning: .*VLAN tag among its bytes" "$dir/out")" -eq 1 ]
result $? "verdict replay warns once of tags among the bytes"

echo "1..$n"
[ $failed -eq 0 ]
