#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# `verdict matrix` as far as it goes without QEMU: kernels that are not there, the one that runs here, what is asked wrongly.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_CACHE_HOME=$work/cache
chmod 755 .

# ARGUMENTS...: sets out (standard output), err (the rest) and status.
matrix() {
	out=$("$VERDICT" matrix "$@" 2>err.txt)
	status=$?
	err=$(<err.txt)
}

cat >kernels.yaml <<-END
	verdict: 1
	kernels:
	  fetched: {package: linux-image-6.1.*-amd64, suite: bookworm}
	  mine: {vmlinuz: bzImage}
	  needed: {vmlinuz: other/bzImage, required: true}
END
cat >passes.yaml <<-END
	verdict: 1
	name: a frame that is passed on
	object: $VERDICT_BUILD/harness/tests/bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END
sed 's/XDP_PASS/XDP_DROP/; s/a frame.*/a frame that is not/' passes.yaml >fails.yaml

matrix --list
is "--list: what is there of each" "$status: $out" \
"0: fetched          unavailable: not fetched: \`verdict matrix fetch\` does that
mine             unavailable: cannot read bzImage: No such file or directory
needed           unavailable: cannot read other/bzImage: No such file or directory"
is "--list takes no scenarios" "$err" ""
: >bzImage
matrix --list --kernel mine
is "a file that is there" "$status: $out" "0: mine             bzImage"
rm bzImage

matrix --no-running --kernel mine passes.yaml
has "no kernel at all: nothing was judged" "$status: $out" "2: *mine *unavailable*cannot read bzImage: No such file or directory*1 kernel: 1 unavailable"
if [ "$(id -u)" = 0 ]; then
	matrix --kernel mine --kernel running passes.yaml
	has "one that may be missing is shown, and fails nothing" "$status: $out" "0: *mine *unavailable*running *pass *1 *0 *0 *2 kernels: 1 pass, 1 unavailable"
	has "a line for each when it is done" "$err" "[[]1/2] mine: unavailable
[[]2/2] running: pass, 1 passed, 0 failed, 0 skipped, "
	matrix --kernel needed --kernel running passes.yaml
	has "one that is required fails the run" "$status: $out" "2: *needed *unavailable*it is required"
	matrix --kernel running passes.yaml fails.yaml --results left --format text --format json:left/m.json --format junit:left/m.xml --format markdown:left/m.md
	has "a scenario that fails: status 1, with the reason" "$status: $out" "1: *fails.yaml * F*fail on running: verdict: expected XDP_DROP, got XDP_PASS*1 scenario is the same * 1 pass"
	is "the same for programs" "$(jq -r '.status, .kernels[0].verdict, (.scenarios[] | .id + " " + .cells[0].outcome)' left/m.json)" \
"1
fail
passes.yaml pass
fails.yaml fail"
	is "and as XML" "$(xmllint --xpath 'string(//testsuite[@name="running"]/testcase[@name="fails.yaml"]/failure/@message)' left/m.xml)" \
		"verdict: expected XDP_DROP, got XDP_PASS (2)"
	has "and in Markdown" "$(cat left/m.md)" "| fails.yaml<br>running: verdict: expected XDP?_DROP, got XDP?_PASS (2) | fail |"
	is "results say whose they are" "$(jq -r 'select(.record == "run").column' left/running/results.jsonl)" running
	is "results of all kernels, merged" "$(jq -c '[.verdict_result, (.run // .runs[0].run).column]' left/results.json)" '[1,"running"]'
	is "captures are beside them" "$(cd left/running && find . -name '*.pcap' | sort)" \
"./frames/fails.yaml/step-1.in.pcap
./frames/fails.yaml/step-1.out.pcap"
	mkdir -p kept/running/results.jsonl # where a file should go
	matrix --kernel running passes.yaml --results kept
	has "a result that cannot be kept: status 2, and what was found all the same" "$status: $out" "2: *running *pass *1 *0 *0 "
	has "it is named" "$err" "cannot write $work/kept/running/results.jsonl: Is a directory"
	matrix --kernel running -k passes passes.yaml fails.yaml
	has "-k chooses there, too" "$status: $out" "0: *running *pass *1 *0 *0 *1 scenario is the same"
	matrix --kernel running passes.yaml fails.yaml --repeat 3 --rerun-failed --results again
	is "--repeat and --rerun-failed: status" "$status" 1
	is "how often each was run" "$(jq -c '.scenarios[] | [.id, (.attempts | length)]' again/results.json)" '["passes.yaml",3]
["fails.yaml",4]'
	for i in 1 2; do
		matrix --kernel running passes.yaml fails.yaml --shard $i/2 --times again/results.json --results part$i --format json:part$i.json
		is "--shard $i/2: one of the two" "$(jq '.scenarios | length' part$i.json)" 1
		is "--shard $i/2: no merged results of a part" "$(find part$i -maxdepth 1 -name results.json)" ""
	done
	"$VERDICT" merge -o whole.json part*/running/results.jsonl 2>err.txt
	is "parts are put together" "$(cat err.txt)$(jq -c '[.run.column, .scenarios[].outcome]' whole.json)" '["running","pass","fail"]'
	matrix --kernel running passes.yaml --shard 2/2
	has "a part that has nothing to judge fails nothing" "$status: $out" "0: *running *pass *0 *0 *0 "
	if command -v setpriv >/dev/null; then
		out=$(setpriv --reuid=65534 --regid=65534 --clear-groups "$VERDICT" matrix --kernel running "$work/kernels.yaml" "$work/passes.yaml" 2>/dev/null)
		has "without privileges the kernel that runs here is not available, with the reason" "$?: $out" \
			"2: *running *unavailable*running programs needs CAP_SYS_ADMIN"
	else
		skip "without privileges the kernel that runs here is not available" "setpriv is not here"
	fi
else
	skip "the kernel that runs here" "it takes root"
fi

matrix --kernel mnie passes.yaml
has "a kernel that is not in the file" "$status: $err" "2: *unknown kernel 'mnie'; did you mean 'mine'?"
matrix --no-running --kernel running passes.yaml
has "to ask for what is left out" "$status: $err" "2: *--no-running and --kernel running exclude each other"
matrix --format jason passes.yaml
has "an unknown format" "$status: $err" "2: *unknown --format 'jason'; did you mean 'json'?"
matrix --format json --format junit passes.yaml
has "two formats for one place" "$status: $err" "2: *only one format can go to standard output"
matrix --budget insn=1 passes.yaml
has "a budget of what is not counted" "$status: $err" "2: *insn*"
matrix --kernel mine --times x.json passes.yaml
has "--times without --shard" "$status: $err" "2: *--times is what shards are made of: it needs --shard I/N"
matrix --kernel mine --shard 3/2 passes.yaml
has "a shard that there is not" "$status: $err" "2: *--shard takes I/N, part I of N*not '3/2'"
matrix --kernel mine --shard 1/2 --times nowhere.json passes.yaml
has "times that are not there" "$status: $err" "2: *--times: cannot read nowhere.json: No such file"
matrix --baseline nowhere.json --kernel mine passes.yaml
has "a baseline that is not there" "$status: $err" "2: *nowhere.json*No such file"
matrix nowhere.yaml
has "a scenario that is not there" "$status: $err" "2: *nowhere.yaml*No such file"
is "what is wrong is found before anything runs" "$out" ""
is "no folder is left in /tmp" "$(find /tmp -maxdepth 1 -name 'verdict-matrix-*' -newer kernels.yaml)" ""
tap_done
