#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Three kernels of ci/kernels.yaml, fetched and booted, with a small suite: each judges it, what differs is shown with its
# reason, sysctls are those of the file, and a kernel that does not boot takes nothing else with it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
top=$(cd "$here/../../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

if [ "$(uname -m)" != x86_64 ] || ! command -v qemu-system-x86_64 >/dev/null; then
	skip "a matrix of three kernels" "qemu-system-x86_64 is not here"
	tap_done
	exit
fi

cp "$top/ci/kernels.yaml" .
cat >>kernels.yaml <<-END
	  broken:
	    vmlinuz: passes.yaml
	    time_limit: 2m
END
if ! "$VERDICT" matrix fetch kernels.yaml 5.10 6.1 6.12 >fetched.txt 2>&1; then
	skip "a matrix of three kernels" "packages cannot be had: $(grep -m 1 error: fetched.txt)"
	tap_done
	exit
fi

cat >passes.yaml <<-END
	verdict: 1
	name: a frame that is passed on
	object: $VERDICT_BUILD/harness/tests/bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END
# Linux 5.10 runs it, later ones do not.
cat >differs.yaml <<-END
	verdict: 1
	name: a frame of four bytes
	object: $VERDICT_BUILD/harness/tests/bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: hex(01020304)
	    expect: {error: EINVAL}
END
"$VERDICT" matrix --kernel 5.10 --kernel 6.1 --kernel 6.12-nojit --kernel 6.12-harden --results left --format text --format json:left/matrix.json \
	kernels.yaml passes.yaml differs.yaml >table.txt 2>progress.txt
is "four columns of three kernels, one of which fails: status" $? 1
table=$(cat table.txt)
has "5.10" "$table" "5.10 *fail *1 *1 *0 *5.10."
has "6.1" "$table" "6.1 *pass *2 *0 *0 *6.1."
has "6.12, without JIT" "$table" "6.12-nojit *pass *2 *0 *0 *6.12."
has "the scenario that differs, and why" "$table" "differs.yaml * F . . .*fail on 5.10: error: "
has "the other is the same on all" "$table" "1 scenario is the same on all kernels that ran it: 1 pass"
is "each ran on its own kernel" "$(jq -r '.kernels[].kernel' left/matrix.json | cut -d . -f 1,2 | paste -sd ' ')" "5.10 6.1 6.12 6.12"
is "one has no JIT, one a hardened one" \
	"$(for k in 6.1 6.12-nojit 6.12-harden; do jq -c 'select(.record == "run") | [.column, .environment.jit, .environment.jit_harden]' left/$k/results.jsonl; done)" \
'["6.1",1,0]
["6.12-nojit",0,0]
["6.12-harden",1,2]'
is "their consoles are kept" "$(grep -l 'verdict: scenario' left/*/console.log | wc -l)" 4
has "captures of what failed are kept" "$(find left/5.10 -name '*.pcap')" "left/5.10/*.in.pcap"
is "what all left is merged" "$(jq -c "[.runs[].run.column]" left/results.json)" '["5.10","6.1","6.12-nojit","6.12-harden"]'
is "nothing else is left" "$(find left -name '*.guest')" ""

"$VERDICT" matrix --kernel broken --kernel 6.1 --results left --format json kernels.yaml passes.yaml >matrix.json 2>progress.txt
is "a kernel that does not boot: status 2" $? 2
is "the other is judged all the same" "$(jq -r '.kernels[] | .name + " " + .verdict' matrix.json)" \
"6.1 pass
broken boot-fail"
tap_done
