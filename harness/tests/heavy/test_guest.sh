#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What becomes of a guest, in real ones: runs of verdict that pass, fail and make the kernel complain, and a command that
# ends in every bad way there is (../guest/misbehave.c). Each is judged as what it is, and status and reports say so.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
top=$(cd "$here/../../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
bpf=$VERDICT_BUILD/harness/tests/bpf

no_guests() {
	skip "what becomes of guests" "$1"
	tap_done
	exit
}

if [ "$(uname -m)" != x86_64 ] || ! command -v qemu-system-x86_64 >/dev/null; then
	no_guests "qemu-system-x86_64 is not here"
fi
cp "$top/ci/kernels.yaml" .
cat >>kernels.yaml <<-END
	  impatient:
	    like: 6.1
	    sysctls: {kernel.watchdog_thresh: 1}
END
"$VERDICT" matrix fetch kernels.yaml 6.1 impatient >fetched.txt 2>&1 ||
	no_guests "packages cannot be had: $(grep -m 1 error: fetched.txt)"
kernel=$("$VERDICT" matrix --list --kernel 6.1 kernels.yaml | sed 's/.*, //')

cat >passes.yaml <<-END
	verdict: 1
	name: a frame that is passed on
	object: $bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END
sed 's/XDP_PASS/XDP_DROP/' passes.yaml >fails.yaml
cat >busy.yaml <<-END
	verdict: 1
	name: longer in the kernel than its watchdog likes
	object: $bpf/clean.bpf.o
	program: busy
	globals: {busy_ns: 6000000000}
	time_limit: 1m
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END

# Runs of verdict

began=$SECONDS
"$VERDICT" run --vm="$kernel" --results left --format text --format json:passes.json passes.yaml >out 2>err
is "pass: status" $? 0
has "pass: what it printed" "$(cat out)" "ok *passes.yaml: a frame that is passed on*1 passed, 0 failed"
is "pass: nothing else to say" "$(cat err)" ""
has "pass: it ran on that kernel" "$(jq -r .run.kernel passes.json)" "6.1.*"
once=$((SECONDS - began))
has "pass: the console is kept" "$(cat left/console.log)" "verdict: scenario begins: passes.yaml"

"$VERDICT" run --vm="$kernel" --results left --format text --format junit:fails.xml fails.yaml passes.yaml >out 2>err
is "fail: status" $? 1
has "fail: what it printed" "$(cat out)" "FAIL *fails.yaml*1 passed, 1 failed"
has "fail: the report is here" "$(cat fails.xml)" "<failure*"
has "fail: and the captures" "$(find left -name '*.pcap')" "*.pcap"
is "fail: which are whole" "$(find left -name '*.pcap' -exec sh -c 'tcpdump -r "$1" >/dev/null 2>&1 || echo "$1"' - {} \;)" ""

sed -i 's/^  impatient:/  named:\n    like: 6.1\n    sysctls: {net.core.bpf_jit_harden: 2}\n&/' kernels.yaml
"$VERDICT" matrix fetch kernels.yaml named >/dev/null 2>&1
"$VERDICT" run --vm=named --format json:named.json passes.yaml >out 2>err
is "a kernel by its name: status" $? 0
has "a kernel by its name: it ran on that" "$(jq -r .run.kernel named.json)" "6.1.*"
is "a kernel by its name: with its sysctls" "$(jq .run.environment.jit_harden named.json)" 2

# 6.1 has no tcx, and what says that it needs it passes there.
sed 's/^object/needs: [tcx]\n&/' passes.yaml >needs.yaml
"$VERDICT" matrix --no-running --kernel 6.1 --check-needs --repeat 2 --results needs kernels.yaml needs.yaml passes.yaml >out 2>err
is "--check-needs and --repeat in a guest: status" $? 1
is "each was run twice" "$(jq -c '[.scenarios[].attempts | length]' needs/results.json)" '[2,2]'
is "one need is stale" "$(jq -c '[.scenarios[] | .outcome, .stale_needs]' needs/results.json)" '["fail",["tcx"],"pass",[]]'

mkdir empty
"$VERDICT" run --vm="$kernel" --modules empty passes.yaml >out 2>err
is "no modules: what needs none passes" $? 0
has "no modules: they are missed" "$(cat err)" "warning: the guest's kernel has no module 'veth'"

"$VERDICT" matrix --no-running --kernel impatient --results splat --format json kernels.yaml busy.yaml >splat.json 2>err
is "splat: status" $? 1
is "splat: the verdict" "$(jq -r '.kernels[].verdict' splat.json)" splat
has "splat: its reason" "$(jq -r '.kernels[].reason' splat.json)" "the kernel complained: watchdog: BUG: soft lockup"
is "splat: the scenario has failed" \
	"$(jq -r 'select(.record == "scenario") | .outcome' splat/impatient/results.jsonl)" fail

# Nothing ends a program in the kernel, on the only processor there is.
sed 's/6000000000/6000000000000/; s/1m/9h/' busy.yaml >for_ever.yaml
"$VERDICT" run --vm="$kernel" --vm-limit $((15 + 3 * once))s --results hung --format junit:hung.xml --format tap passes.yaml for_ever.yaml fails.yaml >out 2>err
is "hang: status" $? 2
has "hang: the verdict" "$(cat err)" "error: guest: hang: *this scenario was running: for_ever.yaml"
is "hang: JUnit has all scenarios" \
	"$(xmllint --xpath 'concat(/testsuites/@tests, " ", /testsuites/@errors, " ", /testsuites/@skipped)' hung.xml)" "3 1 1"
is "hang: so has the document on standard output" "$(tail -n 1 out)" "1..3"
is "hang: so have the results" "$(jq -c '[.scenarios[].outcome]' hung/results.json)" '["pass","error","skip"]'
has "hang: on that kernel" "$(jq -r .run.kernel hung/results.json)" "6.1.*"

"$VERDICT" run --vm=passes.yaml passes.yaml >out 2>err
is "boot-fail: status" $? 2
has "boot-fail: the verdict" "$(cat err)" "error: guest: boot-fail: "

mkdir bin
PATH=$work/bin "$VERDICT" run --vm="$kernel" passes.yaml >out 2>err
is "unavailable: status" $? 2
has "unavailable: what to install" "$(cat err)" \
	"error: guest: unavailable: qemu-system-x86_64 is not installed (package qemu-system-x86)"

# A command that ends badly

running='running: ends-badly.yaml: it never ends'

# WAY JUDGED [SECONDS]
ends() {
	"$VERDICT_BUILD/harness/tests/guest/misbehave" "$kernel" "$work/guest" "${3:-300}" "$1" >out 2>&1
	is "$1: how it is judged" "$(cat out)" "$2"
}

began=$SECONDS
ends in-order "pass: -
running: -"
once=$((SECONDS - began))
ends fault "crash: the command was ended by SIGSEGV
$running"
ends panic "crash: the kernel panicked: Kernel panic - not syncing: sysrq triggered crash
$running"
is "panic: what was judged before is here" "$(jq -r .record guest/results.jsonl)" "run
scenario"
# As long as this machine needs, and more.
ends sleep "hang: the time limit was reached
$running" $((15 + 3 * once))
ends spin "hang: the time limit was reached, and nothing answered any more
$running" $((15 + 3 * once))
ends no-summary "truncated: the results are cut short: their summary is missing
running: -"
ends half-a-line "truncated: 1 lines of the results are no records
running: -"
ends one-too-few "truncated: 2 scenarios were to run, 1 did
running: -"
ends other-sum "truncated: 2 scenarios are in the results, 3 in their summary
running: -"
ends silent "truncated: there are no results
running: -"
tap_done
