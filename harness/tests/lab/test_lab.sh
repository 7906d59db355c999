#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The datapath on real devices: three nodes with a pod each and the world around them, in network namespaces. Its
# programs are attached with tc and XDP, its maps are filled as an agent would, and the kernel's own stack talks.
#
#	test_lab.sh BUILD
#	test_lab.sh BUILD capture FOLDER	leaves captures of its flows in FOLDER: pcaps/README.md
#
#	world 192.168.10.1, 203.0.113.9 ---+--- k8s-s 192.168.10.10 ----- netpod  172.16.0.251
#	                                   +--- k8s-w1 192.168.10.101 --- webpod1 172.16.2.139
#	                                   +--- k8s-w2 192.168.10.102 --- webpod2 172.16.1.235
#
# Native routing, then the same through VXLAN tunnels, then native routing with XDP at k8s-s.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
build=$(cd "${1:?usage: test_lab.sh BUILD}" && pwd) || exit 2
attach=$build/harness/tests/lab/attach
mode=${2:-}

TMP=$(mktemp -d)
trap 'rm -rf "$TMP"' EXIT
if [ -z "$mode" ]; then
	for each in native tunnel xdp; do
		unshare --mount --net --pid --fork --kill-child --mount-proc "$0" "$build" "$each" >"$TMP/$each" &
	done
	wait
	# A mode that ended early has planned nothing: the numbers do not add up then.
	awk '/^(not )?ok/ { n++; sub(/ok [0-9]+/, "ok " n) } /^1\.\./ { plan += substr($1, 4); next } { print }
	     END { print "1.." plan + 0 }' "$TMP"/*
	exit
fi

BPF=/sys/fs/bpf
mount --make-rprivate / && mount -t bpf bpf $BPF && mount -t tmpfs tmpfs /run && mkdir -p /run/netns || exit 2
tunnel=00
[ "$mode" = tunnel ] && tunnel=01

# NAMESPACE COMMAND..: not `ip netns exec`, which has a /sys of its own, without our pins
in_ns() {
	nsenter --net="/run/netns/$1" "${@:2}"
}

