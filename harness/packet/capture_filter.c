/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* pcap filters on Ethernet frames that are in no file. */
#include "packet/capture.h"

#include <pcap/pcap.h>
#include <stdlib.h>

/* The largest snap length of libpcap: filters look at whole frames. */
#define SNAP_LENGTH 262144

struct capture_filter {
	struct bpf_program program;
};

struct capture_filter *capture_filter_compile(struct diags *d, struct span where, const char *text)
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAP_LENGTH);
	struct capture_filter *f = xcalloc(1, sizeof(*f));

	if (!pcap || pcap_compile(pcap, &f->program, text, 1, PCAP_NETMASK_UNKNOWN)) {
		diag(d, DIAG_ERROR, where, "filter '%s': %s", text,
		     pcap ? pcap_geterr(pcap) : "out of memory");
		free(f);
		f = NULL;
	}
	if (pcap)
		pcap_close(pcap);
	return f;
}

bool capture_filter_match(const struct capture_filter *f, const uint8_t *data, size_t len)
{
	struct pcap_pkthdr h = { .caplen = (bpf_u_int32)len, .len = (bpf_u_int32)len };

	return pcap_offline_filter(&f->program, &h, data);
}

void capture_filter_free(struct capture_filter *f)
{
	if (!f)
		return;
	pcap_freecode(&f->program);
	free(f);
}
