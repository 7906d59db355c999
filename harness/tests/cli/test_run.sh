#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The test runner counts what passed, and cannot be made to overlook what did not.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
runner=$(realpath "$(dirname "$0")/../run")
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/harness/tests/unit" "$tree/harness/tests/fail" "$tree/build/harness/tests/unit"
cp "$runner" "$tree/harness/tests/run"

# FILE LINE...: an executable
program() {
	local file=$tree/$1

	shift
	printf '%s\n' '#!/bin/bash' "$@" >"$file"
	chmod +x "$file"
}

# A unit test that prints these lines and ends with STATUS, run alone.
unit() {
	local status=$1

	shift
	: >"$tree/harness/tests/unit/test_a.c"
	program build/harness/tests/unit/test_a "printf '%s\\n' $(printf '%q ' "$@")" "exit $status"
	out=$("$tree/harness/tests/run" "$tree/build" unit 2>&1)
	status=$?
	last=$(tail -n 1 <<<"$out")/$status
}

program build/verdict 'exit 1'

unit 0 1..2 "ok 1 - a" "ok 2 - b"
is "all pass" "$last" "2 passed, 0 failed, 0 skipped/0"
unit 0 1..2 "ok 1 - a" "not ok 2 # SKIP b"
is "cmocka's skip" "$last" "1 passed, 0 failed, 1 skipped/0"
has "a skip is named" "$out" "skipped: harness/tests/unit/test_a: not ok 2 # SKIP b"
unit 0 1..2 "ok 1 - a" "ok 2 - b # SKIP no such kernel"
is "TAP's skip" "$last" "1 passed, 0 failed, 1 skipped/0"
unit 1 1..2 "ok 1 - a" "not ok 2 - b" "# 0x1 != 0x2"
is "one fails" "$last" "1 passed, 1 failed, 0 skipped/1"
has "a failure in full" "$out" "# 0x1 != 0x2"
unit 0 1..1 "not ok 1 - a"
is "a failure with status 0" "$last" "0 passed, 1 failed, 0 skipped/1"
unit 1 1..1 "ok 1 - a"
is "passes, but status 1" "$last" "1 passed, 1 failed, 0 skipped/1"
unit 0 1..3 "ok 1 - a"
is "ends before all was done" "$last" "1 passed, 1 failed, 0 skipped/1"
unit 0 "nothing at all"
is "runs nothing" "$last" "0 passed, 1 failed, 0 skipped/1"
unit 0 1..1 "ok 1 # SKIP"
is "skips everything" "$last" "0 passed, 1 failed, 1 skipped/1"
unit 0 1..1 "not ok 1 - a # TODO known"
is "an expected failure" "$last" "1 passed, 0 failed, 0 skipped/0"
rm "$tree/build/harness/tests/unit/test_a"
out=$("$tree/harness/tests/run" "$tree/build" unit 2>&1)
has "a test that is not built" "$out" "test_a.c is not built*0 passed, 1 failed"

# STATUS TEXT: a golden test whose golden text is "same"; what verdict says and how it ends
golden() {
	program build/verdict "echo '$2'" "exit $1"
	echo same >"$tree/harness/tests/fail/a.out"
	out=$("$tree/harness/tests/run" "$tree/build" fail 2>&1)
	status=$?
	last=$(tail -n 1 <<<"$out")/$status
}
: >"$tree/harness/tests/fail/a.yaml"
golden 1 same
is "golden: the same" "$last" "1 passed, 0 failed, 0 skipped/0"
golden 1 other
is "golden: another text" "$last" "0 passed, 1 failed, 0 skipped/1"
has "golden: shown as a difference" "$out" "-same*+other"
golden 0 same
is "golden: another status" "$last" "0 passed, 1 failed, 0 skipped/1"
printf '# exit status: 2\n# options: -v\n' >"$tree/harness/tests/fail/a.yaml"
golden 2 same
is "golden: a status of its own" "$last" "1 passed, 0 failed, 0 skipped/0"
program build/verdict "echo \"\${*: -2}, 12.5 ms, $tree/build\"" "exit 2"
"$tree/harness/tests/run" --bless "$tree/build" fail >/dev/null 2>&1
is "golden: written anew, without times and paths" "$(cat "$tree/harness/tests/fail/a.out")" \
	"-v a.yaml, TIME, BUILD"
program build/verdict "exit 0"
out=$("$tree/harness/tests/run" "$tree/build" scenarios 2>&1)
has "scenarios: no report" "$out" "0 passed, * failed"
out=$("$tree/harness/tests/run" "$tree/build" nonsense 2>&1)
is "unknown suite" "$?/$out" "2/harness/tests/run: there is no suite 'nonsense'"
tap_done
