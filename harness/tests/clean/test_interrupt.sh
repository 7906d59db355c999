#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A run that is interrupted completes its reports, ends by the signal, and leaves nothing.
set -u
# shellcheck source=harness/tests/clean/clean.bash
. "$(dirname "$0")/clean.bash"

many_busy many 400
capture frames.pcap 400

# SIGNAL STATUS
interrupted() {
	rm -rf results
	start run -j2 -O "$bpf" --format text --format json:results/r.json \
		--format junit:results/r.xml --format tap:results/r.tap \
		--format github:results/r.github many
	wait_for out '^ok .*0003'
	kill -s "$1" "$pid"
	ended
	is "$1: the status" "$status" "$2"
	has "$1: text says so" "$(cat out)" "error: interrupted by SIG$1: * of 400 scenarios were not run"
	has "$1: text counts what was run" "$(tail -n 1 out)" " passed, 0 failed, 0 skipped"
	is "$1: all reports are there, and nothing else" "$(holds results)" \
		"./r.github ./r.json ./r.tap ./r.xml "
	is "$1: JSON is whole and says so" \
		"$(jq -c '[.summary.interrupted, .summary.stopped, .summary.status,
			(.scenarios | length) == .summary.passed, .summary.passed < 400]' results/r.json)" \
		"[\"SIG$1\",true,$2,true,true]"
	is "$1: JUnit is whole" "$(xmllint --noout results/r.xml 2>&1)" ""
	is "$1: JUnit has an error" "$(xmllint --xpath 'string(/testsuites/@errors)' results/r.xml)" 1
	has "$1: TAP has its plan, and not ok" "$(cat results/r.tap)" "not ok*interrupted by SIG$1*1.."
	has "$1: an annotation" "$(cat results/r.github)" "::error *interrupted by SIG$1"
	same_state "$1"
}
interrupted INT 130
interrupted TERM 143
interrupted HUP 129

# The second one does not wait for anything, and no report is half there.
many_frames='steps: [{replay: ../frames.pcap, time_limit: 1m, expect: {verdict: XDP_PASS}}]'
mkdir long
printf '%s\n' 'verdict: 1' 'name: long' 'object: clean.bpf.o' 'program: busy' "$many_frames" >long/l.yaml
start run -O "$bpf" --format text --format json:results2/r.json --results results2 long
wait_for "/proc/$pid/comm" verdict
sleep 0.5
before_ns=$(date +%s%N)
kill -INT "$pid"
sleep 0.1
kill -INT "$pid"
ended
is "a second signal: the status" "$status" 130
is "a second signal ends it at once" "$((($(date +%s%N) - before_ns) / 500000000))" 0
is "a second signal: no report, and nothing of one" "$(holds results2)" ""
same_state "a second signal"

# A step that takes long gets a second.
start run -O "$bpf" --format text long
sleep 0.5
kill -INT "$pid"
ended
is "a long step: the status" "$status" 130
has "a long step is cut short" "$(cat out)" "long/l.yaml:*: error: step 1 was interrupted, at frame *1 could not be judged"
same_state "a long step"

# What a parent had ignored is ignored.
(
	trap '' HUP
	exec "$verdict" run -O "$bpf" -k 000 many >out 2>&1
) &
pid=$!
wait_for out '^ok'
kill -HUP "$pid"
ended
is "nohup: the status" "$status/$(tail -n 1 out | sed 's/ in .*//')" "0/10 passed, 0 failed, 0 skipped"

# replay: what came out so far.
start replay -p "$bpf/clean.bpf.o:busy" -w out.pcap frames.pcap
wait_for "/proc/$pid/comm" verdict
sleep 1
kill -INT "$pid"
ended
frames=$(grep -c ' XDP_PASS' out)
is "replay: the status" "$status" 130
has "replay says so" "$(cat out)" "error: interrupted by SIGINT after $frames frame"
is "replay: what it wrote is whole" "$(stat -c %s out.pcap)" "$((24 + 76 * frames))"
mkfifo pipe
start replay -p "$bpf/clean.bpf.o:busy" pipe
exec 9>pipe
head -c $((24 + 76 * 5)) frames.pcap >&9
sleep 0.5
kill -TERM "$pid"
ended
exec 9>&-
has "replay that waits for frames: the status" "$status/$(cat out)" "143/*interrupted by SIGTERM after *frame"
same_state "replay"
tap_done
