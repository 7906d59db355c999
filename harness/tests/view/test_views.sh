#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What `verdict maps` and `verdict observe` print of the shipped datapath is what the operator of its source document
# saw; maps that somebody pinned read alike; what is wrong in a file of views, or asked wrongly, is said.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
build=$(cd "${1:?usage: test_views.sh BUILD}" && pwd) || exit 2
VERDICT=${VERDICT:-$build/verdict}
TMP=$(mktemp -d) || exit 1
trap 'rm -rf "$TMP"' EXIT
cd "$here/../../.." || exit 2
node=scenarios/views/the_node.yaml

# ARGUMENTS..: all that verdict says, and its status
says() {
	"$VERDICT" "$@" 2>&1
	echo "status $?"
}

# What `cilium bpf endpoint list` printed on that node, in the order of addresses.
is "endpoints" "$(says maps endpoint $node)" \
"IP ADDRESS        LOCAL ENDPOINT INFO
172.16.0.7:0      id=788   sec_id=29265 flags=0x0000 ifindex=10  mac=AE:FA:30:78:0C:F9 nodemac=6E:A4:DB:E4:9A:46
172.16.0.41:0     id=297   sec_id=29265 flags=0x0000 ifindex=8   mac=D6:BB:72:3B:80:C5 nodemac=26:59:D7:B7:99:68
172.16.0.190:0    (localhost)
172.16.0.196:0    id=3034  sec_id=4     flags=0x0000 ifindex=12  mac=6A:E3:6A:FF:33:E0 nodemac=7E:64:F3:57:23:7D
172.16.0.251:0    id=663   sec_id=11370 flags=0x0000 ifindex=14  mac=12:52:E3:7E:87:4F nodemac=2E:E6:8A:A2:06:1E
192.168.10.10:0   (localhost)
status 0"

# `cilium bpf lb list`; how far the columns are apart depends on the longest line.
lb=$(says maps lb $node | tr -s ' ')
has "a service" "$lb" "10.10.249.114:80 (0) 0.0.0.0:0 (9) (0) [[]ClusterIP, non-routable]"
has "its first backend" "$lb" "10.10.249.114:80 (1) 172.16.2.139:80 (9) (1)"
has "its second" "$lb" "10.10.249.114:80 (2) 172.16.1.235:80 (9) (2)"
has "a NodePort" "$lb" "192.168.10.10:30389 (0) 0.0.0.0:0 (20) (0) [[]NodePort]"

# `cilium map get cilium_ipcache`, but for what the agent knows of its own copy ("sync")
has "an identity" "$(says maps ipcache $node | tr -s ' ')" \
	"172.16.2.139/32 identity=19520 encryptkey=0 tunnelendpoint=192.168.10.101, flags=<none>"

has "connections: to the service" "$(says maps ct $node)" \
	"TCP OUT 10.10.249.114:80 -> 172.16.0.251:54492 service expires=* RevNAT=9 *BackendID=1"
has "connections: to the backend" "$(says maps ct $node)" \
	"TCP OUT 172.16.0.251:54492 -> 172.16.2.139:80 expires=* Packets=1 Bytes=54 RxFlagsSeen=0x00 *TxFlagsSeen=0x02 *RevNAT=9 SourceSecurityID=11370"
is "connections before the first step" "$(says maps --step 1 ct $node | wc -l)" "$(says maps ct $node | wc -l)"
is "translated flows: none" "$(says maps nat $node)" "status 0"
nat=$(says maps nat scenarios/masquerade/there_and_back.yaml)
has "translated flows" "$nat" "OUT 172.16.0.251:* -> 203.0.113.9:* XLATE_SRC 192.168.10.10:*"
has "translated flows: back" "$nat" "IN 203.0.113.9:* -> 192.168.10.10:* XLATE_DST 172.16.0.251:*"
has "policy" "$(says maps policy scenarios/policy/port_range.yaml | tr -s ' ')" "Allow Egress any 8000/UDP NONE disabled 0 0 "
has "metrics" "$(says maps metrics $node | tr -s ' ')" "Success EGRESS 2 108 * event.h"

