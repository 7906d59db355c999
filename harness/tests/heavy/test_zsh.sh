#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What zsh completes, at a terminal that tmux keeps. (bash: harness/tests/cli/test_completion.sh.)
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
for tool in zsh tmux; do
	if ! command -v $tool >/dev/null; then
		skip "what zsh completes" "$tool is not installed"
		tap_done
		exit 0
	fi
done
work=$(mktemp -d) || exit 1
trap 'tmux -S "$work/socket" kill-server 2>/dev/null; rm -rf "$work"' EXIT
mkdir "$work/functions" "$work/bin" "$work/here"
ln -s "$VERDICT" "$work/bin/verdict"
"$VERDICT" help --completion zsh >"$work/functions/_verdict"
cd "$work/here" || exit 1
mkdir scenarios
printf '%s\n' 'verdict: 1' 'name: x' 'tags: [alpha, beta]' 'object: xdp.bpf.o' 'program: cil_xdp_entry' \
	'steps:' '  - {send: eth() / ipv4(), expect: {verdict: XDP_PASS}}' >scenarios/one.yaml
touch scenarios/notes.txt capture.pcap object.o

in_tmux() {
	tmux -f /dev/null -S "$work/socket" "$@"
}
window() {
	in_tmux capture-pane -p -J | sed '/^ *$/d'
}
# PATTERN: wait until the window shows it
wait_for() {
	local i

	for ((i = 0; i < 300; i++)); do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $(window) == *$1* ]] && return
		sleep 0.1
	done
}
# NAME TYPED PATTERN: what the window shows after TYPED and a tab
completes() {
	in_tmux send-keys C-c
	in_tmux send-keys -l "clear"
	in_tmux send-keys Enter
	wait_for 'zsh> '
	in_tmux send-keys -l "$2"
	in_tmux send-keys Tab
	wait_for "$3"
	has "$1" "$(window)" "$3"
}

is "zsh reads it" "$(zsh -n "$work/functions/_verdict" 2>&1)" ""
in_tmux new-session -d -x 120 -y 40 "env PATH='$work/bin:$PATH' TERM=screen zsh -f"
in_tmux send-keys -l "fpath=('$work/functions' \$fpath); autoload -Uz compinit; compinit -u -D; PS1='zsh''> '; clear"
in_tmux send-keys Enter
wait_for 'zsh> '

completes "commands, with what they do" "verdict r" "replay *-- run the frames of a capture*run *-- run scenarios"
completes "options, with their letters" "verdict run --ta" "zsh> verdict run --tag"
completes "every option" "verdict run -" "--color *--exitfirst *-x *--time-limit *--verbose *-v"
completes "choices" "verdict run --color " "always *auto *never"
completes "choices behind =" "verdict run --color=al" "zsh> verdict run --color=always"
printf '%s\n' 'verdict: 1' kernels: '  xnu: {vmlinuz: object.o}' >kernels.yaml
completes "a kernel's name" "verdict run --vm=xn" "zsh> verdict run --vm=xnu"
completes "formats" "verdict run --format ju" "zsh> verdict run --format junit"
completes "a format's file" "verdict run --format json:obj" "zsh> verdict run --format json:object.o"
completes "scenarios, not other files" "verdict run scenarios/" "zsh> verdict run scenarios/one.yaml"
completes "captures" "verdict replay c" "zsh> verdict replay capture.pcap"
completes "objects" "verdict replay -p o" "zsh> verdict replay -p object.o"
completes "tags of the scenarios on the line" "verdict run scenarios/one.yaml -t " "alpha *beta"
completes "topics and commands of help" "verdict help " "helpers *packets *scenario"
tap_done
