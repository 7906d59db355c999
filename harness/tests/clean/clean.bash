# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# For tests that end verdict in every way: a folder to work in, scenarios that take their time, and
# whether the system is as it was. To be sourced with the build folder as argument.
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
build=${1:?"usage: $0 BUILD"}
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
verdict=$build/verdict
bpf=$build/harness/tests/bpf
cd "$dir" || exit 1

# What may come out of a sanitizer besides, for a crash on purpose.
export ASAN_OPTIONS=${ASAN_OPTIONS:-}:handle_segv=0:handle_abort=0:handle_sigbus=0

state() {
	"$here/state.py" "$verdict" | sort
}
state >before

# NAME: nothing is there that was not there before. The kernel takes apart what is closed a little
# later; what others had open and closed meanwhile is not ours.
same_state() {
	local left='' i

	for ((i = 0; i < 60; i++)); do
		left=$(state | comm -13 before -)
		[ -z "$left" ] && break
		sleep 0.25
	done
	is "$1: nothing is left" "$left" ""
}

# FOLDER NAME: what a folder holds, hidden files too
holds() {
	(cd "$1" && find . -mindepth 1 | sort | tr '\n' ' ')
}

# FILE [LINE...]: a scenario of one step whose program is busy for a while
busy() {
	local file=$1 ns=$2

	shift 2
	printf '%s\n' 'verdict: 1' "name: busy $file" 'object: clean.bpf.o' 'program: busy' \
		"globals: {busy_ns: $ns}" "$@" 'steps:' \
		'  - send: eth() / ipv4() / udp()' '    expect: {verdict: XDP_PASS}' >"$file"
}

# FOLDER N: as many scenarios that are busy for 20 ms
many_busy() {
	local i

	mkdir -p "$1"
	for ((i = 0; i < $2; i++)); do
		busy "$1/$(printf %04d "$i").yaml" 20000000
	done
}

# FILE FRAMES: a capture
capture() {
	python3 - "$1" "$2" <<-'END'
		import struct, sys
		frame = bytes(6) + b"\x02\0\0\0\0\1" + b"\x88\xb5" + bytes(46)
		with open(sys.argv[1], "wb") as f:
		    f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
		    for i in range(int(sys.argv[2])):
		        f.write(struct.pack("<IIII", i, 0, len(frame), len(frame)) + frame)
	END
}

# FILE TEXT: wait until it is there
wait_for() {
	local i

	for ((i = 0; i < 200; i++)); do
		grep -q -- "$2" "$1" 2>/dev/null && return
		sleep 0.05
	done
	echo "# '$2' did not come in $1"
}

# Run verdict in the background, as from a terminal: its pid in $pid, what it says in out.
start() {
	env --default-signal=INT,TERM,HUP "$verdict" "$@" >out 2>&1 </dev/null &
	pid=$!
}

# Its status in $status: 128 + signal, as a shell says it.
ended() {
	wait "$pid" 2>/dev/null
	status=$?
}

busy probe.yaml 1000
if ! "$verdict" run -O "$bpf" probe.yaml >out 2>&1; then
	has "verdict cannot run this for a reason it says" "$(cat out)" "error: "
	skip "all" "no bpf_loop() (Linux 5.17), or no privileges"
	tap_done
	exit 0
fi
rm -f probe.yaml out