# Numbers and addresses as they stand in maps.
le16() {
	printf '%02x%02x' $(($1 & 255)) $(($1 >> 8))
}
le32() {
	le16 $(($1 & 65535))
	le16 $(($1 >> 16))
}
be16() {
	printf '%04x' "$1"
}
ip4() {
	# shellcheck disable=SC2086 # four words
	printf '%02x%02x%02x%02x' ${1//./ }
}
# of the addresses here: ::, and groups on both sides
ip6() {
	local left=${1%%::*} right=${1##*::} group out=''

	for group in ${left//:/ }; do
		out+=$(printf '%04x' "0x$group")
	done
	group=$(printf '%04x' "0x${right:-0}")
	printf '%s%s%s' "$out" "$(zeros $((14 - ${#out} / 2)))" "$group"
}
zeros() {
	printf "%0$((2 * $1))d" 0
}

nodes=(k8s-s k8s-w1 k8s-w2)
node_ip=(192.168.10.10 192.168.10.101 192.168.10.102)
pods=(netpod webpod1 webpod2)
pod_ip=(172.16.0.251 172.16.2.139 172.16.1.235)
pod_net=(172.16.0.0/24 172.16.2.0/24 172.16.1.0/24)
gateway=(172.16.0.190 172.16.2.107 172.16.1.224)
pod_id=(663 1412 1413)
identity=(11370 19520 19520)
# as in scenarios/topology
eth_mac=(02:00:c0:a8:0a:0a 02:00:c0:a8:0a:65 02:00:c0:a8:0a:66)
node_mac=(2e:e6:8a:a2:06:1e 4a:1f:6c:02:8b:01 4a:1f:6c:01:eb:01)
pod_mac=(12:52:e3:7e:87:4f 3e:95:0e:11:02:8b 3e:95:0e:11:01:eb)
pod_ip6=(fd00:1720::fb fd00:1721::8b fd00:1722::eb)
node_ip6=(fd00:1921::a fd00:1921::65 fd00:1921::66)
gateway6=(fd00:1720::be fd00:1721::6b fd00:1722::e0)
pod_net6=(fd00:1720::/64 fd00:1721::/64 fd00:1722::/64)
WORLD6=2001:db8::9
ETH=2
HOST=3
ENCAP=4
LXC=14
# The newer way to attach where this kernel has it; native routing keeps to clsact.
hook=
case $mode in tunnel | xdp) "$attach" has_tcx && hook=tcx_ ;; esac

# NAMESPACE: one of its own, with forwarding and without the checks that are not about us
space_make() {
	ip netns add "$1"
	in_ns "$1" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
		net.ipv6.conf.all.forwarding=1 net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
	in_ns "$1" ip link set lo up
}

# NAMESPACE ADDRESS MAC: its eth0, at the bridge of the lan
lan_join() {
	ip -n lan link add "to_$1" type veth peer name eth0 index $ETH netns "$1"
	ip -n lan link set "to_$1" master br0 up
	ip -n "$1" link set eth0 address "$3" up
	ip -n "$1" address add "$2/24" dev eth0
	ip -n "$1" address add "$4/64" dev eth0 nodad
}

node_make() {
	local n=${nodes[$1]} pod=${pods[$1]} i

	space_make "$n"
	space_make "$pod"
	lan_join "$n" "${node_ip[$1]}" "${eth_mac[$1]}" "${node_ip6[$1]}"
	ip -n "$n" link add cilium_host index $HOST arp off type veth peer name cilium_net index 30
	ip -n "$n" link set cilium_net arp off up
	ip -n "$n" link set cilium_host up
	ip -n "$n" address add "${gateway[$1]}/32" dev cilium_host
	ip -n "$n" link add lxc0 index $LXC address "${node_mac[$1]}" type veth peer name eth0 netns "$pod"
	ip -n "$n" link set lxc0 up
	ip -n "$pod" link set eth0 address "${pod_mac[$1]}" up
	ip -n "$pod" address add "${pod_ip[$1]}/32" dev eth0
	ip -n "$pod" route add "${gateway[$1]}" dev eth0
	ip -n "$pod" route add default via "${gateway[$1]}" dev eth0
	ip -n "$pod" address add "${pod_ip6[$1]}/128" dev eth0 nodad
	ip -n "$pod" -6 route add "${gateway6[$1]}" dev eth0
	ip -n "$pod" -6 route add default via "${gateway6[$1]}" dev eth0
	# the host reaches the pod of the last node through cilium_host, those of the others by their own routes
	if [ "$1" = 2 ]; then
		ip -n "$n" route add "${pod_net[$1]}" dev cilium_host src "${gateway[$1]}"
	else
		ip -n "$n" route add "${pod_ip[$1]}" dev lxc0
	fi
	ip -n "$n" -6 route add "${pod_ip6[$1]}" dev lxc0
	ip -n "$n" route add default via 192.168.10.1
	ip -n "$n" -6 route add default via fd00:1921::1
	if [ $tunnel = 01 ]; then
		ip -n "$n" link add cilium_vxlan index $ENCAP type vxlan external dstport 8472 noudpcsum
		ip -n "$n" link set cilium_vxlan up
		return
	fi
	for i in 0 1 2; do
		[ "$i" = "$1" ] && continue
		ip -n "$n" route add "${pod_net[$i]}" via "${node_ip[$i]}"
		ip -n "$n" -6 route add "${pod_net6[$i]}" via "${node_ip6[$i]}"
	done
}

# What an agent sets before load.
globals() {
	echo "ENABLE_TUNNEL=$tunnel" "ENCAP_IFINDEX=$(le32 $ENCAP)" "DIRECT_ROUTING_DEV_IFINDEX=$(le32 $ETH)" \
		"IPV4_MASQUERADE=$(ip4 "${node_ip[$1]}")" "IPV4_DIRECT_ROUTING=$(ip4 "${node_ip[$1]}")" \
		"IPV6_MASQUERADE=$(ip6 "${node_ip6[$1]}")" "IPV6_DIRECT_ROUTING=$(ip6 "${node_ip6[$1]}")" \
		"ROUTER_IPV6=$(ip6 "${gateway6[$1]}")" \
		"MONITOR_AGGREGATION=00"
}

set_in() {
	"$attach" set "$BPF/$1/$2" "$3" "$4" || exit 2
}

node_attach() {
	local n=${nodes[$1]} bpf=$BPF/${nodes[$1]}

	mkdir "$bpf"
	# shellcheck disable=SC2046 # words
	in_ns "$n" "$attach" load "$build/bpf/lxc.bpf.o" "$bpf" lxc0 ${hook}ingress=cil_from_container ${hook}egress=cil_to_container \
		$(globals "$1") "LXC_ID=$(le16 "${pod_id[$1]}")" "SECLABEL=$(le32 "${identity[$1]}")" \
		"LXC_IPV4=$(ip4 "${pod_ip[$1]}")" "LXC_IPV6=$(ip6 "${pod_ip6[$1]}")" "THIS_INTERFACE_MAC=${node_mac[$1]//:/}" || exit 2
	# shellcheck disable=SC2046
	in_ns "$n" "$attach" load "$build/bpf/netdev.bpf.o" "$bpf" eth0 ${hook}ingress=cil_from_netdev ${hook}egress=cil_to_netdev \
		$(globals "$1") "LXC_ID=0000" "THIS_INTERFACE_MAC=${eth_mac[$1]//:/}" || exit 2
	# shellcheck disable=SC2046
	in_ns "$n" "$attach" load "$build/bpf/host.bpf.o" "$bpf" cilium_host ${hook}ingress=cil_to_host ${hook}egress=cil_from_host \
		$(globals "$1") "LXC_ID=0000" || exit 2
	if [ $tunnel = 01 ]; then
		# shellcheck disable=SC2046
		in_ns "$n" "$attach" load "$build/bpf/overlay.bpf.o" "$bpf" cilium_vxlan ${hook}ingress=cil_from_overlay \
			${hook}egress=cil_to_overlay $(globals "$1") "LXC_ID=0000" || exit 2
	fi
	if [ "$mode" = xdp ] && [ "$1" = 0 ]; then
		# shellcheck disable=SC2046
		in_ns "$n" "$attach" load "$build/bpf/xdp.bpf.o" "$bpf" eth0/xdp xdp=cil_xdp_entry \
			$(globals "$1") "LXC_ID=0000" "THIS_INTERFACE_MAC=${eth_mac[$1]//:/}" || exit 2
	fi
}

# NODE ADDRESS PORT SERVICE FLAGS BACKEND..
service_set() {
	local n=$1 front index=$4 flags=$5 slot=0 backend

	front=$(ip4 "$2")$(be16 "$3")
	shift 5
	set_in "$n" cilium_lb4_services_v2 "$front$(le16 0)00000000" "$(le32 0)$(le16 $#)$(le16 "$index")$flags""00""0000"
	for backend; do
		slot=$((slot + 1))
		set_in "$n" cilium_lb4_services_v2 "$front$(le16 $slot)00000000" "$(le32 "$backend")$(le16 0)$(le16 "$index")$flags""00""0000"
	done
	set_in "$n" cilium_lb4_reverse_nat "$(le16 "$index")" "$(echo "$front" | cut -c1-12)"
}

# NODE ADDRESS PORT SERVICE FLAGS BACKEND..
service_set6() {
	local n=$1 front index=$4 flags=$5 slot=0 backend

	front=$(ip6 "$2")$(be16 "$3")
	shift 5
	set_in "$n" cilium_lb6_services_v2 "$front$(le16 0)00000000" "$(le32 0)$(le16 $#)$(le16 "$index")$flags""00""0000"
	for backend; do
		slot=$((slot + 1))
		set_in "$n" cilium_lb6_services_v2 "$front$(le16 $slot)00000000" "$(le32 "$backend")$(le16 0)$(le16 "$index")$flags""00""0000"
	done
	set_in "$n" cilium_lb6_reverse_nat "$(le16 "$index")" "$(echo "$front" | cut -c1-36)"
}

# The same of IPv6. Tunnels are over IPv4 for it, too.
node_fill6() {
	local n=${nodes[$1]} i

	for i in 0 1 2; do
		set_in "$n" cilium_ipcache "$(le32 160)000000""02$(ip6 "${pod_ip6[$i]}")" \
			"$(le32 "${identity[$i]}")$(if [ "$i" = "$1" ]; then zeros 4; else ip4 "${node_ip[$i]}"; fi)$(zeros 4)"
		set_in "$n" cilium_ipcache "$(le32 160)000000""02$(ip6 "${node_ip6[$i]}")" \
			"$(le32 $([ "$i" = "$1" ] && echo 1 || echo 6))$(zeros 8)"
		set_in "$n" cilium_lb6_backends_v3 "$(le32 $((i + 1)))" "$(ip6 "${pod_ip6[$i]}")$(be16 80)$(zeros 6)"
	done
	set_in "$n" cilium_lxc "$(ip6 "${pod_ip6[$1]}")02000000" \
		"$(le32 $LXC)0000$(le16 "${pod_id[$1]}")$(zeros 8)${pod_mac[$1]//:/}0000${node_mac[$1]//:/}0000$(le32 "${identity[$1]}")$(zeros 12)"
	for i in "${node_ip6[$1]}" "${gateway6[$1]}"; do
		set_in "$n" cilium_lxc "$(ip6 "$i")02000000" "$(zeros 8)$(le32 1)$(zeros 36)"
	done
	set_in "$n" lxc0/cilium_policy "$(le32 48)$(le32 0)003a$(be16 0)" "000004$(zeros 21)"
	set_in "$n" cilium_ipmasq_v6 "$(le32 8)$(ip6 fd00::0)" 00
	service_set6 "$n" fd00:1010::72 80 60 00 2 3
	service_set6 "$n" "${node_ip6[$1]}" 30389 61 42 2 3
}

node_fill() {
	local n=${nodes[$1]} i

	for i in 0 1 2; do
		set_in "$n" cilium_ipcache "$(le32 64)000000""01$(ip4 "${pod_ip[$i]}")$(zeros 12)" \
			"$(le32 "${identity[$i]}")$(if [ "$i" = "$1" ]; then zeros 4; else ip4 "${node_ip[$i]}"; fi)$(zeros 4)"
		set_in "$n" cilium_ipcache "$(le32 64)000000""01$(ip4 "${node_ip[$i]}")$(zeros 12)" \
			"$(le32 $([ "$i" = "$1" ] && echo 1 || echo 6))$(zeros 8)"
		set_in "$n" cilium_lb4_backends_v3 "$(le32 $((i + 1)))" "$(ip4 "${pod_ip[$i]}")$(be16 80)$(zeros 6)"
	done
	set_in "$n" cilium_lb4_backends_v3 "$(le32 9)" "$(ip4 "${pod_ip[1]}")$(be16 53)$(zeros 6)"
	set_in "$n" cilium_lxc "$(ip4 "${pod_ip[$1]}")$(zeros 12)01000000" \
		"$(le32 $LXC)0000$(le16 "${pod_id[$1]}")$(zeros 8)${pod_mac[$1]//:/}0000${node_mac[$1]//:/}0000$(le32 "${identity[$1]}")$(zeros 12)"
	for i in "${node_ip[$1]}" "${gateway[$1]}"; do
		set_in "$n" cilium_lxc "$(ip4 "$i")$(zeros 12)01000000" "$(zeros 8)$(le32 1)$(zeros 36)"
	done
	node_fill6 "$1"
	"$attach" program "$BPF/$n/cilium_call_policy" "${pod_id[$1]}" "$BPF/$n/lxc0/cil_lxc_policy" || exit 2
	# all may go; the web, DNS and ICMP may come
	set_in "$n" lxc0/cilium_policy "$(le32 40)$(le32 0)01000000" "000006$(zeros 21)"
	set_in "$n" lxc0/cilium_policy "$(le32 64)$(le32 0)0006$(be16 80)" "$(zeros 24)"
	set_in "$n" lxc0/cilium_policy "$(le32 64)$(le32 0)0011$(be16 53)" "$(zeros 24)"
	set_in "$n" lxc0/cilium_policy "$(le32 48)$(le32 0)00010000" "000004$(zeros 21)"
	# the ip-masq-agent's networks: the native-routing CIDR, 192.168.0.0/16, has no pods
	set_in "$n" cilium_ipmasq_v4 "$(le32 8)0a000000" 00
	set_in "$n" cilium_ipmasq_v4 "$(le32 12)ac100000" 00
	service_set "$n" 10.10.249.114 80 9 00 2 3
	service_set "$n" 10.10.0.10 53 2 00 9
	service_set "$n" "${node_ip[$1]}" 30389 20 42 2 3
	service_set "$n" "${node_ip[$1]}" 30390 21 42 1
	service_set "$n" 10.10.0.99 80 22 00
}

serve() {
	in_ns "$1" python3 "$here/talk.py" serve "$@" >"$TMP/$1.log" 2>&1 &
	for _ in $(seq 100); do
		grep -q ready "$TMP/$1.log" && return
		sleep 0.1
	done
	echo "Bail out! $1 does not serve"
	exit 2
}

# TIMES NAMESPACE PROTOCOL ADDRESS PORT [BYTES]: what the server says: its name, whom it hears, bytes
ask_times() {
	timeout 60 nsenter --net="/run/netns/$2" python3 "$here/talk.py" ask "$1" "${@:3}" 2>&1
}
ask() {
	ask_times 1 "$@"
}

# NODE REASON: packets counted under it
counted() {
	bpftool -j map dump pinned "$BPF/$1/cilium_metrics" |
		jq "[.[] | select((.key[0] | ltrimstr(\"0x\")) == \"$(printf '%02x' "$2")\") | .values[].value
			| .[0:2] | map(ltrimstr(\"0x\")) | (.[1] + .[0])] | map(select(. != \"0000\")) | length"
}

space_make lan
ip -n lan link add br0 type bridge
ip -n lan link set br0 up
space_make world
lan_join world 192.168.10.1 02:00:c0:a8:0a:01 fd00:1921::1
ip -n world address add $WORLD6/128 dev lo nodad
ip -n world -6 route replace fd00:1921::/64 dev eth0 src $WORLD6
ip -n world address add 203.0.113.9/32 dev lo
ip -n world route replace 192.168.10.0/24 dev eth0 src 203.0.113.9
for i in 0 1 2; do
	node_make $i
done
for i in 0 1 2; do
	node_attach $i
	node_fill $i
done
serve netpod 80 53
serve webpod1 80 53 9999
serve webpod2 80 53
serve world 443 53
in_ns k8s-s "$attach" events $BPF/k8s-s/cilium_events 120 >"$TMP/events" 2>&1 &
for _ in $(seq 50); do
	grep -q ready "$TMP/events" && break
	sleep 0.1
done

# What the flows of pcaps/ are: one at a time, as they pass the devices of k8s-s.
if [ "$mode" = capture ]; then
	# shellcheck source=harness/tests/lab/capture.bash
	. "$here/capture.bash"
	exit
fi

source_at_webpod=172.16.0.251
is "$mode: the pod finds its gateway" \
	"$(in_ns netpod ping -c1 -W3 -q 172.16.2.139 >/dev/null 2>&1; ip -n netpod neigh show 172.16.0.190 | grep -o 'lladdr [0-9a-f:]*')" \
	"lladdr ${node_mac[0]}"
is "$mode: ping to a pod of another node" \
	"$(in_ns netpod ping -c3 -i0.2 -W3 -q 172.16.1.235 2>&1 | grep -o '[0-9]* received')" "3 received"
is "$mode: a pod of another node" "$(ask netpod tcp 172.16.2.139 80)" "webpod1 $source_at_webpod 0"
is "$mode: and the other way" "$(ask webpod2 tcp 172.16.0.251 80)" "netpod 172.16.1.235 0"
is "$mode: a service, over both backends" \
	"$(ask_times 24 netpod tcp 10.10.249.114 80 | sort -u)" \
	"$(printf 'webpod1 %s 0\nwebpod2 %s 0' $source_at_webpod $source_at_webpod)"
is "$mode: DNS over UDP" "$(ask netpod udp 10.10.0.10 53)" "webpod1 $source_at_webpod 0"
is "$mode: a service without backends refuses" "$(ask netpod tcp 10.10.0.99 80)" "nobody: ConnectionRefusedError"
is "$mode: a large download" "$(ask netpod tcp 10.10.249.114 80 20000000 | cut -d' ' -f3)" 20000000
is "$mode: a NodePort whose backends are elsewhere, as the node" \
	"$(ask_times 24 world tcp 192.168.10.10 30389 | sort -u)" \
	"$(printf 'webpod1 192.168.10.10 0\nwebpod2 192.168.10.10 0')"
is "$mode: a NodePort whose backend is here, as the client" "$(ask world tcp 192.168.10.10 30390)" "netpod 203.0.113.9 0"
is "$mode: a large download through a NodePort" "$(ask world tcp 192.168.10.10 30389 5000000 | cut -d' ' -f3)" 5000000
is "$mode: the world sees the node" "$(ask netpod tcp 203.0.113.9 443)" "world 192.168.10.10 0"
is "$mode: over UDP too" "$(ask netpod udp 203.0.113.9 53)" "world 192.168.10.10 0"
is "$mode: and answers pings" \
	"$(in_ns netpod ping -c2 -i0.2 -W3 -q 203.0.113.9 2>&1 | grep -o '[0-9]* received')" "2 received"
is "$mode: the node itself" "$(ask k8s-s tcp 203.0.113.9 443)" "world 192.168.10.10 0"
is "$mode: the host and its pod, through cilium_host" "$(ask k8s-w2 tcp 172.16.1.235 80)" "webpod2 172.16.1.224 0"
is "$mode: the host and its pod, by the pod's own route" "$(ask k8s-w1 tcp 172.16.2.139 80 | cut -d' ' -f1)" webpod1

is "$mode: IPv6: ping to a pod of another node" \
	"$(in_ns netpod ping -6 -c3 -i0.2 -W3 -q ${pod_ip6[2]} 2>&1 | grep -o '[0-9]* received')" "3 received"
is "$mode: IPv6: the pod finds its gateway" \
	"$(ip -n netpod -6 neigh show ${gateway6[0]} | grep -o 'lladdr [0-9a-f:]*')" "lladdr ${node_mac[0]}"
is "$mode: IPv6: a pod of another node" "$(ask netpod tcp ${pod_ip6[1]} 80)" "webpod1 ${pod_ip6[0]} 0"
is "$mode: IPv6: a service, over both backends" \
	"$(ask_times 24 netpod tcp fd00:1010::72 80 | sort -u)" \
	"$(printf 'webpod1 %s 0\nwebpod2 %s 0' "${pod_ip6[0]}" "${pod_ip6[0]}")"
is "$mode: IPv6: a large download" "$(ask netpod tcp fd00:1010::72 80 5000000 | cut -d' ' -f3)" 5000000
is "$mode: IPv6: a NodePort, as the node" \
	"$(ask_times 24 world tcp ${node_ip6[0]} 30389 | sort -u)" \
	"$(printf 'webpod1 %s 0\nwebpod2 %s 0' "${node_ip6[0]}" "${node_ip6[0]}")"
is "$mode: IPv6: the world sees the node" "$(ask netpod tcp $WORLD6 443)" "world ${node_ip6[0]} 0"
is "$mode: IPv6: and answers pings" \
	"$(in_ns netpod ping -6 -c2 -i0.2 -W3 -q $WORLD6 2>&1 | grep -o '[0-9]* received')" "2 received"

before=$(counted k8s-w1 133)
is "$mode: what policy does not allow" "$(ask netpod tcp 172.16.2.139 9999)" "nobody: TimeoutError"
is "$mode: is counted as dropped by policy" \
	"$before $([ "$(counted k8s-w1 133)" -gt 0 ] && echo counted)" "0 counted"
has "$mode: which an operator reads with the reason" \
	"$("$build/verdict" maps metrics --pinned "$BPF/k8s-w1" | tr -s ' ')" "Policy denied INGRESS * policy.h"

sleep 0.5
kill %5 2>/dev/null
points=$(awk '$1 == 4 { print $2 }' "$TMP/events" | sort -nu | tr '\n' ' ')
has "$mode: events from the pod" " $points" " 5 "
has "$mode: events to the pod" " $points" " 0 "
has "$mode: events to the other nodes" " $points" " $([ $tunnel = 01 ] && echo 4 || echo 11) "
is "$mode: verdicts of policy" "$(awk '$1 == 5 { n++ } END { print (n > 5) }' "$TMP/events")" 1

if [ -n "$hook" ]; then
	is "$mode: attached by tcx" "$(find $BPF/k8s-s -name 'tcx_*gress' | wc -l)" "$([ $tunnel = 01 ] && echo 8 || echo 6)"
else
	[ "$mode" = native ] || skip "$mode: attached by tcx" "this kernel has none"
fi

# What the lab does without. NAME COMMAND..: whether the kernel has it, tried in a namespace of its own
lacks() {
	local name=$1

	shift
	if unshare --net "$@" >/dev/null 2>&1; then
		skip "$mode: $name" "this kernel has them, but the lab is made of veth and VXLAN"
	else
		skip "$mode: $name" "this kernel has none"
	fi
}
if [ "$mode" = native ]; then
	lacks "VLAN devices" sh -c 'ip link add a type veth && ip link add link a name v type vlan id 5'
	lacks "Geneve devices" ip link add g type geneve external
	lacks "netkit devices" ip link add n type netkit
	lacks "SCTP" python3 -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)'
	lacks "IPVS" test -e /proc/net/ip_vs
fi
tap_done
