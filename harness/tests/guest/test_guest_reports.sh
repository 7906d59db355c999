#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Reports of guests that end badly, without guests: in QEMU's place stands a script that writes what a guest wrote, as far as
# it came. The records are those of a run here.
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

if [ "$(id -u)" != 0 ]; then
	skip "reports of guests that end badly" "records to begin with take root"
	tap_done
	exit
fi

mkdir bin modules suite
: >vmlinuz
cat >"bin/qemu-system-$(uname -m)" <<-'END'
	#!/bin/bash
	for word; do
		case $word in
		file,id=*)
			id=${word#file,id=}
			cp "$WROTE/${id%%,*}" "${word##*,path=}" ;;
		esac
	done
END
chmod +x bin/*
export PATH=$work/bin:$PATH WROTE=$work/wrote

cat >suite/a.yaml <<-END
	verdict: 1
	name: a frame that is passed on
	object: $VERDICT_BUILD/harness/tests/bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END
sed 's/XDP_PASS/XDP_DROP/; s/a frame.*/a frame that is not/' suite/a.yaml >suite/b.yaml
sed 's/a frame.*/the end of it/' suite/a.yaml >suite/c.yaml
sed 's/a frame.*/one that never ran/' suite/a.yaml >suite/d.yaml
"$VERDICT" run --format jsonl --results left suite >all.jsonl 2>/dev/null
rm -r left
hello='{"record":"guest","protocol":1,"booted_ns":7,"ready_ns":9,"modules_failed":0}'
ended='{"record":"exit","status":1,"signal":0,"timed_out":false,"ran_ns":5}'
record() {
	grep "^{\"record\": \"$1\"" all.jsonl
}

# The console's text is $console, what it printed $printed; the records are standard input.
wrote() {
	rm -rf wrote left
	mkdir wrote
	cat >wrote/results
	printf '%s' "$console" >wrote/console
	printf '%s' "$printed" >wrote/output
	: >wrote/errors
}

# WORDS...: sets out, err and status.
in_guest() {
	out=$("$VERDICT" run --vm=vmlinuz --modules modules "$@" suite 2>err.txt)
	status=$?
	err=$(<err.txt)
}

boots='[    0.000000] Linux version 6.1.0
'
panics=$boots'[    2.900000] verdict: scenario begins: suite/c.yaml
[    3.100000] Kernel panic - not syncing: sysrq triggered crash
'
console=$panics printed='not ok 1 - half
not o'
in_crash() {
	{
		echo "$hello"
		record run
		record objects
		record scenario | head -n 2
		record scenario | head -c 100
	} | wrote
}

in_crash
in_guest --results left --format text --format junit:j.xml --format tap:t.tap --format github:g.txt --format markdown:m.md --format jsonl:l.jsonl
is "a crash: status" "$status" 2
has "a crash: the message" "$err" "error: guest: crash: the kernel panicked: *this scenario was running: suite/c.yaml"
is "JUnit counts what came, what was running and what never ran" \
	"$(xmllint --xpath 'concat(/testsuites/@tests, " ", /testsuites/@failures, " ", /testsuites/@errors, " ", /testsuites/@skipped)' j.xml)" \
	"4 1 1 1"
is "it is as the schema wants it" "$(xmllint --noout --schema "$here/../report/junit.xsd" j.xml 2>&1)" "j.xml validates"
is "what was running is an error with the reason" "$(xmllint --xpath 'string(//testcase[@name="the end of it"]/error/@message)' j.xml)" \
	"guest: crash: the kernel panicked: Kernel panic - not syncing: sysrq triggered crash"
has "and the end of the console" "$(xmllint --xpath 'string(//testcase[@name="the end of it"]/error)' j.xml)" \
	"note: console: [[]    3.100000] Kernel panic"
has "what never ran says why" "$(xmllint --xpath 'string(//testcase[@name="one that never ran"]/skipped/@message)' j.xml)" \
	"not judged: the guest ended before (crash: the kernel panicked: "
has "a failure that came has its place and its difference" "$(xmllint --xpath 'string(//testcase[@name="a frame that is not"]/failure)' j.xml)" \
	"suite/b.yaml:7:23: failed: verdict: expected XDP_DROP, got XDP_PASS (2)
      expect: {verdict: XDP_DROP}
                        ^"
is "captures that did not come are not pointed at" "$(grep -c ATTACHMENT j.xml)" 0
is "TAP has its plan" "$(grep -E '^(1\.\.|ok|not ok)' t.tap | cut -d ' ' -f 1,2)" \
"ok 1
not ok
not ok
ok 4
1..4"
has "GitHub: at the place of the scenario" "$(cat g.txt)" "::error file=suite/c.yaml,line=2,*::guest: crash: "
has "Markdown: the headline" "$(head -n 1 m.md)" "1 of 4 scenarios failed, 1 could not be judged"
is "JSON: every outcome, and the status" "$(jq -c '[.scenarios[].outcome], .summary.status, .summary.stopped' left/results.json)" \
'["pass","fail","error","skip"]
2
true'
is "what came is not changed" "$(jq -cS '.scenarios[1]' left/results.json)" "$(record scenario | sed -n 2p | jq -cS 'del(.record)')"
is "JSON lines end with the summary" "$(tail -n 1 l.jsonl | jq -r .record)" summary
"$VERDICT" merge left/results.json l.jsonl -o merged.json 2>merge.txt
has "both can be read again" "$(cat merge.txt)" "are both of kernel"
"$VERDICT" report --format markdown l.jsonl >report.md 2>&1
is "and reported" "$?: $(sed -n 1p report.md)" "0: $(sed -n 1p m.md)"

in_guest --format tap
is "a document on standard output is whole, or it is made here" "$(grep -c '^not ok' <<<"$out") $(tail -n 1 <<<"$out")" "2 1..4"
in_guest --format github
has "annotations go on where the guest left off" "$out" "not o*::error file=suite/c.yaml*::guest: crash"
is "and do not say again what it said" "$(grep -c b.yaml <<<"$out")" 0
in_guest --format text
is "text is as it came" "$out" "$printed"

in_guest --shard 1/2 --format json:s.json
is "of a shard, only its scenarios are missed" "$(jq -r '.scenarios[] | select(.steps == []).id' s.json)" \
	"$("$VERDICT" run --shard 1/2 --list suite | cut -d : -f 1 | grep '[cd].yaml')"

console='' printed=''
wrote </dev/null
in_guest --format junit:j.xml --format json:b.json
is "nothing began: status" "$status" 2
is "nothing began: an error of its own, and all others skipped" \
	"$(xmllint --xpath 'concat(/testsuites/@tests, " ", /testsuites/@errors, " ", /testsuites/@skipped)' j.xml)" "5 1 4"
is "the kernel is not said to be this one" "$(jq -c '.run.kernel, .run.environment' b.json)" '"not known (vmlinuz)"
null'
has "nothing began: the reason" "$(jq -r '.diagnostics[0].message' b.json)" "guest: boot-fail: "

console=$boots printed='1..0
'
{
	echo "$hello"
	cat all.jsonl
	echo '{"record":"file"}'
	echo "$ended"
} | wrote
in_guest --format junit:j.xml --format json:c.json
has "a file that did not come: the message" "$status: $err" "2: *guest: truncated: a file was not taken over"
is "it is made here, with that error" "$(jq -c '[.scenarios[].outcome], ([.diagnostics[] | select(.severity == "error").message][0] | .[:20])' c.json)" \
'["pass","fail","pass","pass"]
"guest: truncated: a "'
is "the error counts" "$(xmllint --xpath 'string(/testsuites/@errors)' j.xml)" 1
in_guest --format tap
is "what was printed whole stands" "$out" "1..0"

{
	echo "$hello"
	record run
	record scenario | head -n 1
	record summary
	echo "$ended"
} | wrote
in_guest --format json:d.json
is "records that do not add up: what is there counts" "$status: $(jq -c '[.scenarios[].outcome]' d.json)" '2: ["pass","skip","skip","skip"]'

{
	echo "$hello"
	echo '{"record":"run","verdict_result":1,"scenarios":"many"}'
} | wrote
in_guest --format json:e.json
has "records that cannot be read: a warning" "$err" "warning: what the guest wrote of its results is damaged: "
is "and a report without them" "$(jq -c '[.scenarios[].outcome]' e.json)" '["skip","skip","skip","skip"]'
tap_done
