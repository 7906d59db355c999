#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What failed is named so that it can be run again: FILE[CASE] as a path, and the command that is printed
# at the end, pasted into a shell as it is.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/suite"
cd "$work/suite" || exit 1

# FILE VERDICT [CASE: VERDICT]...
scenario() {
	local file=$1 verdict=$2

	shift 2
	printf '%s\n' 'verdict: 1' 'name: x' 'object: xdp.bpf.o' 'program: cil_xdp_entry' \
		"let: {v: $verdict}" >"$file"
	[ $# -gt 0 ] && printf '%s\n' 'cases:' "${@/#/  }" >>"$file"
	# shellcheck disable=SC2016 # a variable of the scenario
	printf '%s\n' 'steps:' '  - {send: eth() / ipv4() / udp(), expect: {verdict: $v}}' >>"$file"
}

# Sets out, err and status.
verdict() {
	out=$("$VERDICT" "$@" 2>"$work/err")
	status=$?
	err=$(cat "$work/err")
}

# What is printed to be typed.
command_of() {
	sed -n '/^to run just these again:/,/^$/p' <<<"$1" | sed '1d; /^$/d'
}

scenario a.yaml XDP_PASS "one: {v: XDP_PASS}" "\"it's [two] ]\": {v: XDP_DROP}" "three: {v: XDP_TX}"
scenario b.yaml XDP_DROP
scenario "s p.yaml" XDP_DROP
scenario c.yaml XDP_PASS
scenario -d.yaml XDP_DROP

verdict run --list 'a.yaml[three]' c.yaml "a.yaml[it's [two] ]]"
is "FILE[CASE] is one case, in the order given" "$status: $out" "0: a.yaml[three]: x [three]
c.yaml: x
a.yaml[it's [two] ]]: x [it's [two] ]]"
verdict check 'a.yaml[one]'
is "FILE[CASE] for other commands" "$status: $err" "0: "
verdict run 'a.yaml[thre]'
has "no such case" "$status: $out$err" "2: *error: a.yaml has no case 'thre'; did you mean 'three'?"
verdict run 'a.yaml[]'
has "an empty case" "$status: $out$err" "2: *error: a.yaml has no case ''"
verdict run 'b.yaml[x]'
has "a file without cases" "$status: $out$err" "2: *error: b.yaml has no case 'x': it has no 'cases:' at all"
verdict run 'nothing.yaml[x]'
has "no such file" "$status: $out$err" "2: *nothing.yaml[[]x]*No such file"
cp c.yaml 'b.yaml[x]'
verdict run --list 'b.yaml[x]'
is "a file of that very name goes before" "$status: $out" "0: b.yaml[x]: x"
rm 'b.yaml[x]'

verdict run .
if [ "$status" != 1 ]; then
	has "verdict cannot run this for a reason it says" "$out$err" "error: "
	skip "all" "no privileges"
	tap_done
	exit 0
fi
failed="./-d.yaml
./a.yaml[it's [two] ]]
./a.yaml[three]
./b.yaml
./s p.yaml"
has "failures again at the end: place and message" "$out" \
	"*failed:
  ./-d.yaml:7:54: x: verdict: expected XDP_DROP, got XDP_PASS*
*to run just these again:
"
# NAME SHELL: the command that is printed, pasted into this shell, runs what failed, and just that
pasted() {
	local command

	command=$(command_of "$out")
	"$2" -c "$command --format json:$work/again.json" >"$work/again" 2>&1
	is "$1: the status of what was pasted" "$?" 1
	is "$1: runs what failed" "$(jq -r '.scenarios[].id' "$work/again.json")" "$failed"
	rm -f "$work/again.json"
}
pasted "bash" bash
pasted "sh" sh

verdict run -- -d.yaml c.yaml
failed=-d.yaml
is "a name that begins with a dash" "$(command_of "$out")" "  $VERDICT run -- -d.yaml"
verdict run b.yaml
is "where all failed it is the command that was typed" "$(command_of "$out")" ""
verdict run c.yaml
is "where none failed there is none" "$(command_of "$out")" ""
verdict run --no-skip -O "no such" -O "$VERDICT_BUILD/bpf" --time-limit 90s --no-interpose -j 1 -k yaml \
	--shuffle 7 b.yaml c.yaml
is "options that scenarios depend on are kept, others not" "$(command_of "$out")" \
	"  $VERDICT run --no-skip -O 'no such' -O $VERDICT_BUILD/bpf --no-interpose --time-limit 90s b.yaml"

scenario many.yaml XDP_PASS "fine: {v: XDP_PASS}" "\"new\\nline\": {v: XDP_TX}" \
	"a name that is long enough to need more than one line: {v: XDP_TX}" \
	"a name that is long enough to need yet another line: {v: XDP_TX}"
verdict run many.yaml
failed='many.yaml[new
line]
many.yaml[a name that is long enough to need more than one line]
many.yaml[a name that is long enough to need yet another line]'
is "a long command stands on several lines" "$(command_of "$out" | wc -l)" 4
pasted "several lines" bash

verdict run --durations 2 a.yaml b.yaml c.yaml
slowest=$(sed -n '/^slowest:/,/^$/p' <<<"$out" | sed '1d; /^$/d')
is "--durations: so many" "$(grep -cE '^  [0-9.]+ (ms|us|s)  [abc]\.yaml' <<<"$slowest")" 2
verdict run --format text --format json:"$work/r.json" --durations 100 a.yaml b.yaml c.yaml
is "--durations: the slowest first" \
	"$(sed -n '/^slowest:/,/^$/p' <<<"$out" | sed '1d; /^$/d; s/.*  //')" \
	"$(jq -r '.scenarios | sort_by(-.duration_ns)[] | .id' "$work/r.json")"
verdict run --durations 0 a.yaml
has "--durations 0 is refused" "$status: $err" "2: *--durations: 0 is out of range"
tap_done
