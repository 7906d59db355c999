# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Sourced by the tests of isolation: what scenarios show, compared with what they show one after the other.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
build=$(cd "${1:?usage: $0 BUILD}" && pwd) || exit 2
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
cd "$here/../../.." || exit 2

# What each scenario showed, one line each, sorted; times and chance taken out.
observe() {
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

# NAME: whether the file `got` is as the file `expected`. Of what differs the beginning is shown.
same() {
	is "$1" "$(diff "$dir/expected" "$dir/got" | cut -c1-200 | head -20)" ''
}

observe -j1 scenarios >"$dir/expected"
lines=$(wc -l <"$dir/expected")
is "one after the other: $lines scenarios" "$((lines >= 40))" 1
