#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Helper calls seen, expected and scripted in objects as compilers and packagers leave them: with
# debugging information, without .BTF.ext, compiled without -g. Prints TAP.
set -u
build=${1:?usage: test_calls.sh BUILD}
build=$(cd "$build" && pwd) || exit 1
cd "$(dirname "$0")" || exit 1
here=$PWD root=$(cd ../../.. && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# shellcheck source=harness/tests/tap.bash
. ../tap.bash

# What `verdict run` says of scenario $2 with the objects in folder $1, but its times.
run() {
	"$build/verdict" run -O "$1" "${@:2}" 2>&1 | sed -E 's/[0-9.]+ (us|ms|s)\)?$/TIME/'
}

passes() {
	has "$1" "$(run "$2" "$here/$3")" "1 passed, 0 failed, 0 skipped"
}

for f in *.yaml; do
	passes "$f" "$build/harness/tests/bpf" "$f"
done

mkdir "$dir/noext"
for o in calls plain; do
	if llvm-objcopy --remove-section .BTF.ext --remove-section .rel.BTF.ext \
		"$build/harness/tests/bpf/$o.bpf.o" "$dir/noext/$o.bpf.o" 2>"$dir/err"; then
		continue
	fi
	echo "Bail out! $(cat "$dir/err")"
	exit 1
done
passes "without .BTF.ext: gateway.yaml" "$dir/noext" gateway.yaml
passes "without .BTF.ext: plain.yaml" "$dir/noext" plain.yaml
has "without .BTF.ext a call has no line, but its program" \
	"$(run "$dir/noext" -v "$here/plain.yaml")" "redirect(ifindex=eth0, flags=BPF_F_INGRESS) = TC_ACT_REDIRECT   in steer"

# A program compiled without -g has no BTF at all.
object=$dir/nog/harness/tests/bpf/plain.bpf.o
if ! make -C "$root" -s O="$dir/nog" BPF_CFLAGS="-O2 -Wall -Wextra -Werror" "$object" \
	>"$dir/err" 2>&1; then
	echo "Bail out! $(cat "$dir/err")"
	exit 1
fi
is "without -g there is no BTF" "$(llvm-readelf -S "$object" | grep -c '\.BTF')" 0
passes "without -g: plain.yaml" "${object%/*}" plain.yaml

# Programs that the kernel takes only with calls recorded in place, or not at all.
scenario() {
	cat >"$dir/$1.yaml" <<-YAML
		verdict: 1
		name: $1
		object: $2.bpf.o
		program: $3
		$4
		steps:
		  - send: eth() / ipv4() / udp()
		    expect: {redirect: $5}
	YAML
	run "$build/harness/tests/bpf" "$dir/$1.yaml"
}

out=$(scenario deep ipose_limits deep "" 2)
has "what is not seen of calls is said" "$out" \
	"of helper calls of deep only numbers are seen, no structs and keys: the call stack of 9 frames is too deep"
has ".. and the scenario is judged" "$out" "1 passed, 0 failed, 0 skipped"
has "numbers can be answered there" \
	"$(scenario clock ipose_inline deep_calls "helpers: {clock: 1s}" none)" "1 passed, 0 failed, 0 skipped"

# The verifier of Linux 6.18 knows how large a CPU's number can be, older ones do not.
if [[ $(scenario bounded ipose_bounded by_cpu "" lo) == *"only numbers are seen"* ]]; then
	has "where no answer can be given the scenario is an error" \
		"$(scenario answered ipose_bounded by_cpu "helpers: {get_smp_processor_id: 0}" lo)" \
		"error: helpers called by by_cpu cannot be given answers: "
	has "other answers can" \
		"$(scenario others ipose_bounded by_cpu "helpers: {get_prandom_u32: 0}" lo)" \
		"1 passed, 0 failed, 0 skipped"
else
	skip "where no answer can be given" "this kernel takes every program"
fi

tap_done
