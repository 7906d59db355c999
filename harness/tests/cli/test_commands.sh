#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The commands as they are typed: what goes where, and how they end.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
top=$(realpath "$(dirname "$0")/../../..")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

# Sets out, err and status.
verdict() {
	out=$("$VERDICT" "$@" 2>"$work/err")
	status=$?
	err=$(cat "$work/err")
}

verdict
is "without a command: usage on standard error, status 2" "$out/$status" "/2"
has "usage lists the commands" "$err" "  replay  *  help "
verdict --help
is "--help ends with 0" "$err/$status" "/0"
verdict --version
is "--version" "$out/$err/$status" "$("$VERDICT" version)//0"
has "the version" "$out" "verdict [0-9]*.[0-9]*.[0-9]*"

for command in run check show replay help version; do
	verdict "$command" --help
	is "$command --help: standard output, status 0" "$err/$status" "/0"
	has "$command --help: says how it is used" "$out" "Usage: verdict $command *Options:"
	help=$out
	verdict help "$command"
	is "help $command is the same" "$out" "$help"
	verdict "$command" --no-such-option
	is "$command: unknown option" "$out/$status/${err%%$'\n'*}" \
		"/2/verdict: error: unknown option '--no-such-option'"
done

verdict chek
has "a misspelt command" "$status: $err" "2: verdict: error: unknown command 'chek'; did you mean 'check'?"
: >scenario.yaml
verdict scenario.yaml
has "a file in place of a command" "$err" "to run a scenario: verdict run scenario.yaml"
verdict run --jbos 4 --colour=never -j 0 .
is "every wrong option is named, each with the near one" "$status: $(grep error <<<"$err")" \
	"2: verdict: error: unknown option '--jbos'; did you mean '--jobs'?
verdict: error: unknown option '--colour'; did you mean '--color'?
verdict: error: -j: 0 is out of range: 1 to 1024 is accepted"
verdict show
has "an argument is missing" "$status: $err" "2: verdict: error: CAPTURE|EXPRESSION|OBJECT is missing"
verdict show a b
has "an argument too many" "$status: $err" "2: verdict: error: one argument too many: 'b'"
verdict show ''
has "an empty argument" "$status: $err" "2: verdict: error: an argument is empty"
verdict help packet
has "help on a misspelt topic" "$status: $err" "2: *did you mean 'packets'?"
"$VERDICT" help >/dev/full 2>err
is "a full disk is no success" "$?: $(cat err)" \
	"2: verdict: error: cannot write to standard output: No space left on device"

verdict help scenario
has "the language is explained" "$out" "steps:*packet: same*Keys of expect*matches *sent with "
sed -n '/^  verdict: 1/,/^Paths/s/^  //p' <<<"$out" >example.yaml
cp "$top/pcaps/clusterip_http.pcap" flow.pcap
verdict run example.yaml
has "its example passes" "$status: $err$out" "0: *1 passed, 0 failed"
verdict help packets
has "the protocols are listed" "$out" "ipv4*ttl*tcp*flags"
verdict help helpers
is "help helpers ends with 0" "$err/$status" "/0"
has "the helpers are listed, with what they are given" "$out" \
	"af   fib_lookup(question, answer, plen, flags) = a code*afv  map_update_elem(map, key, flags) = an error*"
has "those that give nothing, or no answer" "$out" \
	"     ringbuf_submit(flags)?*     sk_release() = an error*     tail_call(prog_array_map, index) ="
mkdir calls
for helper in $(sed -nE 's/^  [a ][f ][v ]  ([a-z0-9_]+)\(.*/\1/p' <<<"$out"); do
	printf '%s\n' "verdict: 1" "name: x" "object: calls.bpf.o" "program: route" "steps:" \
		"  - {send: eth(), expect: {calls: [$helper]}}" >"calls/$helper.yaml"
done
verdict check -O "$VERDICT_BUILD/harness/tests/bpf" calls
is "scenarios may name each of them" "$status: $err" "0: "

# Every page there is, of what help has.
verdict help --pages
is "the man pages" "$err/$status" "/0"
pages=$out
is "each command has one" "$(grep '\.1$' <<<"$pages" | sed 's/^verdict-\?//; s/\.1$//; /^$/d')" \
	"$("$VERDICT" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\( [a-z]\+\)\?\)  .*/\1/p' | tr ' ' -)"
