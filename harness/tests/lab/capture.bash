# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash disable=SC2154
# Part of test_lab.sh: captures of flows, as they pass lxc0 and eth0 of k8s-s and reach netpod, each direction in a file of its own.
out=${3:?usage: test_lab.sh BUILD capture FOLDER}
said=''

# Checksums are to be on the wire, not left to a device.
for space in netpod webpod1 webpod2 world k8s-s k8s-w1 k8s-w2; do
	for device in eth0 lxc0 cilium_host; do
		in_ns "$space" ethtool -K "$device" tx off gso off tso off gro off >/dev/null 2>&1
	done
done

# NAME FILTER COMMAND..: what passes meanwhile, until it has passed
record() {
	local name=$1 filter=$2 place device pids=()

	shift 2
	for place in k8s-s:lxc0 k8s-s:eth0 netpod:eth0; do
		device=${place#*:}
		nsenter --net="/run/netns/${place%:*}" tcpdump -U -q -i "$device" -w "$TMP/$name.$place.pcap" "$filter" 2>"$TMP/$place.said" &
		pids+=($!)
		until grep -q listening "$TMP/$place.said" 2>/dev/null; do
			sleep 0.1
		done
	done
	"$@"
	sleep 1
	kill -TERM "${pids[@]}"
	wait "${pids[@]}" 2>/dev/null
}

# NAME PLACE FILTER FILE
part() {
	tcpdump -q -r "$TMP/$1.$2.pcap" -w "$out/$4" "$3" 2>/dev/null
}

for _ in $(seq 20); do
	record nodeport 'tcp and (port 30389 or host 172.16.2.139 or host 172.16.1.235)' ask world tcp 192.168.10.10 30389 2000
	tcpdump -q -r "$TMP/nodeport.k8s-s:eth0.pcap" 'host 172.16.2.139' 2>/dev/null | grep -q . && break
done
part nodeport k8s-s:eth0 "ether dst ${eth_mac[0]}" nodeport_tcp.pcap
part nodeport k8s-s:eth0 "ether src ${eth_mac[0]}" nodeport_tcp.out.pcap

record masquerade 'tcp and host 203.0.113.9' ask netpod tcp 203.0.113.9 443 2000
part masquerade k8s-s:lxc0 "ether src ${pod_mac[0]}" masquerade_tcp.pod.pcap
part masquerade netpod:eth0 "ether dst ${pod_mac[0]}" masquerade_tcp.to_pod.pcap
part masquerade k8s-s:eth0 "ether dst ${eth_mac[0]}" masquerade_tcp.reply.pcap

# NAME: what the pod sends, as it leaves the node, what comes back, and what the pod gets
parts() {
	part "$1" k8s-s:lxc0 "ether src ${pod_mac[0]}" "lab_$1.pod.pcap"
	part "$1" k8s-s:eth0 "ether src ${eth_mac[0]}" "lab_$1.out.pcap"
	part "$1" k8s-s:eth0 "ether dst ${eth_mac[0]}" "lab_$1.reply.pcap"
	part "$1" netpod:eth0 "ether dst ${pod_mac[0]}" "lab_$1.to_pod.pcap"
}

both() {
	ask netpod tcp 10.10.249.114 80 2000
	ask netpod tcp 10.10.249.114 80 2000
}
# Two connections to the service, the first to webpod1, the second to webpod2
until [ "$(tr '\n' ' ' <<<"$said" | cut -d' ' -f1,4)" = "webpod1 webpod2" ]; do
	record clusterip 'tcp port 80' both >"$TMP/both"
	said=$(cat "$TMP/both")
done
parts clusterip
record dns 'udp port 53' ask netpod udp 10.10.0.10 53
parts dns
record ping 'icmp' in_ns netpod ping -c3 -i0.2 -q 172.16.2.139
parts ping
