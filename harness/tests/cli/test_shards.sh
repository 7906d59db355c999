#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# ci/run-shard with what each CI system sets, ci/merge-shards with what each of them collects. The
# words that verdict is called with are those of a stub.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
top=$(realpath "$(dirname "$0")/../../..")
real=$VERDICT
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
unset VERDICT VERDICT_SHARD VERDICT_RESULTS CI_NODE_INDEX CI_NODE_TOTAL JOB_COMPLETION_INDEX JOB_COMPLETIONS \
	GITHUB_ACTIONS GITHUB_STEP_SUMMARY

# Writes down its words; results that -o names end with the status in the file `status`, as it does.
cat >stub <<'END'
#!/bin/sh
echo "$@" >>calls
case $1 in
merge) printf '{\n  "summary": {\n    "status": %s\n  }\n}\n' "$(cat status)" >"$3" ;;
report) ;;
*) exit "$(cat status)" ;;
esac
END
chmod +x stub
echo 0 >status

# [VARIABLE=VALUE]... SCRIPT [WORD]...: sets out, status and calls
run() {
	rm -f calls
	out=$(env VERDICT="$work/stub" "$@" 2>&1)
	status=$?
	calls=$(cat calls 2>/dev/null)
}
shard=$top/ci/run-shard
merge=$top/ci/merge-shards

run "$shard" -O build tests
is "nothing is set: all of it" "$status: $calls" \
	"0: run --format text --format junit:results/shard-1/junit.xml --results results/shard-1 -O build tests"
run VERDICT_SHARD=2/4 VERDICT_RESULTS=/r "$shard" tests
is "said by hand" "$calls" \
	"run --format text --format junit:/r/shard-2/junit.xml --results /r/shard-2 --shard 2/4 tests"
run GITHUB_ACTIONS=true VERDICT_SHARD=4/4 "$shard" 'a b'
is "GitHub Actions: annotations" "$calls" \
	"run --format text --format junit:results/shard-4/junit.xml --results results/shard-4 --shard 4/4 --format github a b"
run CI=true GITLAB_CI=true CI_NODE_INDEX=1 CI_NODE_TOTAL=4 "$shard"
has "GitLab counts from 1" "$calls" "--shard 1/4"
run CI=true GITLAB_CI=true CI_NODE_TOTAL=1 "$shard"
is "GitLab without parallel" "$(grep -c -e --shard <<<"$calls")" 0
run JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3 "$shard"
has "Kubernetes counts from 0" "$calls" "--results results/shard-1 --shard 1/3"
run JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=3 "$shard"
has "Kubernetes: the last one" "$calls" "--results results/shard-3 --shard 3/3"
run VERDICT_SHARD=1/2 JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=3 CI_NODE_INDEX=3 CI_NODE_TOTAL=4 "$shard"
has "what is said by hand wins" "$calls" "--shard 1/2"
for wrong in "JOB_COMPLETION_INDEX=2" "JOB_COMPLETION_INDEX=x JOB_COMPLETIONS=3" "CI_NODE_INDEX=1" \
	"CI_NODE_INDEX=1 CI_NODE_TOTAL=-4"; do
	# shellcheck disable=SC2086 # words
	run $wrong "$shard"
	has "$wrong: said, and nothing is run" "$status: $out: $calls" "2: ci/run-shard: error: *, which is no number: "
done
for n in 0 1 2; do
	echo $n >status
	run "$shard"
	is "verdict's status $n is the script's" "$status" $n
done
echo 0 >status

mkdir -p got/kernel-6.1/6.1 got/a/shard-2 got/b/shard-1 "got/c d/shard-10"
touch got/kernel-6.1/6.1/results.jsonl got/report.html got/a/shard-2/results.json got/b/shard-1/results.json "got/c d/shard-10/results.json" got/b/shard-1/junit.xml
run "$merge" got
is "merge: what was collected, as deep as it is, and a page of it" "$status: $calls" \
	"0: merge -o got/results.json got/a/shard-2/results.json got/b/shard-1/results.json got/c d/shard-10/results.json got/kernel-6.1/6.1/results.jsonl
