#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Scenarios with several nodes, and frames that are sent on, with programs made for it. Prints TAP.
set -u
build=${1:?usage: test_nodes.sh BUILD}
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

for f in *.yaml; do
	case $f in *.part.yaml) continue ;; esac
	"$build/verdict" run -O "$build/harness/tests/bpf" "$f" >"$dir/out" 2>&1
	result $? "$f"
done

replay()
{
	"$build/verdict" replay -O "$build/harness/tests/bpf" "$@" ../../../pcaps/arp.pcap >"$dir/out" 2>&1
}

replay -s said.yaml
result $? "a replay in the node of the first step"
replay -s said.yaml --node b && grep -q TC_ACT_OK "$dir/out"
result $? "a replay in a node that is named"
! replay -s said.yaml --node c && grep -q "has no node 'c'; it has:" "$dir/out"
result $? "a replay in a node that is not there"
! replay -s said.yaml -p nodes.bpf.o:ok && grep -q 'say which, --node NAME' "$dir/out"
result $? "a replay of a program in one of several nodes"
! replay -s meta.yaml --node a && grep -q 'has no nodes' "$dir/out"
result $? "a replay in a node of a scenario without"

# Each of these fails with a chance of 1/2, the first time and the second.
{
	echo 'verdict: 1'
	echo 'object: nodes.bpf.o'
	echo 'program: toss'
	echo 'cases:'
	for i in $(seq 64); do echo "  toss $i: {}"; done
	echo 'steps: [{send: eth(), expect: {verdict: TC_ACT_OK, maps: {seen: any}, other_maps: unchanged}}]'
} >"$dir/toss.yaml"
"$build/verdict" run -O "$build/harness/tests/bpf" "$dir/toss.yaml" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'run again .* the scenario did not fail' "$dir/out" &&
	grep -q '  changed in maps:' "$dir/out"
result $? "a failure that is left to chance is said to be so"

# A large array is looked over only if a scenario asks for it.
cat >"$dir/large.yaml" <<END
verdict: 1
object: nodes.bpf.o
program: ok
max_entries: {seen: 200000}
steps: [{send: eth(), expect: {verdict: TC_ACT_SHOT}}]
END
"$build/verdict" run -O "$build/harness/tests/bpf" "$dir/large.yaml" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'seen is too large to be looked over unasked' "$dir/out"
result $? "a large map is not looked over unasked"
sed -i 's/verdict: TC_ACT_SHOT/maps: unchanged/' "$dir/large.yaml"
"$build/verdict" run -O "$build/harness/tests/bpf" "$dir/large.yaml" >"$dir/out" 2>&1
[ $? -eq 1 ] && grep -q "'seen' changed: 1 entry changed" "$dir/out"
result $? "a large map is looked over where that is asked for"

echo "1..$n"
[ $failed -eq 0 ]
