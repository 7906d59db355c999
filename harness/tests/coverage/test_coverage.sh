#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# `verdict run --coverage` counts the lines that programs run, and changes nothing of what they do; the shipped scenarios
# run nine lines of ten of the shipped datapath.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
build=$(cd "${1:?usage: test_coverage.sh BUILD}" && pwd) || exit 2
VERDICT=${VERDICT:-$build/verdict}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
cd "$(dirname "$0")/../../.." || exit 2
objects=$build/harness/tests/bpf
source=harness/tests/bpf/cover.bpf.c

# What the comments of the source say, and what was counted
expected=$(awk '/\/\* [0-9] \*\// { sub(/.*\/\* /, ""); print "DA:" NR "," $1 }' $source)
out=$("$VERDICT" run -O "$objects" --coverage "$TMP/cover.info" harness/tests/coverage/cover.yaml 2>&1)
is "status" "$?" 0
has "the share is told" "$out" "verdict: note: coverage: *% of lines, * of *, in $TMP/cover.info"
# The compiler may put a line together with another: of those that are left each has to be right.
counted=$(grep "^DA:" "$TMP/cover.info" | grep -F -f <(sed 's/,.*/,/' <<<"$expected"))
is "lines counted" "$([ "$(wc -l <<<"$counted")" -gt 12 ] && echo many)" many
is "each line as often as scenarios run it" "$(comm -23 <(sort <<<"$counted") <(sort <<<"$expected"))" ""
is "files are named as in the tree" "$(grep ^SF: "$TMP/cover.info")" "SF:$source"
is "all workers count together" "$("$VERDICT" run -j 3 -O "$objects" --coverage "$TMP/three.info" harness/tests/coverage/cover.yaml >/dev/null 2>&1;
	cmp "$TMP/cover.info" "$TMP/three.info" && echo same)" same

# A result must not depend on being counted: the suite `scenarios` runs them without.
covered=$("$VERDICT" run --coverage "$TMP/bpf.info" scenarios 2>&1)
has "the shipped scenarios pass as without" "$covered" "[1-9][0-9][0-9] passed, 0 failed, "
lines=$(harness/tests/coverage/lines "$TMP/bpf.info" bpf/)
share=$(tail -n 1 <<<"$lines")
is "nine of ten lines of bpf/ are run" "$(awk -v share="$share" 'BEGIN { print (share >= 90) }')" 1
[ "${share%.*}" -ge 90 ] 2>/dev/null || echo "$lines" | sed 's/^/# /'

# What does not work is said.
has "no file" "$("$VERDICT" run -O "$objects" --coverage /nowhere/x harness/tests/coverage/cover.yaml 2>&1; echo "status $?")" \
	"cannot write /nowhere/x: No such file or directory*status 2"
has "without interposition" "$("$VERDICT" run --no-interpose --coverage "$TMP/x" -O "$objects" harness/tests/coverage/cover.yaml 2>&1; echo "status $?")" \
	"--coverage and --no-interpose exclude each other*status 2"
printf '%s\n' "verdict: 1" "object: bare.bpf.o" "steps:" "  - program: pass" "    send: eth()" "    expect: {verdict: XDP_PASS}" >"$TMP/bare.yaml"
printf '%s\n' '__attribute__((section("xdp"), used)) int pass(void *c) { return 2; }' >"$TMP/bare.c"
clang --target=bpf -O2 -c "$TMP/bare.c" -o "$TMP/bare.bpf.o"
has "without line information" "$("$VERDICT" run --coverage "$TMP/x" "$TMP/bare.yaml" 2>&1; echo "status $?")" \
	"no line of any program is known: coverage needs objects built with -g*status 2"
tap_done