report -o got/report.html got/results.json"
run GITHUB_STEP_SUMMARY="$work/summary" "$merge" got
has "merge: GitHub's summary" "$calls" "report --format markdown got/results.json"
is "merge: the summary is written there" "$(ls summary)" summary
for n in 1 2; do
	echo $n >status
	rm -f got/results.json
	run "$merge" got
	is "merge: the run's status $n is the script's" "$status" $n
done
printf '%s\n' '#!/bin/sh' 'exit 2' >refuses
chmod +x refuses
rm -f got/results.json
out=$(VERDICT=$work/refuses "$merge" got 2>&1)
is "merge: a shard is missing" "$?/$(ls got)" "2/a
b
c d
kernel-6.1
report.html"
rm -rf empty && mkdir empty
run "$merge" empty
has "merge: nothing was collected" "$status: $out" "2: ci/merge-shards: error: neither shard-[*]/results.json nor results.jsonl below 'empty'"
run "$merge" nowhere
has "merge: no folder" "$status: $out" "2: ci/merge-shards: error: there is no folder 'nowhere'"

# The same with verdict itself: all shards together are the whole run.
VERDICT_SHARD=1/1 VERDICT=$real "$shard" "$top/scenarios/arp" >out 2>&1
if "$real" run --help | grep -q -e --shard && "$real" merge --help >/dev/null 2>&1 &&
	"$real" report --help >/dev/null 2>&1 && [ -e results/shard-1/results.json ]; then
	rm -rf results
	for i in 0 1 2; do
		VERDICT=$real JOB_COMPLETIONS=3 JOB_COMPLETION_INDEX=$i "$shard" "$top/scenarios/arp" >out 2>&1
		is "shard $i of a Kubernetes job passes" "$?" 0
		is "shard $i has JUnit" "$(xmllint --noout "results/shard-$((i + 1))/junit.xml" 2>&1)" ""
	done
	VERDICT=$real GITHUB_STEP_SUMMARY=$work/summary "$merge" results >out 2>&1
	is "they are merged" "$?" 0
	is "they are the whole run" "$(jq -r '.scenarios[].id' results/results.json | sort)" \
		"$("$real" run --list "$top/scenarios/arp" | sed 's/: .*//' | sort)"
	has "the page is a page" "$(head -c 200 results/report.html)" "<!doctype html>"
	has "the summary is a summary" "$(cat summary)" "passed"
	rm -rf results/shard-2
	VERDICT=$real "$merge" results >out 2>&1
	has "a missing shard is said" "$?: $(cat out)" "2: *error: *shard"
else
	skip "shards of a real run" "$(head -n 1 out)"
fi

# Two numbers of the recipes that have to agree.
is "Kubernetes: JOB_COMPLETIONS is completions" \
	"$(grep -A1 'name: JOB_COMPLETIONS' "$top/ci/kubernetes-job.yaml" | sed -n 's/.*value: "\([0-9]*\)".*/\1/p')" \
	"$(sed -n 's/^  completions: //p' "$top/ci/kubernetes-job.yaml")"
for file in ci/github-actions.yml .github/workflows/verdict.yml; do
	is "$file: shards are as many as are said" \
		"$(sed -n 's/.*shard: \[\(.*\)\].*/\1/p' "$top/$file" | tr -d ' ' | tr ',' '\n' | tail -n 1)" \
		"$(sed -n 's|.*matrix.shard }}/||p' "$top/$file")"
done
is "Jenkins: shards are as many as are said" \
	"$(sed -n "s/.*values '1'.*'\([0-9]*\)'$/\1/p; s/.*for (shard in 1\.\.\([0-9]*\)).*/\1/p; s/.*SHARD}\/\([0-9]*\)\"/\1/p" \
		"$top/ci/Jenkinsfile" | sort -u | wc -l)" 1
tap_done
