/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `verdict help scenario`: the language by example, then its keys from the tables that read them.
 */
#include "base/network.h"
#include "cli/command.h"
#include "scenario/scenario_keys.h"
#include "types/context_fields.h"

#include <linux/bpf.h>

static const char introduction[] =
	"A scenario is a YAML file: an object, what its maps hold at first, and steps that send\n"
	"frames and say what must come of them.\n"
	"\n"
	"  verdict: 1                        # the language's version\n"
	"  name: The prefilter drops what comes from a listed network\n"
	"  object: xdp.bpf.o                 # beside this file, in -O DIR, as built or installed\n"
	"  program: cil_xdp_entry            # its name, or a section that holds just one\n"
	"\n"
	"  let: {listed: 203.0.113.9, node: 192.168.10.10}\n"
	"\n"
	"  maps:                             # what they hold before the first step\n"
	"    cilium_cidr_v4_dyn:\n"
	"      - {key: {prefix: 203.0.113.0/24}, value: {flags: 0}}\n"
	"\n"
	"  steps:\n"
	"    - send: |\n"
	"        eth(src=12:52:e3:7e:87:4f)\n"
	"        / ipv4(src=$listed, dst=$node) / tcp(dport=80, flags=S)\n"
	"      expect: {verdict: XDP_DROP}\n"
	"    - send: eth() / ipv4(src=203.0.114.9, dst=$node) / udp(dport=53) / \"query\"\n"
	"      expect:\n"
	"        verdict: XDP_PASS\n"
	"        packet: same\n"
	"        maps: {cilium_cidr_v4_dyn: unchanged}\n"
	"    - replay: flow.pcap             # every frame is judged, each by one entry\n"
	"      filter: tcp port 80\n"
	"      expect:\n"
	"        - {frames: 1-3, verdict: XDP_PASS, packet: same}\n"
	"        - {frames: rest, verdict: XDP_PASS}\n"
	"\n"
	"Paths are relative to the file that names them. Every scenario, and every case of `cases`,\n"
	"starts with maps as the object defines them and a network namespace of its own.\n"
	"\n"
	"YAML without anchors, aliases, tags, merge keys and second documents; a key stands only\n"
	"once. Values are what their place takes: 010, yes and 12:30 are never anything else.\n";

static const char packets[] =
	"Packets\n"
	"  Layers with named fields, outermost first; `verdict help packets` lists them all.\n"
	"  In `send` fields that are not named take defaults; lengths, checksums and the number\n"
	"  of the next protocol follow from the rest unless they are given.\n"
	"\n"
	"    eth() / ipv4(dst=10.0.0.1) / tcp(dport=80, flags=S) / \"payload\"\n"
	"    eth() / hex(0800 4500 0014)       bytes as they are\n"
	"    eth() / ipv4(dst=$vip) / udp()    a variable of let: or cases:\n"
	"\n"
	"  In braces or brackets, with ' #' or ': ' in it, or over several lines an expression\n"
	"  stands after '|', as above.\n"
	"\n"
	"  What comes out, `packet:` of expect:\n"
	"\n"
	"    <expression>                 the whole frame\n"
	"    like <expression>            only the layers and fields that are named\n"
	"    same                         what was sent, byte for byte\n"
	"    sent with ipv4(ttl=63)       what was sent, these fields changed; checksums follow\n"
	"    sent without vlan            what was sent, without that header\n"
	"    eth() / ipv4() / sent        these headers in front of what was sent\n"
	"\n"
	"  `any` as a value skips a field; '/ ...' at the end ignores what follows.\n";

