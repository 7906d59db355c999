#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Whatever ends verdict, nothing of it is left in the system; if it crashed, it says at what.
set -u
# shellcheck source=harness/tests/clean/clean.bash
. "$(dirname "$0")/clean.bash"
ulimit -c 0

many_busy many 200
# Devices of several kinds, maps, tail calls: all that a process can have of the kernel.
cp -r "$here/../../../scenarios" "$here/../../../pcaps" .

# Files that are no whole captures.
half_written() {
	find results -type f | while read -r file; do
		tcpdump -r "$file" >tcpdump.out 2>&1 || echo "$file"
	done
}

# At other moments each time.
for delay in 0.01 0.03 0.05 0.08 0.12 0.2 0.3; do
	start run -v -j4 -O "$build/bpf" --results results --format text --format json:results/r.json scenarios
	sleep "$delay"
	kill -KILL "$pid"
	ended
done
is "SIGKILL: the status" "$status" 137
is "SIGKILL: nothing half-written" "$(half_written)" ""
same_state "SIGKILL"

# SIGNAL THREAD N: `first` is the main one, `last` a worker. Again until N scenarios are named: a
# signal may come when a worker is between two, or makes ready.
crash() {
	local try thread

	for ((try = 0; try < 8; try++)); do
		start run -j2 -O "$bpf" --results results --format text --format json:results/r.json many
		wait_for out '^ok .*0003'
		thread=$pid
		[ "$2" = last ] && thread=$(ls "/proc/$pid/task" | tail -n 1)
		kill -s "$1" "$thread"
		ended
		[ "$(grep -c 'while running.*, step 1' out)" -eq "$3" ] && return
	done
}

# SIGNAL STATUS: to a worker, which runs a scenario
crashed() {
	crash "$1" last 1
	is "$1 in a worker: the status" "$status" "$2"
	has "$1 in a worker: what was running" "$(cat out)" \
		"verdict: crashed: SIG$1*verdict: while running many/0*.yaml:2: busy many/0*.yaml, step 1"
	is "$1 in a worker: one scenario is named" "$(grep -c 'while running' out)" 1
	is "$1 in a worker: nothing half-written" "$(half_written)" ""
	same_state "$1"
}
crashed SEGV 139
crashed BUS 135
crashed ABRT 134

# Elsewhere: all that run are named.
crash SEGV first 2
is "SIGSEGV in the main thread: the status" "$status" 139
is "SIGSEGV in the main thread: what was running" "$(grep -c 'while running many/' out)" 2

# Stopping and going on makes some system calls return EINTR, and costs time that no step took.
busy slow.yaml 500000000 'time_limit: 1s'
start run -v -j4 -O "$build/bpf" --format tap scenarios/{arp,clusterip,cross_node,events,network}
for ((i = 0; i < 100; i++)); do
	kill -STOP "$pid" 2>/dev/null || break
	kill -CONT "$pid" 2>/dev/null || break
done
ended
is "SIGSTOP and SIGCONT: the status" "$status" 0
is "SIGSTOP and SIGCONT: nothing fails" "$(grep -c '^not ok.*' out)" "$(grep -c '^not ok.* # TODO' out)"
start run -O "$bpf" slow.yaml
sleep 0.2
kill -STOP "$pid"
sleep 2
kill -CONT "$pid"
ended
is "the time while it was stopped does not count" "$status" 0
same_state "SIGSTOP"

# Children of none: it starts no process.
start run -j2 -O "$bpf" many
wait_for out '^ok .*0003'
is "no process is started" "$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)" ""
kill -KILL "$pid"
ended
same_state "the end"
tap_done
