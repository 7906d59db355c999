#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every scenario is as isolated as if it were alone: in any order, beside others or all by itself, each
# gives the same observations. Prints TAP.
set -u
build=${1:?usage: test_isolation.sh BUILD}
root=$(cd "$(dirname "$0")/../../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 failed=0

# What each scenario showed, one line each, sorted; times and chance taken out.
observe()
{
	"$build/verdict" run -v --color never "$@" 2>&1 |
		sed -E 's/[0-9.]+ (ns|us|ms|s)\b/TIME/g; s/(lifetime|last_[rt]x_report|last_topup|last_used|created): [0-9]+/\1: CLOCK/g
			s/(ktime_get_[a-z_]+|get_prandom_u32|get_smp_processor_id)\(\) = [0-9a-z]+/\1() = CHANCE/g
			s/(lifetime|last_[rt]x_report|last_topup|last_used|created) [0-9]+ -> [0-9]+(, )?//g; s/, $//
			/cilium_xdp_scratch\[0\]: /d; /\]: $/d; /^  changed in maps:$/d' |
		awk '/^(ok|FAIL|xfail|ERROR|skip)/ { if (line) print line; line = $0; next }
		     /^$/ { exit }
		     /^(verdict|shuffled) / { next }
		     { line = line "\\n" $0 }
		     END { if (line) print line }' | sort
}

result()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		failed=$((failed + 1))
		echo "not ok $n - $2"
		cut -c1-200 "$dir/diff" | sed 's/^/# /' | head -20
	fi
}

same()
{
	diff "$dir/expected" "$dir/got" >"$dir/diff"
	result $? "$1"
}

cd "$root" || exit 1
observe -j1 scenarios >"$dir/expected"
lines=$(wc -l <"$dir/expected")
echo "only $lines scenarios were seen" >"$dir/diff"
[ "$lines" -ge 40 ]
result $? "one after the other: $lines scenarios"

for seed in 1 2 3; do
	observe -j1 --shuffle "$seed" scenarios >"$dir/got"
	same "shuffled by $seed"
done
for jobs in 2 4 16; do
	observe -j "$jobs" --shuffle "$jobs" scenarios >"$dir/got"
	same "$jobs at once, shuffled"
done

# Alone: a process for each file, so nothing at all was loaded before, and each is verified with its
# own globals.
export build
export -f observe
find scenarios -name '*.yaml' ! -path 'scenarios/topology/*' -print0 |
	xargs -0 -P "$(nproc)" -I{} bash -c 'observe -j1 "$1" >"$0/alone.$$"' "$dir" {}
cat "$dir"/alone.* | sort >"$dir/got"
same "each file in a process of its own"

# The machine is left as it was.
ls /sys/fs/bpf >"$dir/pins" 2>/dev/null
ip -o link 2>/dev/null | awk '{ print $2 }' >"$dir/links"
cp "$dir/links" "$dir/expected"
"$build/verdict" run scenarios >/dev/null 2>&1
ip -o link 2>/dev/null | awk '{ print $2 }' >"$dir/got"
same "no device is left behind"
cp "$dir/pins" "$dir/expected"
ls /sys/fs/bpf >"$dir/got" 2>/dev/null
same "nothing is pinned"

echo "1..$n"
[ "$failed" -eq 0 ]
