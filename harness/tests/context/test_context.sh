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
	run "$f" && ! grep -q warning "$dir/out"
	result $? "$f"
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

echo "1..$n"
[ $failed -eq 0 ]
