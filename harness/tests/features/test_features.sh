#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What kernels lack: named, skipped, hinted at, found stale. The running kernel shows one side, and the
# other one made to answer as Linux 5.10 does (older_kernel.c). Prints TAP.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
build=$(cd "${1:?usage: test_features.sh BUILD}" && pwd) || exit 1
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

"${CC:-cc}" -O1 -Wall -Wextra -Werror -shared -fPIC -o older.so "$here/older_kernel.c" -ldl || exit 1
cp "$here"/*.yaml . || exit 1

# ARG...: status and output of verdict, here and on the kernel that answers as an older one
here() {
	"$build/verdict" "$@" >out 2>&1
	echo "status $?" >>out
	cat out
}
older() {
	ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0 LD_PRELOAD=$dir/older.so here "$@"
}
# FEATURE: yes or no, and why not
ask() {
	here features "$1" | head -n 1 | sed -E "s/^$1 +//"
}
ask_older() {
	older features "$1" | head -n 1 | sed -E "s/^$1 +//"
}
run() {
	"$1" run -O "$build/harness/tests/bpf" "${@:2}" | sed -E 's/ \([0-9.]+ [mnu]?s\)//; s/ in [0-9.]+ [mnu]?s$//'
}

# Each with what Linux 5.10 answers. That this kernel, which tests need to be newer, has it is shown only
# where it does: one that lacks something says so itself.
while IFS='|' read -r name why; do
	is "$name: an older kernel" "$(ask_older "$name")" "no  $why"
	answer=$(ask "$name")
	case $answer in
	no*) skip "$name: this kernel" "$answer" ;;
	*) is "$name: this kernel" "$answer" "yes" ;;
	esac
done <<'END'
helper.check_mtu|XDP programs cannot call bpf_check_mtu: invalid func unknown#163 (EINVAL)
helper.xdp.check_mtu|XDP programs cannot call bpf_check_mtu: invalid func unknown#163 (EINVAL)
helper.tc.check_mtu|tc programs cannot call bpf_check_mtu: invalid func unknown#163 (EINVAL)
map.bloom_filter|the kernel makes no map of type bloom_filter (EINVAL)
map.arena|the kernel makes no map of type arena (EINVAL)
prog.xdp.frags|the kernel refuses XDP programs that take fragments (EINVAL)
isa.atomics|the kernel refuses atomic instructions with a result: BPF_STX uses reserved fields (EINVAL)
tcx|the kernel makes no link for tc programs (EINVAL)
test_run.xdp_ctx|XDP runs take no context (EINVAL)
test_run.xdp_meta|XDP runs do not take 8 bytes of metadata (EINVAL)
test_run.xdp_frags|XDP runs take no frame beyond one page (EINVAL)
test_run.live_frames|XDP runs take BPF_F_TEST_XDP_LIVE_FRAMES and ignore it
test_run.short_frames_refused|XDP frames shorter than an Ethernet header are run
test_run.checksum_complete|tc runs do not take BPF_F_TEST_SKB_CHECKSUM_COMPLETE (EINVAL)
test_run.tc_ctx.hwtstamp|tc runs cannot be given 'hwtstamp' (E2BIG)
test_run.tc_ctx.ingress_ifindex|tc runs cannot be given 'ingress_ifindex' (EINVAL)
kfunc.bpf_dynptr_from_skb|tc programs cannot call bpf_dynptr_from_skb: BPF_CALL uses reserved fields (EINVAL)
END
is "what an older kernel does and this one does not" "$(ask_older test_run.short_frames)" "yes"
is "the same here" "$(ask test_run.short_frames)" \
	"no  XDP frames shorter than an Ethernet header are refused (EINVAL)"

# Each name by its last words, as help has them.
"$build/verdict" help needs | tr -s ' \n' '\n' | sort -u >explained
is "help lists all of them" "$("$build/verdict" features --format json | sed -n 's/.*"name": "\(.*\)",/\1/p' |
	grep -vE '^helper\.(xdp|tc)\.' | while read -r name; do
	grep -qxF -e "$name" -e "${name#*.}" explained || echo "$name"
done)" ""

# A file that is missing, a function that may not be called, a device that nobody makes.
is "a sysctl and the program itself agree about the JIT" "$(ask jit | cut -c1-3)" \
	"$([ "$(cat /proc/sys/net/core/bpf_jit_enable)" = 0 ] && echo 'no ' || echo yes)"
is "all that there are" "$(here features | tail -n 1)" "status 0"
is "a group, and one, each once" \
	"$("$build/verdict" features isa isa.v4 | sed 's/ .*//' | tr '\n' ' ')" "isa.atomics isa.v4 isa.may_goto "
