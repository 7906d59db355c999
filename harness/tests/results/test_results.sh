#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Results of real runs: as the schema says, dealt to shards and put together again, run more than once.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
here=$(realpath "$(dirname "$0")")
tree=$here/../../..
schema=$tree/docs/results.schema.json
export PYTHONDONTWRITEBYTECODE=1
objects=$VERDICT_BUILD/harness/tests/bpf
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

run() {
	"$VERDICT" run -O "$objects" "$@"
}

# FILE PROGRAM N: a scenario with N cases
scenario() {
	{
		printf '%s\n' 'verdict: 1' "name: $2" 'object: nodes.bpf.o' "program: $2" 'cases:'
		seq "$3" | sed 's/.*/  c&: {port: &}/'
		printf '%s\n' 'steps:' '  - send: eth() / ipv4() / udp(sport=$port)' \
			'    expect: {verdict: TC_ACT_OK}'
	} >"$1"
}

mkdir suite
scenario suite/ok.yaml ok 5
scenario suite/drop.yaml drop 2
scenario coins.yaml toss 100
printf '%s\n' 'xfail: known' >>suite/drop.yaml
scenario suite/fails.yaml drop 2
printf '%s\n' 'verdict: 1' 'name: does not load' 'object: fail_verifier.bpf.o' 'program: bad' \
	'steps: [{send: eth(), expect: {verdict: XDP_PASS}}]' >error.yaml

# Every kind of result.
run --format json:whole.json suite >/dev/null
is "failures: the status" $? 1
run --format json:pass.json suite/ok.yaml >/dev/null
run --format json:verbose.json -v suite >/dev/null
run --format json:error.json suite error.yaml missing.yaml >/dev/null 2>&1
is "errors: the status" "$?/$(jq .summary.status error.json)" 2/2
(cd "$here/../fail" && "$VERDICT" run -O "$objects" --format "json:$work/fail.json" \
	--format "jsonl:$work/fail.jsonl" calls-after.yaml capture-d*.yaml events-m*.yaml map-m*.yaml \
	meta.yaml ctx-fields.yaml tunnel-members.yaml redirect*.yaml xfail-*.yaml replay-v*.yaml >/dev/null)
run --format json:repeat.json --repeat 3 suite >/dev/null
run --format jsonl:lines.jsonl suite >/dev/null
for i in 1 2 3; do
	run --shard $i/3 --format json:shard$i.json suite >/dev/null
done
"$VERDICT" merge -o merged.json shard3.json shard1.json shard2.json
is "shards are put together" "$?" 0
run --column other --format jsonl:other.jsonl suite >/dev/null
"$VERDICT" merge -o kernels.json whole.json other.jsonl
is "kernels are put beside each other" "$?/$(jq -c '[.runs[].run.column]' kernels.json)" '0/[null,"other"]'

# Interrupted, while one coin is tossed for ever.
"$VERDICT" run -O "$objects" -j 1 --repeat 1000000 --format jsonl suite/ok.yaml suite/fails.yaml \
	>interrupted.jsonl 2>/dev/null &
pid=$!
for _ in $(seq 300); do
	grep -q '"objects"' interrupted.jsonl && break
	sleep 0.1
done
kill -TERM $pid
wait $pid
is "interrupted: the status" "$?/$(tail -n 1 interrupted.jsonl | jq -c '[.interrupted, .status]')" \
	'143/["SIGTERM",143]'

is "all are as the schema says" "$(python3 "$here/schema.py" "$schema" valid ./*.json ./*.jsonl \
	"$here"/../report/golden/json{,l}.txt 2>&1)" ""
is "the schema refuses what is damaged" \
	"$(python3 "$here/schema.py" "$schema" damaged "$here/../report/golden/json.txt" 2>&1 | tail -n 3)" some
is "the schema and the page describe the same" \
	"$(python3 "$here/schema.py" "$schema" described "$tree/docs/results.md" 2>&1)" all
is "all are read again" "$("$VERDICT" merge fail.json 2>&1 | jq -S . | sha256sum)" \
	"$(jq -S . fail.json | sha256sum)"

# Shards.
normal='del(.. | .duration_ns?, .started?, .command?, .jobs?)'
is "all shards together are the whole run" \
	"$(jq -S "$normal" merged.json | sha256sum)" "$(jq -S "$normal" whole.json | sha256sum)"
is "the command of shards put together is that of the whole run" \
	"$(jq -r .run.command merged.json)" "verdict run -O $objects suite"
for n in 1 2 5 8 12; do
	for i in $(seq $n); do
		run --shard "$i/$n" --list suite 2>/dev/null
	done | sort >listed
	is "each scenario is in one of $n shards" "$(uniq -d listed)/$(wc -l <listed)" "/9"
done
run --shard 12/12 --format text --format json:empty.json suite >out 2>&1
is "a shard without scenarios: the status" "$?/$(jq .summary.status empty.json)" 0/0
has "a shard without scenarios says so" "$(cat out)" "note: shard 12 of 12 has none of the 9 scenarios"
run --shard 1/2 -k nothing suite >out 2>&1
is "nothing is chosen at all: the status" $? 2
jq '(.scenarios[] | select(.id == "suite/ok.yaml[c1]").duration_ns) = 1000000000000' whole.json >times.json
is "a long scenario has a shard of its own" \
	"$(for i in 1 2; do run --shard $i/2 --times times.json --list suite | wc -l; done | sort | xargs)" "1 8"
