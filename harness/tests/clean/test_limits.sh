#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Time limits, a full disk, too few file descriptors: an error that says what to do, never a wrong
# verdict, and nothing left.
set -u
# shellcheck source=harness/tests/clean/clean.bash
. "$(dirname "$0")/clean.bash"
scenarios=$here/../../../scenarios

# What is slow between frames is ended there.
mkdir steps
capture frames.pcap 400
printf '%s\n' 'verdict: 1' 'name: slow' 'object: clean.bpf.o' 'program: busy' 'time_limit: 300ms' 'steps:' \
	'  - replay: ../frames.pcap' '    expect: {verdict: XDP_PASS}' >steps/a.yaml
sed 's/^time_limit:.*//' steps/a.yaml >steps/b.yaml
sed 's/^time_limit:.*//; s/    expect/    time_limit: 1m\n    expect/' steps/a.yaml >steps/c.yaml
sed -i 's/frames.pcap/few.pcap/' steps/c.yaml
capture few.pcap 30
busy steps/d.yaml 1000
"$verdict" run -j1 --time-limit 400ms -O "$bpf" --results results steps >out 2>&1
is "time limits: the status" $? 2
has "time limits: the scenario's" "$(cat out)" "steps/a.yaml:7:13: error: step 1 took longer than 300ms, at frame "
has "time limits: --time-limit" "$(cat out)" "steps/b.yaml:7:13: error: step 1 took longer than 400ms, at frame "
has "time limits: the step's" "$(cat out)" "ok    steps/c.yaml"
has "time limits: the run goes on" "$(cat out)" "ok    steps/d.yaml"
has "time limits: counted" "$(tail -n 1 out)" "2 passed, 0 failed, 0 skipped, 2 could not be judged"
is "time limits: no report is half there" "$(cd results && find . -type f)" "./results.json"

# A program that runs on and on: nobody can end it, but all others are judged meanwhile.
mkdir hang
busy hang/a.yaml 3000000000 'time_limit: 200ms'
for ((i = 0; i < 20; i++)); do
	busy "hang/b$i.yaml" 1000
done
"$verdict" run -j2 -O "$bpf" --format text --format json:hang.json hang >out 2>&1 </dev/null &
pid=$!
wait_for out "this process stays until it returns"
is "a program that hangs: JSON is whole meanwhile" \
	"$(jq -c '[.summary.passed, .summary.errors, .summary.status]' hang.json)" "[20,1,2]"
ended
is "a program that hangs: the status" $status 2
has "a program that hangs: it is named" "$(cat out)" \
	"hang/a.yaml:8:11: error: step 1 took longer than 200ms*it did not end when told to"
has "a program that hangs: the run goes on" "$(cat out)" "20 passed, 0 failed, 0 skipped, 1 could"
same_state "a program that hangs"

# It comes back while others still run.
rm hang/b*
rm hang/a.yaml
busy hang/00.yaml 2800000000 'time_limit: 100ms'
many_busy hang 80
"$verdict" run -j1 -O "$bpf" hang >out 2>&1
is "a program that returns late: the status" $? 2
has "a program that returns late: it has one result" "$(tail -n 1 out)" "80 passed, 0 failed, 0 skipped, 1 could"
is "a program that returns late: nothing to wait for" "$(grep -c 'this process stays' out)" 0

busy globals.yaml 2600000000
"$verdict" replay -O "$bpf" -s globals.yaml --time-limit 200ms few.pcap >out 2>&1
is "replay: the status" $? 2
has "replay: the frame" "$(cat out)" "error: frame 1 took longer than 200ms"

# A full disk, of 64 kB: the run goes on, says what could not be written, and its status is 2.
mkdir full
printf '%s\n' 'verdict: 1' 'name: fails' 'object: lessons.bpf.o' 'program: pass' 'steps:' \
	'  - replay: ../many.pcap' '    expect: {verdict: XDP_DROP}' >full/a.yaml
sed 's/XDP_DROP/XDP_PASS/; s/fails/passes/' full/a.yaml >full/b.yaml
capture many.pcap 2000
cat >on_full <<-'END'
	set -u
	mkdir disk
	mount -t tmpfs -o size=64k,nr_inodes=${2:-100} none disk || exit 99
	head -c "$1" /dev/zero >disk/fill
	"$verdict" run -j2 -O "$bpf" --results disk/results --format text --format junit:disk/r.xml full
	echo "status $?"
	echo "left: $(find disk -type f ! -name fill | sort | tr '\n' ' ')"
END
export verdict bpf
unshare -m bash on_full 60000 >out 2>&1
has "a full disk: the status" "$(cat out)" "status 2"
has "a full disk: the verdicts" "$(cat out)" "1 passed, 1 failed, 0 skipped"
has "a full disk: what was not written" "$(cat out)" "cannot write *disk/results*: No space left on device"
is "a full disk: nothing half-written" \
	"$(sed -n 's/^left: //p' out | tr ' ' '\n' | grep -v 'r.xml$\|results.json$\|\.pcap$' | tr -d '\n')" ""
rm -rf disk
unshare -m bash on_full 65536 >out 2>&1
has "a disk without a byte left" "$(cat out)" \
	"1 passed, 1 failed, 0 skipped*cannot write the *report to *: No space left on device*status 2*left: "
rm -rf disk
unshare -m bash on_full 1 3 >out 2>&1
has "a disk without an inode left" "$(cat out)" ": No space left on device*status 2*left: "
rm -rf disk
"$verdict" run -O "$bpf" full >/dev/full 2>out
has "standard output on a full disk" "$?/$(cat out)" "2/*cannot write *standard output: "

# File descriptors: as many as there may be; with fewer an error, never another verdict.
(ulimit -S -n 64 && exec "$verdict" run -O "$build/bpf" "$scenarios") >out 2>&1
is "a low soft limit is raised" "$?/$(grep -c EMFILE out)" 0/0
wrong='' few=0
for n in 8 16 32 64 128; do
	for jobs in 1 4; do
		(ulimit -n $n && exec "$verdict" run -v -j$jobs -O "$build/bpf" --results few --format tap "$scenarios/clusterip" "$scenarios/xdp") \
			>out 2>err
		status=$?
		others=$(grep '^not ok' out | grep -v '# TODO' | wc -l)
		errors=$(grep -c '^  severity: error' out)
		[ $status -le 2 ] && [ "$others" -eq "$errors" ] || wrong+="ulimit -n $n -j$jobs: status $status "
		[ $status -eq 2 ] && few=1
		[ $status -eq 2 ] && ! grep -q 'raise the limit (ulimit -n)' out err && wrong+="ulimit -n $n: no advice "
	done
done
is "few file descriptors: errors, but no failures" "$wrong" ""
is "few file descriptors: it was really tried" $few 1
# Pipes where files belong: nobody would ever write to them.
mkdir pipes
mkfifo pipes/x.pcap pipes/x.yaml pipes/x.o
printf '%s\n' 'verdict: 1' 'object: lessons.bpf.o' 'program: pass' 'steps:' '  - replay: x.pcap' \
	'    expect: {verdict: XDP_PASS, capture: x.pcap}' >pipes/a.yaml
printf '%s\n' 'verdict: 1' 'object: x.o' 'program: pass' 'steps:' '  - send: eth()' \
	'    expect: {verdict: XDP_PASS}' >pipes/b.yaml
timeout 20 "$verdict" check -O "$bpf" pipes >out 2>&1
is "pipes: the status" $? 2
is "pipes: each is reported" "$(grep -c 'error: .* is no file but a pipe' out)" 3
same_state "limits"
tap_done
