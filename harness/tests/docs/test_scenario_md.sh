#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Runs every example of docs/scenario.md, with the object of the lessons. Prints TAP.
#
# An example is a block ```yaml, a file of its own; ```yaml part=NAME is a file that others use.
set -u
build=${1:?usage: test_scenario_md.sh BUILD}
build=$(cd "$build" && pwd) || exit 1
root=$(cd "$(dirname "$0")/../../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir "$dir/pcaps"
cp "$root/pcaps/arp.pcap" "$root/pcaps/arp.reply.pcap" "$root/pcaps/ping.pcap" "$dir/pcaps/" || exit 1

# One file an example, named by its line in the page.
awk -v dir="$dir" '
/^```yaml part=/ { sub(/^```yaml part=/, ""); out = dir "/" $0; next }
/^```yaml$/      { out = sprintf("%s/line-%03d.yaml", dir, NR); next }
/^```/           { if (out) close(out); out = ""; next }
out              { print > out }
' "$root/docs/scenario.md"

n=0 failed=0
for f in "$dir"/line-*.yaml; do
	n=$((n + 1))
	name="docs/scenario.md ${f##*/}"
	if (cd "$dir" && "$build/verdict" run -O "$build/harness/tests/bpf" "${f##*/}") >"$dir/out" 2>&1; then
		echo "ok $n - $name"
	else
		failed=$((failed + 1))
		echo "not ok $n - $name"
		sed 's/^/# /' "$dir/out"
	fi
done
echo "1..$n"
[ "$n" -gt 10 ] && [ "$failed" -eq 0 ]
