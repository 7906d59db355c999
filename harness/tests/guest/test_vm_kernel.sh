#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Which kernel `verdict run --vm=..` boots, and how. In QEMU's place stands a script that notes its words.
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

mkdir bin modules ci suite
cat >"bin/qemu-system-$(uname -m)" <<-'END'
	#!/bin/bash
	printf '%s\n' "$@" >"$NOTED"
END
chmod +x bin/*
export PATH=$work/bin:$PATH NOTED=$work/words
cat >suite/a.yaml <<-END
	verdict: 1
	name: a frame that is passed on
	object: $VERDICT_BUILD/harness/tests/bpf/lessons.bpf.o
	program: pass
	steps:
	  - send: eth() / ipv4() / udp()
	    expect: {verdict: XDP_PASS}
END
: >bzImage

# WORD...: sets err, status, and what stands behind each option of QEMU that matters.
run() {
	rm -f words
	"$VERDICT" run "$@" suite >/dev/null 2>err.txt
	status=$?
	err=$(<err.txt)
	touch words
	kernel=$(grep -A 1 '^-kernel$' words | tail -n 1)
	memory=$(grep -A 1 '^-m$' words | tail -n 1)
	cpus=$(grep -A 1 '^-smp$' words | tail -n 1)
	cmdline=$(grep -A 1 '^-append$' words | tail -n 1)
}

run --vm=mine
has "neither a file nor a list" "$status: $err" \
	"2: *error: --vm: there is no file 'mine', and of kernels that have names neither kernels.yaml nor ci/kernels.yaml"
case $(uname -m) in
x86_64) other=arm64 ;;
*) other=amd64 ;;
esac
cat >ci/kernels.yaml <<-END
	verdict: 1
	kernels:
	  mine: {vmlinuz: ../bzImage, modules: ../modules, memory: 300M, cpus: 3, cmdline: a=b, time_limit: 77s}
	  fetched: {package: linux-image-6.1.*-amd64, suite: bookworm}
	  gone: {vmlinuz: nowhere}
	  foreign: {vmlinuz: ../bzImage, modules: ../modules, arch: $other}
END
run --vm=mine
is "a kernel of the list: its machine" "$kernel $memory $cpus" "bzImage 300M 3"
has "its command line" "$cmdline" "console=* a=b"
is "nothing is said of its modules" "$(grep -c modules err.txt)" 0
cp ci/kernels.yaml kernels.yaml
sed -i 's/300M/301M/; s,\.\./,,g' kernels.yaml
run --vm=mine
is "kernels.yaml goes before ci/kernels.yaml" "$memory" 301M
run --vm=bzImage --modules modules
is "a file is a file" "$kernel $memory" "bzImage 1024M"
: >mine
run --vm=mine --modules modules
is "and goes before a name" "$kernel $memory" "mine 1024M"
rm mine
mkdir mine
run --vm=mine
is "a folder does not" "$kernel" bzImage
run --vm=./mine --modules modules
is "but for a path" "$kernel" ./mine
run --vm=./other
has "a path that is not there" "$status: $err" "2: *cannot read kernel ./other: No such file or directory"

run --vm=mnie
has "a name that is not in the list" "$status: $err" "2: *error: unknown kernel 'mnie'; did you mean 'mine'?"
has "what was looked at" "$err" "note: --vm takes the path of a vmlinuz (there is no file 'mnie'), or a kernel of kernels.yaml"
run --vm=5.4
has "one that is like none: all there are" "$err" "unknown kernel '5.4'; there are: mine, fetched, gone, foreign"
run --vm=fetched
has "one that was not fetched" "$status: $err" \
	"2: *--vm: kernel 'fetched' of kernels.yaml is unavailable: not fetched: \`verdict matrix fetch\` does that"
run --vm=gone
has "one whose file is not there" "$err" "kernel 'gone' of kernels.yaml is unavailable: cannot read nowhere: No such file"
run --vm=foreign
has "one of another machine" "$err" "this verdict is built for *, not for $other"
echo '  broken: {memory: 1}' >>kernels.yaml
run --vm=mine
has "a list that is wrong, at its place" "$status: $err" "2: kernels.yaml:7:*: error: "
is "nothing was booted" "$(cat words)" ""
tap_done