missing=
complaints=
mkdir man
for page in $pages; do
	topic=${page#verdict}
	topic=${topic#-}
	# shellcheck disable=SC2086 # of verdict.1 none
	"$VERDICT" help --man ${topic%.*} >"man/$page" || missing="$missing $page"
	command -v groff >/dev/null &&
		complaints=$complaints$(groff -man -ww -Tutf8 "man/$page" 2>&1 >/dev/null)
	case $page in *-*.1) ;; *) continue ;; esac
	command=$(tr - ' ' <<<"${topic%.*}")
	# shellcheck disable=SC2086 # it may be two words
	for option in $("$VERDICT" $command --help | grep -oE '^ +(-.,)? +--[a-z-]+' | grep -oE '[a-z-]+$'); do
		grep -qF -e "\\fB${option//-/\\-}\\fR" "man/$page" || missing="$missing $page:$option"
	done
done
is "the man pages have every option" "$missing" ""
if command -v groff >/dev/null; then
	is "roff reads the man pages without complaint" "$complaints" ""
	has "verdict(1) as it is read" "$(groff -man -Tascii -P-c -P-b -P-u man/verdict.1)" \
		"verdict-run(1)*verdict-scenario(5)*EXIT STATUS*FILES*EXAMPLES*--format junit:results/junit.xml"
	has "verdict-scenario(5) as it is read" "$(groff -man -Tascii -P-c -P-b -P-u man/verdict-scenario.5)" \
		"VERDICT-SCENARIO(5)*verdict: 1  *# the language's version*Keys of a scenario*  steps * *SEE ALSO*verdict(1), *"
else
	skip "roff reads the man pages without complaint" "groff is not installed"
	skip "verdict(1) as it is read" "groff is not installed"
	skip "verdict-scenario(5) as it is read" "groff is not installed"
fi
verdict help --man nonsense
has "no man page of that name" "$status: $err" "2: *no help on 'nonsense': scenario, packets, helpers*, or a command"
verdict help --completion fish
is "a shell that is not known" "$status: $err" "2: verdict: error: --completion: 'fish' is none of bash|zsh"

# Decoded by hand from RFC 791, RFC 768 and IEEE 802.3.
expression='eth(dst=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=9) / udp(sport=7, dport=53)'
verdict show "$expression"
is "show EXPRESSION ends with 0" "$err/$status" "/0"
has "show EXPRESSION: what it is" "$out" "# 42 bytes  10.0.0.1.7 > 10.0.0.2.53: udp*"
has "show EXPRESSION: its bytes" "$out" "0x0000:  0200 0000 0001 0000 0000 0000 0800 4500  *
  0x0010:  001c 0000 0000 0911 9dcf 0a00 0001 0a00  *
  0x0020:  0002 0007 0035 0008 eb9f "
canonical=$(sed -n 2p <<<"$out")
verdict show "$canonical"
is "what is shown builds the same" "$(sed -n 2p <<<"$out")" "$canonical"
verdict show 'eth() / ipv4(tl=3) / udp(dprt=1)'
has "show EXPRESSION: all errors, with their places" "$status: $err" \
	"2: <expression>:1:14: error: *'ttl'*<expression>:1:26: error: *'dport'*"
verdict show --filter udp -n 3 "$expression"
has "show EXPRESSION takes no options of captures" "$status: $err" "2: *--filter is for*--count is for*"
verdict show nothing-here
has "show: neither file nor expression" "$status: $out: $err" "2: : *'nothing-here' is no file"

verdict show "$top/pcaps/arp.pcap"
is "show CAPTURE ends with 0" "$err/$status" "/0"
has "show CAPTURE: number, time, frame" "$out" "# 1  0.000000  *
eth(*) / arp(*"
sed -n 2p <<<"$out" >expression
verdict show "$(cat expression)"
is "a frame of a capture can be pasted" "$status: $(sed -n 2p <<<"$out")" "0: $(cat expression)"
verdict show -n 1 "$top/pcaps/ping.pcap"
is "show --count" "$(grep -c '^#' <<<"$out")" 1
verdict show --filter 'icmp[0] = 0' "$top/pcaps/ping.pcap"
has "show --filter keeps the file's numbers" "$out" "# 2  0.000000  "
verdict show --filter 'no filter' "$top/pcaps/ping.pcap"
has "show --filter that is none" "$status: $err" "2: *filter 'no filter'"
verdict show "$top/Makefile"
has "show of what is no capture" "$status: $err" "2: *Makefile' is no capture"
verdict show "$work"
has "show of a folder" "$status: $err" "2: *it is a folder"

verdict show -O "$VERDICT_BUILD/bpf" xdp.bpf.o
is "show OBJECT ends with 0" "$err/$status" "/0"
has "show OBJECT: programs, maps, types" "$out" "cil_xdp_entry *xdp*cilium_cidr_v4_dyn *lpm_trie*struct lpm_v4_key"
cp "$VERDICT" elf
verdict show elf
has "show of an ELF file that is no BPF object" "$status: $err" "2: verdict: error: *elf"
tap_done
