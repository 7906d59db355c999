#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# 10,000 scenarios, several at a time: the same results as of a few, and the system is as it was.
set -u
# shellcheck source=harness/tests/clean/clean.bash
. "$(dirname "$0")/clean.bash"
shipped=$here/../../../scenarios
WANTED=10000

# Namespaces that the kernel has, also those that no process is in: /proc/slabinfo, slabinfo(5).
namespaces() {
	awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo 2>/dev/null
}

# FOLDER...: what verdict says of them, counted by outcome
outcomes() {
	"$verdict" run -O "$build/bpf" --format json "$@" >out.json
	jq -c '[.summary.passed, .summary.skipped, .summary.xfailed, .summary.failed + .summary.errors]' out.json
}

mkdir one many
cp -r "$here/../../../pcaps" one/
cp -r "$here/../../../pcaps" many/
cp -r "$shipped" one/
mv one/scenarios/network network # slower than the others: less often
# each set of options is a verification of its own: what is here has few
for folder in one/scenarios/*/; do
	case $folder in
	*/arp/ | */conntrack/ | */cross_node/ | */events/ | */l2/ | */offloads/ | */topology/ | */xdp/) ;;
	*) rm -r "$folder" ;;
	esac
done
read -r passed skipped xfailed bad < <(outcomes one | tr -d '[]' | tr ',' ' ')
each=$((passed + skipped + xfailed + bad))
times=$(((WANTED + each - 1) / each))
for ((i = 0; i < times; i++)); do
	cp -r one/scenarios "many/$i"
done
for ((i = 0; i < 10; i++)); do
	cp -r network "many/$i/network"
done
read -r n_passed n_skipped n_xfailed n_bad < <(outcomes many/0/network | tr -d '[]' | tr ',' ' ')
spaces=$(namespaces)

"$verdict" run -j4 --shuffle 1 -O "$build/bpf" --results results --format json:out.json many >out 2>&1
is "the status" "$?/$(jq -c '.diagnostics[:5]' out.json)" '0/[]'
is "as many as all" \
	"$(jq -c '[.summary.passed, .summary.skipped, .summary.xfailed, .summary.failed + .summary.errors]' out.json)" \
	"[$((times * passed + 10 * n_passed)),$((times * skipped + 10 * n_skipped)),$((times * xfailed + 10 * n_xfailed)),$((times * bad + 10 * n_bad))]"
is "at least $WANTED" "$(($(jq '.scenarios | length' out.json) >= WANTED))" 1
same_state "the end"
if [ -n "$spaces" ]; then
	# Slabs are given back when the kernel likes to; a hundredth of those made is none left.
	for ((i = 0; i < 80; i++)); do
		left=$(($(namespaces) - spaces))
		[ $left -lt $((WANTED / 100)) ] && break
		sleep 0.25
	done
	is "namespaces: $left more than before" "$((left < WANTED / 100))" 1
else
	skip "namespaces" "/proc/slabinfo is not readable"
fi
is "the reports and the captures of failures, nothing half-written" \
	"$(find results -type f ! -name '*.pcap')" "results/results.json"
tap_done
