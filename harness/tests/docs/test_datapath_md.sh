#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# docs/datapath.md names scenarios that are there, and each that is about the datapath.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
cd "$(dirname "$0")/../../.." || exit 2

page=docs/datapath.md
named=$(grep -o '(\.\./scenarios/[a-z0-9_/]*\.yaml)' $page | tr -d '()' | sed 's|^\.\./||' | sort -u)
is "scenarios are named" "$([ "$(wc -l <<<"$named")" -gt 80 ] && echo yes)" yes
is "each is there" "$(for path in $named; do [ -f "$path" ] || echo "$path"; done)" ""

# what is not about the datapath: the harness's own features, and other programs
is "each of the datapath's is named" \
	"$(find scenarios -name '*.yaml' | grep -v -E 'scenarios/(topology|network|events|calls|context|views)/' |
		sort | comm -23 - <(echo "$named"))" \
	""

# "By id": each row's id is a tag of its scenario, and each tag of such a family is a row
rows=$(sed -n '/^## By id$/,/^## By Cilium/s/^| \([a-z0-9.-]*\) | \[.*\](\.\.\/\([^)]*\)) |$/\1 \2/p' $page | sort)
tags=$(grep -r '^tags: \[' scenarios --include='*.yaml' | sed 's/:tags: \[/ /; s/\]$//; s/,//g' |
	while read -r path words; do
		for word in $words; do
			echo "$word $path"
		done
	done |
	grep -E '^(arp|l2|sip|policy|ct|lb|np|masq|ttl|frag|route|ipcache|nd|ev)-' |
	grep -v '^l2-announcements ' | sort)
is "81 ids" "$(wc -l <<<"$rows")" 81
is "each id once" "$(cut -d ' ' -f 1 <<<"$rows" | uniq -d)" ""
is "each id is a tag of its scenario, and the other way round" "$tags" "$rows"
tap_done