run --shard 1/2 --times gone.json suite >out 2>&1
is "times that are not there: the status" $? 2
has "times that are not there" "$(cat out)" "cannot read gone.json"
for bad in 0/2 3/2 1 1/ /2 1/x -1/2 1/2/3 1/99999; do
	has "--shard=$bad" "$(run "--shard=$bad" suite 2>&1)" "error: --shard takes I/N*not '$bad'"
done

# What cannot be put together.
refused() {
	local name=$1 message=$2

	shift 2
	rm -f no.json
	"$VERDICT" merge -o no.json "$@" >out 2>&1
	is "$name: the status, and no file" "$?/$(ls no.json 2>/dev/null)" 2/
	has "$name" "$(cat out)" "error: $message"
}
refused "a shard is missing" "shard 2 of 3 is missing" shard1.json shard3.json
refused "a shard is there twice" "shard 1 of 3 is there twice: in shard1.json and in shard1.json" \
	shard1.json shard1.json shard2.json shard3.json
refused "two whole runs" "whole.json and pass.json are both of kernel" whole.json pass.json
refused "a shard and a whole run" "shard1.json is a shard, whole.json a whole run" whole.json shard1.json
run --shard 2/2 --format json:half.json suite >/dev/null
refused "shards of another count" "shard1.json is of 3 shards, half.json of 2" shard1.json half.json
run --shard 2/3 --format json:fewer.json suite/ok.yaml >/dev/null
refused "shards of fewer scenarios" "*different suites: of 9 and of 5 scenarios" \
	shard1.json fewer.json shard3.json
run --shard 2/3 --no-interpose --format json:command.json suite >/dev/null
refused "shards of another command" "*different commands: *--no-interpose*" \
	shard1.json command.json shard3.json
sed -i 's/^name: ok/name: fine/' suite/ok.yaml
run --shard 2/3 --format json:text.json suite >/dev/null
refused "shards of other texts" "*different suites: their scenarios have other texts" \
	shard1.json text.json shard3.json
sed -i 's/^name: fine/name: ok/' suite/ok.yaml
jq '.objects[0].sha256 = ("0" * 64)' shard2.json >object.json
refused "shards of other objects" "*different objects: *nodes.bpf.o has SHA-256 *" \
	shard1.json object.json shard3.json
run --shard 2/3 --times times.json --format json:dealt.json suite >/dev/null
refused "shards dealt otherwise" "*were *made with different --times" shard1.json dealt.json shard3.json
run --shard 2/3 --format jsonl suite | sed '$d' >cut.jsonl
refused "a shard that is cut short" "cut.jsonl: shard 2 of 3 is cut short" shard1.json cut.jsonl shard3.json
head -c 2000 whole.json >half.json
refused "half a document" "this is not JSON" half.json
has "half a document: its place" "$(cat out)" "half.json:*:*: error: "
refused "another version" "verdict_result: version 2 is not known" <(jq '.verdict_result = 2' whole.json)
refused "no result" "cannot read gone.json: No such file" gone.json

# A coin that falls on both sides in 64 throws; 2^-63 that it does not.
run --repeat 64 --format json:coin.json --format tap:coin.tap --format junit:coin.xml \
	--format github:coin.github --format text 'coins.yaml[c1]' >coin.txt
is "a coin fails" $? 1
is "a coin is flaky" "$(jq -c '[.scenarios[0] | .outcome, .flaky, (.attempts | length)] +
	[.summary.failed, .summary.flaky, .run.repeat]' coin.json)" '["fail",true,64,1,1,64]'
is "its attempts differ" "$(jq -c '[.scenarios[0].attempts[].outcome] | unique' coin.json)" '["fail","pass"]'
has "text says that it is flaky" "$(cat coin.txt)" "FAIL *flaky: * of 64 runs failed*1 of these flaky"
has "TAP says that it is flaky" "$(cat coin.tap)" "not ok*flaky: true"
has "JUnit says that it is flaky" "$(cat coin.xml)" "<failure message=\"flaky: * of 64 runs failed: "
has "GitHub says that it is flaky" "$(cat coin.github)" "(flaky%3A * of 64 runs failed)::"
run --repeat 5 --format json suite | jq -c '[.scenarios[] | .flaky] | unique' >out
is "what always comes out alike is not flaky" "$(cat out)" '[false]'

# Of 100 coins half fail, and half of these pass then; 2^-41 that none does.
run --rerun-failed --format json:coins.json --format jsonl:coins.jsonl coins.yaml >/dev/null
is "failures are run again: the status" $? 1
is "failures are run again: in order" "$(jq -c '[.scenarios[].number] == [range(1; 101)]' coins.json)" true
is "failures are run again, and only they" "$(jq -c '[.scenarios[] |
	[.outcome, .flaky, ([.attempts[].outcome] | join(" "))] | join(" ")] | unique' coins.json)" \
	'["fail false fail fail","fail true fail pass","pass false pass"]'
is "failures are run again: all are counted" \
	"$(jq '.summary | .passed + .failed == 100 and .flaky > 0 and .flaky < .failed' coins.json)" true
tap_done
