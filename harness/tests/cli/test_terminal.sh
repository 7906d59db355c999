#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# verdict run at a terminal: what runs now is shown in a line that leaves no trace, colours are as the
# environment wants them, and the command that is printed for what failed runs just that.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
here=$(cd "$(dirname "$0")" && pwd)
bpf=$VERDICT_BUILD/harness/tests/bpf
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset NO_COLOR CLICOLOR CLICOLOR_FORCE CI COLUMNS
export TERM=xterm

# FILE VERDICT [NS]: a scenario whose program is busy for a while
busy() {
	printf '%s\n' 'verdict: 1' "name: $1" 'object: clean.bpf.o' 'program: busy' \
		"globals: {busy_ns: ${3:-1000}}" 'steps:' \
		"  - {send: eth() / ipv4() / udp(), expect: {verdict: $2}}" >"$1"
}

busy probe.yaml XDP_PASS
if ! "$VERDICT" run -O "$bpf" probe.yaml >out 2>&1; then
	has "verdict cannot run this for a reason it says" "$(cat out)" "error: "
	skip "all" "no bpf_loop() (Linux 5.17), or no privileges"
	tap_done
	exit 0
fi
rm probe.yaml

# Sets out and status: what a terminal of that size was sent.
at_terminal() {
	out=$("$here/terminal.py" "$@" 2>&1)
	status=$?
	out=${out//$'\r\n'/$'\n'}
	out=${out%$'\r'}
}

# The lines that were drawn, one each.
drawn() {
	grep -oP '\x1b\[K\x1b\[J\K[^\r\x1b]+(?=\r)' <<<"$out"
}

# Columns of the widest of them, of ASCII.
widest() {
	drawn | awk '{ if (length > n) n = length } END { print n + 0 }'
}

erase=$'\r\e[K\e[J'
mkdir many
for i in 1 2 3 4 5 6; do
	busy "many/a-scenario-whose-name-is-longer-than-narrow-windows-$i.yaml" XDP_PASS 150000000
done
busy many/z.yaml XDP_DROP 150000000
run=("$VERDICT" run -j1 -O "$bpf" many)

at_terminal 100x24 -- "${run[@]}"
is "the status of a run at a terminal" "$status" 1
has "what runs is shown" "$(drawn)" "[[]0/7] 0s: many/a-scenario*-1.yaml*[[]6/7] *s: many/z.yaml"
has "failures so far are shown, and the last line is erased before the end" \
	"${out##*"$erase"}" "FAIL*many/z.yaml*1 failed"
lines=${out//"$erase"/$'\n'}
is "nothing else is in between" "$(sed -E 's/.*\r//; /^\[./d; /^$/d' <<<"$lines" |
	sed -E 's/\x1b\[[0-9]*m//g; s/[0-9.]+ (ms|us|ns|s)\b/TIME/g')" \
	"$("${run[@]}" | sed -E '/^$/d; s/[0-9.]+ (ms|us|ns|s)\b/TIME/g')"
for columns in 40 3 1; do
	at_terminal ${columns}x24 -- "${run[@]}"
	is "$columns columns: a run as any other" "$status" 1
	is "$columns columns: no line is as wide" "$(($(widest) < columns))" 1
done
at_terminal 0x0 -- "${run[@]}"
has "a terminal that does not know its size is taken for a usual one" "$(drawn)" \
	"[[]0/7] 0s: many/a-scenario*-1.yaml"
at_terminal 100x24 --on '[1/7]' 'size 40x24' -- "${run[@]}"
is "a window made narrower: lines follow" \
	"$(drawn | grep -A 99 '^.[3-9]/7' | awk '{ if (length > n) n = length } END { print n }')" 39

# Results that overtake others wait; the line counts what has ended.
mkdir order
busy order/1.yaml XDP_PASS 3000000000
for i in 2 3 4; do
	busy order/$i.yaml XDP_PASS 1000000
done
if [ "$(nproc)" -gt 1 ]; then
	at_terminal 100x24 -- "$VERDICT" run -j2 -O "$bpf" order
	has "out of order: the line counts on, the first is named" "$(drawn)" "[[]3/4] ?s: order/1.yaml"
	has "out of order: results are in order" "$out" "ok *1.yaml*ok *2.yaml*ok *3.yaml*ok *4.yaml"
else
	skip "results out of order" "one CPU"
fi

at_terminal 100x24 -- "$VERDICT" run -j1 -O "$bpf" --format json many
is "a document at a terminal is just that" "$(jq .summary.failed <<<"$out" 2>&1)" 1
at_terminal 100x24 -- "$VERDICT" run -j1 -O "$bpf" --format json:r.json many
has "reports in files: what runs is shown" "$(drawn)" "[[]0/7]"
is "reports in files: and erased" "${out##*"$erase"}" ""
for setting in TERM=dumb TERM= CI=true; do
	at_terminal 100x24 -- env "$setting" "${run[@]}"
	is "$setting: plain lines" "$(drawn)/$status" "/1"
done
at_terminal 100x24 -- "${run[@]}" --no-progress
is "--no-progress: plain lines" "$(drawn)/$status" "/1"
is "no terminal: nothing but text" "$("${run[@]}" 2>&1 | grep -c $'[\e\r]')" 0
at_terminal 100x24 -- sh -c 'set -m; "$@" & wait $!' sh "${run[@]}"
is "in the background: nothing is drawn" "$(drawn)" ""
has "in the background: it runs" "$out" "6 passed, 1 failed"

# Ctrl-C
at_terminal 100x24 --on '[1/7]' 'key \x03' -- "${run[@]}"
is "Ctrl-C: the status" "$status" 130
has "Ctrl-C: nothing of the line is left" "${out##*"$erase"}" "interrupted by SIGINT* passed, 0 failed"
busy long.yaml XDP_PASS 900000000
at_terminal 100x24 --on '[0/1]' 'key \x03' --on ': interrupted' 'key \x03' -- \
	"$VERDICT" run -O "$bpf" long.yaml
is "Ctrl-C twice: the status" "$status" 130
is "Ctrl-C twice: nothing of the line is left" "${out##*"$erase"}" ""
at_terminal 100x24 --on '[0/1]' 'key \x1c' -- "$VERDICT" run -O "$bpf" long.yaml
is "Ctrl-\\: the status" "$status" 131

# Colours
# NAME YES|NO [VARIABLE=VALUE]... [OPTION]...: at a terminal
colors() {
	local name=$1 expected=$2 settings=()

	shift 2
	while [[ ${1:-} == [A-Z]*=* ]]; do
		settings+=("$1")
		shift
	done
	at_terminal 100x24 -- env "${settings[@]}" "$VERDICT" run -O "$bpf" "$@" many/z.yaml
	is "colours: $name" "$(grep -q $'\e\\[3[12]m' <<<"$out" && echo yes || echo no)" "$expected"
}
colors "at a terminal" yes
colors "NO_COLOR" no NO_COLOR=1
colors "an empty NO_COLOR is none" yes NO_COLOR=
colors "CLICOLOR=0" no CLICOLOR=0
colors "CLICOLOR=1" yes CLICOLOR=1
colors "TERM=dumb" no TERM=dumb
colors "--color always outranks NO_COLOR" yes NO_COLOR=1 --color always
colors "--color never" no --color never
piped() {
	env "$@" "$VERDICT" run -O "$bpf" many/z.yaml | grep -c $'\e' | sed 's/^[1-9].*/yes/; s/^0/no/'
}
is "colours: no terminal" "$(piped A=)" no
is "colours: CLICOLOR_FORCE" "$(piped CLICOLOR_FORCE=1)" yes
is "colours: CLICOLOR_FORCE=0" "$(piped CLICOLOR_FORCE=0)" no
is "colours: NO_COLOR outranks CLICOLOR_FORCE" "$(piped NO_COLOR=1 CLICOLOR_FORCE=1)" no

# As a terminal shows it in the end, which tmux knows: what has left the window too, in lines made
# whole again.
in_tmux() {
	tmux -f /dev/null -S "$work/socket" "$@"
}
as_text() {
	sed -E 's/ +$//; /^$/d; s/[0-9.]+ (ms|us|ns|s)\b/TIME/g'
}
if command -v tmux >/dev/null; then
	expected=$("${run[@]}" 2>&1 | as_text)
	for columns in 120 60 20; do
		rm -f ended
		in_tmux new-session -d -x $columns -y 12 \
			"env TERM=screen NO_COLOR=1 ${run[*]@Q} 2>&1; touch ended; sleep 60"
		if [ $columns = 60 ]; then
			for ((i = 0; i < 200; i++)); do
				in_tmux capture-pane -p | grep -q '^\[[1-9]/7' && break
				sleep 0.02
			done
			in_tmux resize-window -x 30 -y 12
		fi
		for ((i = 0; i < 600; i++)); do
			[ -e ended ] && break
			sleep 0.05
		done
		is "$columns columns: what the terminal has in the end is the report" \
			"$(in_tmux capture-pane -p -J -S - | as_text)" "$expected"
		in_tmux kill-server
	done
else
	skip "what a terminal shows in the end" "tmux is not installed"
fi
tap_done