is "a name that is none" "$(here features redirect_neigh no_such)" \
	"verdict: error: there is no feature 'redirect_neigh'; did you mean 'helper.redirect_neigh'?
verdict: error: there is no feature 'no_such': \`verdict help needs\` lists them
status 2"
is "as JSON" "$(older features --format json prog.xdp prog.xdp.frags)" '[
  {
    "name": "prog.xdp",
    "supported": true,
    "reason": null
  },
  {
    "name": "prog.xdp.frags",
    "supported": false,
    "reason": "the kernel refuses XDP programs that take fragments (EINVAL)"
  }
]
status 0'
has "without privilege" "$(setpriv --bounding-set -all --inh-caps -all --clear-groups --reuid 65534 \
	"$build/verdict" features jit 2>&1; echo "status $?")" "running programs needs*status 2"

# Scenarios: met, and not met, whoever says it.
for case in top case used; do
	is "$case: met" "$(run here "$case.yaml" | grep -c '^ok ')" 1
	is "$case: not met" "$(run older "$case.yaml")" "$(cat "$here/$case.out")"
done
is "a skip is a failure if that is asked for" "$(run older --no-skip top.yaml | tail -n 1)" "status 1"
json() {
	older run -O "$build/harness/tests/bpf" --format json "$@" | tr -d ' \n' |
		sed -E 's/.*("needs":\[[^]]*\],"stale_needs":\[[^]]*\],"outcome":"[a-z]*").*/\1/'
}
is "a result names what was needed" "$(json top.yaml)" \
	'"needs":["map.bloom_filter","helper.check_mtu"],"stale_needs":[],"outcome":"skip"'

# An xfail until the kernel can.
is "xfail unless a feature: it fails where that lacks" "$(run older xfail.yaml)" \
	"xfail xfail.yaml: a failure until the kernel can: runs were not refused then

0 passed, 0 failed, 0 skipped, 1 failed as expected
status 0"
is "xfail unless a feature: it has to pass elsewhere" "$(run here xfail.yaml | tail -n 2)" \
	"1 passed, 0 failed, 0 skipped
status 0"

# Needs that are not what a scenario needs.
is "a stale need" "$(run older --check-needs stale.yaml)" "$(cat "$here/stale.out")"
is "a stale need in JSON" "$(json --check-needs stale.yaml)" \
	'"needs":["map.hash","map.bloom_filter","tcx"],"stale_needs":["map.bloom_filter","tcx"],"outcome":"fail"'
is "a need that is true stays a skip" "$(run older --check-needs top.yaml)" "$(cat "$here/top.out")"
is "needs that are met are run as always" "$(run here --check-needs stale.yaml | tail -n 2)" \
	"1 passed, 0 failed, 0 skipped
status 0"
older run -O "$build/harness/tests/bpf" --check-needs --results kept top.yaml >/dev/null
is "nothing is left of a run that does not count" "$(ls kept)" "results.json"

# What does not load says what it lacks.
for what in helper:asks_mtu map:look frags:takes_fragments; do
	cat >"load_${what%:*}.yaml" <<END
verdict: 1
name: something newer
object: newer_${what%:*}.bpf.o
program: ${what#*:}
steps:
  - send: eth()
    expect: {packet: same}
END
done
hint() {
	run older "$1" | sed -n 's/.*: note: //p' | head -n 1
}
is "hint: a helper" "$(hint load_helper.yaml)" "tc programs cannot call bpf_check_mtu: invalid func unknown#163 \
(EINVAL): where another kernel has it, 'needs: [helper.tc.check_mtu]' skips this scenario on those that have not"
is "hint: a map" "$(hint load_map.yaml)" "the kernel makes no map of type bloom_filter (EINVAL): where \
another kernel has it, 'needs: [map.bloom_filter]' skips this scenario on those that have not"
is "hint: fragments" "$(hint load_frags.yaml)" "the kernel refuses XDP programs that take fragments (EINVAL): \
where another kernel has it, 'needs: [prog.xdp.frags]' skips this scenario on those that have not"
is "no hint where nothing lacks" "$(run here load_helper.yaml | tail -n 2)" "1 passed, 0 failed, 0 skipped
status 0"

# Where a scenario is used for something else.
has "a replay says what the kernel lacks" \
	"$(older replay -O "$build/harness/tests/bpf" -s top.yaml "$here/../../../pcaps/arp.pcap")" \
	"error: this kernel cannot do what the scenario needs: needs map.bloom_filter*status 2"
tap_done