is "flows" "$(says observe $node)" \
"default/netpod:54492 -> default/webpod1:80 (ID:19520) policy-verdict:all EGRESS ALLOWED (TCP Flags: SYN)
default/netpod:54492 (ID:11370) -> default/webpod1:80 (ID:19520) to-network FORWARDED (TCP Flags: SYN)
default/netpod:54492 (unknown) <> default/webpod1:80 (unknown) to-network FORWARDED (TCP Flags: SYN)
status 0"
has "a flow that is dropped" "$(says observe scenarios/local/denied.yaml)" \
	"default/netpod:1000 (ID:11370) <> kube-system/coredns-2:22 (ID:29265) Policy denied DROPPED (TCP Flags: SYN)"
has "a reply" "$(says observe scenarios/clusterip/reply.yaml)" " <- "

# JSON, as another program reads it
json() {
	python3 -c "import json, sys
for line in sys.stdin: $1"
}
is "flows as JSON" "$("$VERDICT" observe --format json $node | json '
	f = json.loads(line)
	print(f["step"], f["source"]["address"], f["source"].get("who"), f["destination"]["port"], f["tcp_flags"], f["what"])')" \
"1 172.16.0.251 None 80 ['SYN'] policy-verdict:all EGRESS
1 172.16.0.251 ID:11370 80 ['SYN'] to-network
2 172.16.0.251 unknown 80 ['SYN'] to-network"
is "a view as JSON" "$("$VERDICT" maps --format json endpoint $node | python3 -c '
import json, sys
v = json.load(sys.stdin)
print(v["view"], v["header"], len(v["rows"]), v["rows"][2]["cells"], v["rows"][2]["map"])
print(v["rows"][2]["key"])')" \
"endpoint ['IP ADDRESS', 'LOCAL ENDPOINT INFO'] 6 ['172.16.0.190:0', '(localhost)'] cilium_lxc
{ip4: 172.16.0.190, family: ENDPOINT_KEY_IPV4, key: 0, cluster_id: 0}"

counts=$(says observe --summary scenarios/local scenarios/policy)
has "counts by verdict" "$counts" "by verdict*DROPPED*"
has "counts by drop reason" "$counts" "by drop reason*  Policy denied*"
has "counts by flow" "$counts" "by flow*default/netpod -> *"
has "counts by TCP flag" "$counts" "by TCP flag*  SYN"
has "counts by port" "$counts" "by port*  53/UDP"
has "counts by ICMP type" "$counts" "by ICMP type*  ICMPv4 EchoRequest"
is "counts as JSON" "$("$VERDICT" observe --summary --format json $node | json '
	c = json.loads(line)
	print(c["events"], c["verdict"], c["port"])')" "3 {'FORWARDED': 2, 'ALLOWED': 1} {'80/TCP': 3}"

# A replay: the flows of a capture, with the names and maps of a scenario
sed 's|\.\./|'"$PWD"'/scenarios/|g; s/^helpers:/globals: {lxc\/MONITOR_AGGREGATION: 0}\n&/' $node >"$TMP/all_events.yaml"
replayed=$(says observe -O "$build/bpf" -s "$TMP/all_events.yaml" pcaps/clusterip_http.pcap)
has "flows of a capture" "$replayed" "default/netpod:* (ID:11370) -> default/webpod*:80 (ID:19520) to-network FORWARDED (TCP Flags: ACK, PSH)"
has "flows of a capture as JSON" "$(says observe -s $node --filter 'tcp[tcpflags] & tcp-syn != 0' --format json pcaps/clusterip_http.pcap)" \
	'"frame": 1, "time": "1*"what": "to-network"'

