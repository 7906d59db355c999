#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# verdict report: the page holds the results it is made of, nothing that would be fetched or run, and no text of
# a result that becomes markup; the summary in Markdown; what is said of files that are none.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
cd "$(dirname "$0")" || exit 2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail=../fail

run() {
	"$VERDICT" run -O "$VERDICT_BUILD/harness/tests/bpf" --format "text:$dir/text" "$@" >"$dir/log" 2>&1
}
report() {
	"$VERDICT" report "$@" 2>&1
}

run --results "$dir/a" $fail/packet-like.yaml $fail/capture-differs.yaml $fail/map-percpu-sum.yaml \
	$fail/calls-after.yaml $fail/events-hex.yaml $fail/several.yaml $fail/load-verifier.yaml ../../../scenarios/arp
jq '.run.kernel = "9.9" | .run.column = "next" | .scenarios[0] |= (.outcome = "pass" | .steps = [])
	| .summary.passed += 1 | .summary.failed -= 1' "$dir/a/results.json" >"$dir/next.json"

is "a page is written" "$(report -o "$dir/site/a.html" "$dir/a/results.json"; echo $?)" 0
is "it holds the results, and only its own scripts" "$(python3 page.py check "$dir/site/a.html" "$dir/a/results.json")" ""
is "captures are linked from its folder" \
	"$(grep -o '"\.\./a/frames/[^"]*step-1.in.pcap"' "$dir/site/a.html" | head -n 1 | tr -d '"' |
		(cd "$dir/site" && xargs ls -d) | grep -c .)" 1
text=$(python3 page.py text "$dir/site/a.html")
has "without JavaScript: what came of it" "$text" "6 of * scenarios failed"
has "without JavaScript: where each failed" "$text" "$fail/packet-like.yaml:*packet: the frame that came out differs in ipv4.ttl, udp.dport"

is "pages of several kernels" "$(report --all --title 'a <b>' -o "$dir/b.html" "$dir/a/results.json" "$dir/next.json"; echo $?)" 0
is "they hold the results of each" "$(python3 page.py check "$dir/b.html" "$dir/a/results.json" "$dir/next.json")" ""
has "with a title" "$(python3 page.py text "$dir/b.html")" "a <b>"
is "standard output gets the same page" \
	"$(cd "$dir" && "$VERDICT" report a/results.json | sha256sum)" \
	"$(cd "$dir" && "$VERDICT" report -o c.html a/results.json && sha256sum <c.html)"

python3 page.py hostile "$dir/a/results.json" "$dir/hostile.json"
is "any text may be in a result" "$(report --all -o "$dir/hostile.html" "$dir/hostile.json"; echo $?)" 0
is "and none becomes markup" "$(python3 page.py check "$dir/hostile.html" "$dir/hostile.json")" ""
has "it is shown as it is" "$(python3 page.py text "$dir/hostile.html")" '</script><img src=x onerror="document.title='
markdown=$(report --format markdown "$dir/hostile.json")
is "nor in Markdown" "$(sed -E 's/&#[0-9]+;|<.?(code|details|summary|br)>//g' <<<"$markdown" | grep -c '[<`&]')" 0

markdown=$(report --format markdown "$dir/a/results.json" "$dir/next.json")
has "Markdown: the counts" "$markdown" "## ❌ verdict: 6 of * scenarios failed, 1 could not be judged, on 2 kernels"
has "Markdown: a failure with its kernels" "$markdown" "<code>the sum over all CPUs</code>*| <code>*, next</code> |"
is "verdict run writes the same of itself" \
	"$(run --format "markdown:$dir/run.md" --results "$dir/d" $fail/packet-like.yaml ../../../scenarios/arp
		sed -E 's/[0-9.]+ (s|ms)/TIME/g' "$dir/run.md")" \
	"$(report --format markdown "$dir/d/results.json" | sed -E 's/[0-9.]+ (s|ms)/TIME/g')"

printf 'SF:page.py\nDA:1,3\nDA:2,0\nend_of_record\n' >"$dir/trace.info"
is "coverage is taken along" "$(report --coverage "$dir/trace.info" -o "$dir/e.html" "$dir/a/results.json"; echo $?)" 0
has "with sources that can be read" "$(cat "$dir/e.html")" '"lines": *1, 3*2, 0*"source": "# SPDX'

jq '.programs = [{object: "old/lxc.bpf.o", globals: "", program: "p", type: "sched_cls", insns: 9, verified_insns: 90, states: 1,
	peak_states: 1, stack: 0, load_ns: 1, error: null}]' "$dir/next.json" >"$dir/before.json"
baseline_of() {
	sed -n '/id="overview">/,/<.script>/{s/.*id="overview">//; s/<.script>.*//; p}' "$1" |
		jq -c '[.columns[].baseline | if . then map(.program) else . end]'
}
is "a baseline is taken along: that of the same kernel" \
	"$(report --baseline "$dir/before.json" -o "$dir/f.html" "$dir/a/results.json" "$dir/next.json"; echo $?) $(baseline_of "$dir/f.html")" '0 [null,["p"]]'
is "or the only one" "$(report --baseline "$dir/before.json" -o "$dir/f.html" "$dir/a/results.json"; echo $?) $(baseline_of "$dir/f.html")" '0 [["p"]]'
is "none is none" "$(report -o "$dir/f.html" "$dir/a/results.json"; echo $?) $(baseline_of "$dir/f.html")" '0 [null]'
has "a baseline without costs" "$(report --baseline "$dir/next.json" -o "$dir/f.html" "$dir/a/results.json"; echo $?)" \
	"warning: $dir/next.json has costs of programs on none of these kernels*0"
has "a baseline that is not there" "$(report --baseline gone.json -o "$dir/no.html" "$dir/next.json"; echo $?)" "error: cannot read gone.json*2"
has "a baseline for what has no costs" "$(report --format markdown --baseline "$dir/before.json" "$dir/next.json"; echo $?)" "error: --baseline is for the page: *2"

is "a file that is not there" "$(report -o "$dir/no.html" gone.json; echo $?)" "verdict: error: cannot read gone.json: No such file or directory
2"
has "a file that is no result" "$(report -o "$dir/no.html" page.py; echo $?)" "page.py:1:1: error: *2"
has "another version" "$(jq '.verdict_result = 2' "$dir/next.json" >"$dir/two.json"; report -o "$dir/no.html" "$dir/two.json")" \
	"version 2 is not known"
has "a tracefile that is none" "$(report --coverage page.py -o "$dir/no.html" "$dir/next.json"; echo $?)" "page.py:2:1: error: this is no line of an lcov tracefile*2"
is "nothing was written" "$(ls "$dir/no.html" 2>/dev/null)" ""
has "a folder that cannot be made" "$(report -o /dev/null/x.html "$dir/next.json"; echo $?)" "cannot write the report to /dev/null/x.html: Not a directory*2"
has "no results" "$(report; echo $?)" "*2"
tap_done
