#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What bash completes is what the commands take. (zsh: harness/tests/heavy/test_zsh.sh.)
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
mkdir scenarios results "a b"
for name in one two; do
	printf '%s\n' 'verdict: 1' "name: x [y]  z" "tags: [$name, all]" 'object: xdp.bpf.o' 'program: cil_xdp_entry' \
		'steps:' '  - {send: eth() / ipv4(), expect: {verdict: XDP_PASS}}' >scenarios/$name.yaml
done
touch scenarios/notes.txt x.pcap x.o results.json "a b/c.yaml"

"$VERDICT" help --completion bash >completion.bash
is "bash reads it" "$(bash -n completion.bash 2>&1)" ""
# shellcheck source=/dev/null
. ./completion.bash
has "it completes verdict" "$(complete -p verdict)" "-F _verdict verdict"

# WORD...: what the last one may be, in a line
completed() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	_verdict
	printf '%s\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"} | sort -u | paste -sd ' '
}

"$VERDICT" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\( [a-z]\+\)\?\)  .*/\1/p' >commands
is "commands" "$(completed verdict '')" \
	"$({ grep -v ' ' commands; printf '%s\n' --help --version; } | sort | paste -sd ' ')"
wrong=
while read -r command; do
	# shellcheck disable=SC2086 # it may be two words
	options=$("$VERDICT" $command --help | sed -nE '/^Examples:/q; s/^ +(-(.), +)?--([a-z-]+).*/--\3 -\2/p' |
		tr ' ' '\n' | sed '/^-$/d' | sort | paste -sd ' ')
	# shellcheck disable=SC2086
	[ "$(completed verdict $command -)" = "$options" ] || wrong="$wrong $command: $options;"
	# words to choose from, as help shows them
	# shellcheck disable=SC2086
	while read -r option choices; do
		is "$command $option" "$(completed verdict $command "$option" '')" \
			"$(tr '|' '\n' <<<"$choices" | sort | paste -sd ' ')"
	done < <("$VERDICT" $command --help | sed -nE 's/^ .*(--[a-z-]+) ([a-z0-9]+(\|[a-z0-9]+)+)( .*|$)/\1 \2/p')
done <commands
is "every command's options are those of its help" "$wrong" ""

is "part of an option" "$(completed verdict run --time-)" "--time-limit"
is "a value behind =" "$(completed verdict run --color = al)" "always"
is "an option whose value may be left out: the next word is none" "$(completed verdict run --vm s)" "scenarios"
is "its value behind =" "$(completed verdict run --vm = x)" "x.o x.pcap"
printf '%s\n' 'verdict: 1' kernels: '  xnu: {vmlinuz: x.o}' '  other: {vmlinuz: x.o}' >kernels.yaml
is "a kernel's name, too" "$(completed "$VERDICT" run --vm = x)" "x.o x.pcap xnu"
rm kernels.yaml
is "a value behind =, of which nothing is typed" "$(completed verdict run --color =)" "always auto never"
has "formats" "$(completed verdict run --format '')" "github*json*junit*tap*text"
is "a format's file" "$(completed verdict run --format json : results)" "results results.json"
is "scenarios and folders" "$(completed verdict run s)" "scenarios"
is "scenarios only" "$(completed verdict check scenarios/)" "scenarios/one.yaml scenarios/two.yaml"
is "a name with a blank" "$(completed verdict run 'a b/')" "a b/c.yaml"
is "captures" "$(completed verdict replay x)" "x.pcap"
is "objects" "$(completed verdict replay -p x)" "x.o"
is "folders" "$(completed verdict run -O r)" "results"
has "topics and commands of help" "$(completed verdict help '')" "*packets*replay*run*scenario*"
is "tags of the scenarios on the line" "$(completed "$VERDICT" run scenarios -t '')" "all one two"
is "tags of one" "$(completed "$VERDICT" run scenarios/two.yaml -t t)" "two"
is "tags of nothing" "$(completed "$VERDICT" run -t '')" ""
is "a number is not completed" "$(completed verdict run -j '')" ""
is "nothing where a command takes no more" "$(completed verdict version '')" ""
is "an unknown command" "$(completed verdict nonsense '')" ""
tap_done
