#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Without the privileges it needs, verdict says in one message which these are and how to get them;
# its status is 2. With just these it does all that root can.
set -u
# shellcheck source=harness/tests/clean/clean.bash
. "$(dirname "$0")/clean.bash"
cp -r "$here/../../../scenarios" "$here/../../../pcaps" .
# Others have to be able to read it.
mkdir tool
cp "$verdict" tool/
cp -r "$build/bpf" tool/
chmod -R a+rX .
run() {
	"$@" tool/verdict run -O tool/bpf scenarios >out 2>&1
	status=$?
}

# NAME WHAT: one message, which has these words, and a status
refused() {
	is "$1: the status" "$status" 2
	is "$1: one message" "$(grep -c '^verdict: ' out)" 1
	has "$1" "$(cat out)" "verdict: error: $2"
}
needed='CAP_SYS_ADMIN (namespaces, BPF) and CAP_NET_ADMIN (XDP and tc programs, devices)'

nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups)
run env -u container "${nobody[@]}" --bounding-set -all
refused "nobody" "running programs needs *$needed*CAP_SYS_ADMIN, CAP_NET_ADMIN: "
run env container=podman "${nobody[@]}" --bounding-set -all
refused "nobody in a container" "*$needed*CAP_SYS_ADMIN, CAP_NET_ADMIN: *--cap-add SYS_ADMIN --cap-add NET_ADMIN --sec*--privileged"
run setpriv --bounding-set -net_admin --inh-caps -net_admin
refused "root without CAP_NET_ADMIN" "*$needed; missing here, as in a container: CAP_NET_ADMIN: "
run setpriv --bounding-set -sys_admin --inh-caps -sys_admin
refused "root without CAP_SYS_ADMIN" "*$needed; missing here, as in a container: CAP_SYS_ADMIN: "
if unshare -r true 2>/dev/null; then
	run unshare -r
	refused "root of a user namespace" "*$needed of the machine: *user namespace*use sudo"
else
	skip "root of a user namespace" "there are none here"
fi

# What a container's seccomp filter forbids.
for call in bpf unshare mount; do
	run "$here/confine.py" $call
	refused "no $call(2)" "*EPERM*: *seccomp=unconfined*"
done
setpriv --bounding-set -sys_admin --inh-caps -sys_admin \
	tool/verdict replay -p tool/bpf/xdp.bpf.o:cil_xdp_entry pcaps/arp.pcap >out 2>&1
status=$?
refused "replay" "*$needed"

# What is said to be enough is enough, also for an ordinary user.
enough='-all,+sys_admin,+net_admin'
run setpriv --bounding-set $enough --inh-caps $enough
is "root with just these" "$status" 0
run "${nobody[@]}" --bounding-set $enough --inh-caps $enough --ambient-caps $enough
is "nobody with just these" "$status" 0
grep -v '^ok' out | sed 's/^/# /'

# What needs none works without.
"${nobody[@]}" --bounding-set -all tool/verdict check -O tool/bpf scenarios >out 2>&1
is "check needs none" $? 0
"${nobody[@]}" --bounding-set -all tool/verdict show pcaps/arp.pcap >out 2>&1
is "show needs none" $? 0

# A file system that has no files without names: nothing is left either, but for SIGKILL.
mkdir named
"$here/confine.py" tmpfile tool/verdict run -O tool/bpf --format tap:named/r.tap scenarios/xdp >out 2>&1
is "no O_TMPFILE: the report" "$?/$(holds named)" "0/./r.tap "
many_busy many 100
for i in 1 2 3; do
	env --default-signal=INT "$here/confine.py" tmpfile tool/verdict run -O "$bpf" \
		--format text --format tap:named/r.tap many >out 2>&1 &
	pid=$!
	wait_for out '^ok .*0001'
	[ $i = 3 ] || kill -KILL $pid
	[ $i = 3 ] && kill -INT $pid
	ended
	[ $i = 2 ] && is "no O_TMPFILE, killed twice: the name is used again" "$(holds named)" \
		"./r.tap ./r.tap.verdict-0 "
done
is "no O_TMPFILE: what was killed is cleared away" "$(holds named)" "./r.tap "
same_state "privileges"
tap_done
