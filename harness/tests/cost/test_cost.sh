#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What programs cost the verifier: measured, compared with a stored result, held to a budget. The kernel's
# own count of verified instructions is what ours is compared with. Prints TAP.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
build=$(cd "${1:?usage: test_cost.sh BUILD}" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
cp "$here"/*.yaml . || exit 1

run() {
	"$build/verdict" run -O "$build/harness/tests/bpf" "$@" >out 2>&1
	status=$?
	echo "status $status" >>out
	cat out
}
# EXPRESSION: of python, on the result r in r.json
result() {
	python3 -c 'import json, sys
r = json.load(open("r.json")); p = r["programs"]
print(eval(sys.argv[1]))' "$1"
}
# STATEMENT: the result with a change, as other.json
change() {
	python3 -c 'import json, sys
r = json.load(open("r.json")); p = r["programs"]
exec(sys.argv[1]); json.dump(r, open("other.json", "w"))' "$1"
}

run --format json:r.json sets.yaml >/dev/null
is "nobody asked: nothing is loaded again" "$status $(result 'len(p)')" "0 0"
run --cost --format json:r.json sets.yaml >/dev/null
is "each program once for each set of globals" \
	"$(result 'len(p) == len({(x["object"], x["globals"], x["program"]) for x in p}) and len(p) > 5')" True
is "two cases that load alike are one set" "$(result 'len({x["globals"] for x in p})')" 1
is "all of them load" "$(result '[x["error"] for x in p if x["error"]]')" "[]"
is "every program has a way through it" "$(result 'min(x["insns"] for x in p) > 1')" True
is "the kernel counts the same" \
	"$(result '[x["program"] for x in p if x["verified_insns"] not in (None, x["insns"])]')" "[]"
is "no program has more states at a time than in all" \
	"$(result '[x["program"] for x in p if x["peak_states"] > x["states"]]')" "[]"
is "a stack is within what the verifier allows a function, in steps of 8" \
	"$(result '[x["program"] for x in p if x["stack"] % 8]')" "[]"
has "text says it" "$(run --cost sets.yaml)" \
	"lessons.bpf.o
  * insns * states, * at most, stack * verified in *"
has "stubs are not counted: as without them" "$(
	run --cost --no-interpose --format json:plain.json sets.yaml >/dev/null
	python3 -c 'import json
a, b = (sorted((x["program"], x["insns"]) for x in json.load(open(f))["programs"]) for f in ("r.json", "plain.json"))
print(a == b)')" True

# What has changed since.
change ''
run --baseline other.json --format text:t.txt sets.yaml >/dev/null
is "as before" "$(grep -c '^verdict: note: cost' t.txt)" 1
has "as before, in words" "$(cat t.txt)" "note: cost: of * programs 0 have changed since other.json, 0 are new, * as before; 0 are gone"
change 'p[0]["insns"] //= 2; p[0]["program"] = "pass"; name = [x for x in p if x["program"] == "pass"]
r["programs"] = [x for x in p if x["program"] != "drop"]; r["programs"][0]["program"] = "went"'
has "gone and new ones are said" "$(run --baseline other.json sets.yaml)" \
	"note: cost: lessons.bpf.o: went is gone: * instructions before"
change '[x for x in p if x["program"] == "pass"][0]["insns"] = 1'
has "more instructions" "$(run --baseline other.json sets.yaml)" \
	"note: cost: lessons.bpf.o: pass: * instructions, before 1 (+*1 have changed since other.json*status 0"
change 'r["programs"] = []'
has "a result without costs" "$(run --baseline other.json sets.yaml)" \
	"error: --baseline: other.json has no costs of programs for*status 2"
has "no such file" "$(run --baseline gone.json sets.yaml)" "error: --baseline: cannot read gone.json: "
echo '{"verdict_result": 7}' >other.json
has "a result of another version" "$(run --baseline other.json sets.yaml)" "--baseline: other.json:1:20: *version 7"

# A budget.
has "within" "$(run --budget insns=1000000,states=100000,stack=8192,load=1h sets.yaml)" "2 passed, 0 failed*status 0"
over="over budget: lessons.bpf.o: pass: * instructions, 1 are allowed"
has "beyond, in text" "$(run --budget insns=1 sets.yaml)" "error: $over*status 1"
has "and counted in the last line" "$(run --budget insns=1 sets.yaml)" "0 skipped, * over budget in "
run --budget insns=1 --format junit:j.xml --format tap:t.tap --format json:r.json --format github sets.yaml >/dev/null
has "beyond, for GitHub" "$(cat out)" "::error title=verdict::*$over"
has "beyond, in JUnit: a test case of its own" "$(cat j.xml)" \
	"<testcase classname=\"budget\" name=\"lessons.bpf.o: pass: insns\" time=\"0\">
      <failure message=\"$over\" type=\"budget\"/>"
is "which is counted" "$(xmllint --xpath 'count(//failure) = /testsuites/@failures and count(//testcase) = /testsuites/@tests and count(//error) = 0' j.xml)" true
has "beyond, in TAP: a test of its own" "$(cat t.tap)" "not ok * - budget: lessons.bpf.o: pass: insns
  ---
  severity: fail
  message: *$over"
is "which was planned" "$(grep -cE '^(not )?ok ' t.tap)" "$(sed -n 's/^1\.\.//p' t.tap)"
is "beyond, in JSON" "$(result 'sum("over budget" in d["message"] for d in r["diagnostics"]) > 0, r["summary"]["status"]')" \
	"(True, 1)"
while IFS='|' read -r text why; do
	has "budget $text" "$(run --budget "$text" sets.yaml)" "error: --budget: $why*status 2"
done <<'END'
insn=5|'insn=5' is none of insns=N, states=N, stack=BYTES, load=TIME
insns|'insns' is no number above 0: insns=NUMBER
insns=0|'insns=0' is no number above 0: insns=NUMBER
insns=-1|'insns=-1' is no number above 0: insns=NUMBER
load=soon|'load=soon' is no time: load=2s
insns=5,|'' is none of insns=N, states=N, stack=BYTES, load=TIME
END

# A feature is in the result when it was asked for.
run --format json:r.json sets.yaml >/dev/null
is "no feature was asked for" "$(result 'r["features"]')" "[]"
printf 'verdict: 1\nname: n\nobject: lessons.bpf.o\nprogram: pass\nneeds: map.hash\nsteps: [{send: eth(), expect: {verdict: XDP_PASS}}]\n' >need.yaml
run --format json:r.json need.yaml >/dev/null
is "one was" "$(result 'r["features"]')" "[{'name': 'map.hash', 'supported': True, 'reason': None}]"
run --features --format json:r.json need.yaml >/dev/null
is "all were" "$(result 'len(r["features"]) > 400')" True
tap_done