static const char values[] =
	"Values of maps and globals, by their BTF type\n"
	"  {member: value, ..}          a struct or union; members left out are 0 when set, and\n"
	"                               match anything when expected\n"
	"  [value, ..]                  an array; a per-CPU map's `values`\n"
	"  80, 0x50, -1                 in the member's own byte order; negative: signed types only\n"
	"  be16(80), be32(1)            network order in a member whose type does not say so\n"
	"  10.0.0.1, fd00::1, 02:00:00:00:00:01, 10.0.0.0/8\n"
	"                               addresses, in network order; a prefix in the key of an LPM trie\n"
	"  CT_SERVICE, A|B, true        names of enums, of `names:`, and of bool\n"
	"  hex(00 11 22)                all bytes of any value\n"
	"\n"
	"Maps in expect:\n"
	"  MAP: [{key: .., value: ..}]  such entries are there; others do not matter\n"
	"  MAP: [{key: .., absent: true}]  no such entry\n"
	"  MAP: {only: [..]}            exactly these\n"
	"  MAP: unchanged               as before the step\n"
	"  MAP: empty\n"
	"\n"
	"Events in expect, of the types that `events:` at the top gives\n"
	"  [{MAP: {member: value}}, {TYPE: {..}}]  these, in this order; others may be between\n"
	"  {only: [..]}                 exactly these, in this order\n"
	"  {any_order: [..]}            each of these\n"
	"  none\n"
	"  {TYPE: {payload: PACKET}}    what follows the type in a record\n"
	"  {MAP: hex(..)}, {MAP: any}\n"
	"\n"
	"Helper calls in expect; `verdict help helpers` lists the helpers and what they are given\n"
	"  [ktime_get_ns, {redirect: {ifindex: eth0, result: TC_ACT_REDIRECT}}]\n"
	"                               these, in this order; others may be between\n"
	"  [{HELPER: {times: 2}}]       so many such calls in all, wherever they are\n"
	"  {only: [..]}, {any_order: [..]}, none\n"
	"Tail calls in expect: [PROGRAM, {map: MAP, slot: 2, taken: false}], those taken exactly, or none\n"
	"Tunnel in expect: {tunnel_id: 7, remote_ipv4: 192.0.2.1, flags: .., opt: hex(..)}, or none\n";

static void print_keys(FILE *out, const char *title, const struct key *keys, size_t n)
{
	fprintf(out, "\n%s\n", title);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%-12s %-25s %s\n", keys[i].flags & KEY_OF_NODE ? "* " : "  ",
			keys[i].name, keys[i].argument ? keys[i].argument : "",
			keys[i].help ? keys[i].help : "");
}

static const char *field_help(const struct context_field *f)
{
	if (f->source == CONTEXT_PRELUDE)
		return "set by a program that runs before";
	return f->back ? "known after the run, too" : "not known after the run";
}

static void print_fields(FILE *out, const char *title, uint32_t prog_type)
{
	size_t n;
	const struct context_field *fields = context_fields(prog_type, &n);

	fprintf(out, "\n%s\n", title);
	for (size_t i = 0; i < n; i++)
		if (fields[i].source != CONTEXT_NOT)
			fprintf(out, "  %-16s %s\n", fields[i].name, field_help(&fields[i]));
}

static void print_device_kinds(FILE *out)
{
	fputs("\nKinds of devices\n", out);
	for (size_t i = 0; i < N_DEVICE_KINDS; i++)
		fprintf(out, "  %-12s %s\n", device_kinds[i].name, device_kinds[i].help);
}

void scenario_help(FILE *out)
{
	fputs(introduction, out);
	print_keys(out, "Keys of a scenario (*: and of each of its nodes)", scenario_keys,
		   n_scenario_keys);
	print_keys(out, "Keys of an xfail that depends on the kernel", xfail_keys, n_xfail_keys);
	print_keys(out, "Keys of a step", step_keys, n_step_keys);
	print_keys(out, "Keys of expect", expect_keys, n_expect_keys);
	print_keys(out, "Keys of a redirect, when expected", redirect_keys, n_redirect_keys);
	print_keys(out, "Keys of a tail call, when expected", tail_call_keys, n_tail_call_keys);
	print_fields(out, "Fields of ctx, for tc programs", BPF_PROG_TYPE_SCHED_CLS);
	print_fields(out, "Fields of ctx, for XDP programs", BPF_PROG_TYPE_XDP);
	print_keys(out, "Keys of a device", device_keys, n_device_keys);
	print_device_kinds(out);
	print_keys(out, "Keys of a route", route_keys, n_route_keys);
	print_keys(out, "Keys of a neighbour", neighbour_keys, n_neighbour_keys);
	print_keys(out, "Keys of a rule", rule_keys, n_rule_keys);
	print_keys(out, "Keys of a map's entry, when set", map_write_keys, n_map_write_keys);
	print_keys(out, "Keys of a map's entry, when expected", map_entry_keys, n_map_entry_keys);
	print_keys(out, "Keys of a map with events of several types", event_format_keys,
		   n_event_format_keys);
	fprintf(out, "\n%s\n%s", packets, values);
}