# Maps that another loader pinned
pinned() {
	mount --make-rprivate / 2>/dev/null
	mkdir -p "$TMP/fs" && mount -t bpf bpf "$TMP/fs" &&
		ip link add lxc0 index 14 type veth peer name peer0 &&
		"$build/harness/tests/lab/attach" load "$build/bpf/lxc.bpf.o" "$TMP/fs" lxc0 ingress=cil_from_container >/dev/null || return
	# 172.16.0.251, endpoint 663 on ifindex 14, identity 11370
	"$build/harness/tests/lab/attach" set "$TMP/fs/cilium_lxc" ac1000fb00000000000000000000000001000000 \
		0e0000000000970200000000000000001252e37e874f00002ee68aa2061e00006a2c0000000000000000000000000000
	says maps endpoint --pinned "$TMP/fs"
	says maps lb --pinned "$TMP/fs"
	mkdir "$TMP/fs/empty"
	says maps lb --pinned "$TMP/fs/empty" | sed "s|$TMP|TMP|g"
	umount "$TMP/fs"
}
export -f pinned says
export TMP build VERDICT
# shellcheck disable=SC2016 # there
is "pinned maps" "$(unshare --mount --net bash -c pinned)" \
"IP ADDRESS       LOCAL ENDPOINT INFO
172.16.0.251:0   id=663   sec_id=11370 flags=0x0000 ifindex=14  mac=12:52:E3:7E:87:4F nodemac=2E:E6:8A:A2:06:1E
status 0
SERVICE ADDRESS   BACKEND ADDRESS (REVNAT_ID) (SLOT)
status 0
verdict: error: there is no map of view 'lb' in TMP/fs/empty: cilium_lb4_services_v2, ..
status 2"

# What is asked wrongly
is "the views there are" "$(says maps | awk '{ print $1 }' | paste -sd ' ')" "endpoint lb ipcache ct nat policy metrics status"
has "an unknown view" "$(says maps lbs $node)" "verdict: error: unknown view 'lbs'; did you mean 'lb'?"
has "whose maps" "$(says maps lb)" "verdict: error: whose maps? those of a scenario, verdict maps lb SCENARIO, or those pinned in a folder, --pinned DIR
status 2"
has "both" "$(says maps lb $node --pinned .)" "leave out one of them"
has "a step that is not there" "$(says maps --step 9 lb $node)" "$node has no step 9: it has 2"
has "a node that is not there" "$(says maps --node x lb $node)" "$node has no nodes: leave out --node"
has "a folder that is not there" "$(says maps lb --pinned /nowhere)" "cannot read folder /nowhere: *No such file"
has "no maps of the view" "$(says maps lb scenarios/events/cut.yaml)" "there is no map of view 'lb' in *"
has "a file of views that is not there" "$(says maps lb $node --views none.yaml)" "cannot read views from none.yaml: *No such file"
has "no events" "$(says observe scenarios/arp/answered.yaml)" "status 0"
has "a capture without a scenario" "$(says observe pcaps/arp.pcap)" "pcaps/arp.pcap:*error:"
has "--filter without a capture" "$(says observe --filter arp $node)" "--node and --filter are for a capture, with -s"
sed 's/verdict: TC_ACT_OK/verdict: TC_ACT_SHOT/; s/verdict: TC_ACT_REDIRECT/verdict: TC_ACT_SHOT/; s|\.\./|'"$PWD"'/scenarios/|g' $node >"$TMP/fails.yaml"
has "a scenario that fails" "$(says observe -O "$build/bpf" "$TMP/fails.yaml")" "fails, so its further steps were not run; *status 1"

# What is wrong in a file of views: NAME.yaml and, exactly, NAME.err
for bad in "$here"/bad/*.yaml; do
	name=bad/$(basename "$bad" .yaml)
	is "$name" "$(cd "$here" && says maps lb "$OLDPWD/$node" -O "$build/bpf" --views "$name.yaml" | sed "s|$PWD/||g")" "$(cat "${bad%.yaml}.err")"
done
tap_done
