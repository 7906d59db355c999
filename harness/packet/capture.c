/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/capture.h"

#include "base/file.h"
#include "packet/link_type.h"

#include <errno.h>
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* libpcap reads a record with two small reads: a large buffer saves system calls. */
#define BUFFER_SIZE (256u << 10)
/* Larger than any frame libpcap takes (its MAXIMUM_SNAPLEN), for frames given a new header. */
#define FRAME_MAX (262144 + ETHERNET_HEADER)

struct capture {
	char *path;
	struct span where;
	pcap_t *pcap;
	const struct link_type *link;
	struct bpf_program filter; /* bf_insns NULL: every frame passes */
	uint64_t frames;	   /* read so far */
	bool ended;
	int result;	 /* what capture_next() returns once it ended */
	char *buffer;	 /* of the file */
	uint8_t *made;	 /* a frame with its new header */
	char *made_text; /* what that header is */
	bool has_src, has_dst;
	uint8_t src[6], dst[6];
};

/* Formats that people hand over for a capture, by their first byte (no capture starts so). */
static const struct {
	unsigned char first;
	const char *name, *command;
} compressed[] = {
	{ 0x1f, "gzip", "gunzip -k" },
	{ 0xfd, "xz", "unxz -k" },
	{ 0x28, "zstd", "unzstd" },
	{ 'B', "bzip2", "bunzip2 -k" },
};

static void report_format(struct diags *d, struct span where, const char *path, int first,
			  const char *error)
{
	for (size_t i = 0; i < ARRAY_SIZE(compressed); i++)
		if (first == compressed[i].first && strstr(error, "unknown file format")) {
			diag(d, DIAG_ERROR, where,
			     "'%s' is no capture, but may be one compressed by %s: unpack it with "
			     "'%s %s'",
			     path, compressed[i].name, compressed[i].command, path);
			return;
		}
	if (strstr(error, "unknown file format"))
		diag(d, DIAG_ERROR, where, "'%s' is no capture: neither pcap nor pcapng", path);
	else
		diag(d, DIAG_ERROR, where, "'%s' is no capture that can be read: %s", path, error);
}

/* Open the file and its header. Returns NULL after a diag; *buffer is the caller's then, too. */
static pcap_t *open_file(struct diags *d, struct span where, const char *path, char *buffer)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	FILE *f = fopen(path, "rbe");
	struct stat st;
	pcap_t *pcap;
	int first;

	if (!f || fstat(fileno(f), &st)) {
		diag(d, DIAG_ERROR, where, "cannot read capture '%s': %s", path, strerror(errno));
		if (f)
			fclose(f);
		return NULL;
	}
	if (S_ISDIR(st.st_mode)) {
		diag(d, DIAG_ERROR, where, "cannot read capture '%s': it is a folder", path);
		fclose(f);
		return NULL;
	}
	setvbuf(f, buffer, _IOFBF, BUFFER_SIZE);
	/* One reader uses one capture: a lock for every read costs as much as the read. */
	__fsetlocking(f, FSETLOCKING_BYCALLER);
	first = getc(f);
	if (first == EOF) {
		diag(d, DIAG_ERROR, where, "'%s' is no capture: %s", path,
		     ferror(f) ? strerror(errno) : "the file is empty");
		fclose(f);
		return NULL;
	}
	ungetc(first, f);
	pcap = pcap_fopen_offline_with_tstamp_precision(f, PCAP_TSTAMP_PRECISION_NANO, error);
	if (!pcap) {
		report_format(d, where, path, first, error);
		fclose(f);
	}
	return pcap;
}

static bool find_link_type(struct diags *d, struct capture *c)
{
	int dlt = pcap_datalink(c->pcap);
	const char *name = pcap_datalink_val_to_name(dlt);
	const char *description = pcap_datalink_val_to_description(dlt);

	c->link = link_type_find(dlt);
	if (c->link)
		return true;
	diag(d, DIAG_ERROR, c->where,
	     "'%s' has frames of link type %s (%s), which is not supported; record on an Ethernet "
	     "device (EN10MB) or with 'tcpdump -i any' (LINUX_SLL, LINUX_SLL2)",
	     c->path, name ? name : "number unknown to libpcap",
	     description ? description : "no name");
	return false;
}

static bool compile_filter(struct diags *d, struct capture *c, const struct capture_options *o)
{
	struct span where = o->filter_span.src ? o->filter_span : c->where;

	/* For the link type recorded, so that what only its header tells (inbound) can be asked. */
	if (!pcap_compile(c->pcap, &c->filter, o->filter, 1, PCAP_NETMASK_UNKNOWN))
		return true;
	diag(d, DIAG_ERROR, where, "filter '%s': %s", o->filter, pcap_geterr(c->pcap));
	return false;
}

static void prepare_ethernet(struct capture *c, const struct capture_options *o)
{
	if (c->link->is_ethernet)
		return;
	c->has_src = o->eth_src;
	c->has_dst = o->eth_dst;
	if (c->has_src)
		memcpy(c->src, o->eth_src, sizeof(c->src));
	if (c->has_dst)
		memcpy(c->dst, o->eth_dst, sizeof(c->dst));
	c->made = xcalloc(1, FRAME_MAX);
	c->made_text = xasprintf(
		"frames of link type %s have no Ethernet header: they are given one "
		"with src %s and dst %s",
		c->link->name,
		c->has_src ? "as set" : "the address recorded (zeros where there is none)",
		c->has_dst ? "as set" : "zeros");
}

struct capture *capture_open(struct diags *d, struct span where, const char *path,
			     const struct capture_options *o)
{
	static const struct capture_options none = {};
	struct capture *c = xcalloc(1, sizeof(*c));

	if (!o)
		o = &none;
	if (o->again && path_is_stream(path)) {
		diag(d, DIAG_ERROR, where,
		     "'%s' is no file but a pipe or a device: a scenario reads its captures more "
		     "than once",
		     path);
		free(c);
		return NULL;
	}
	c->path = xstrdup(path);
	c->where = where;
	c->buffer = xcalloc(1, BUFFER_SIZE);
	c->pcap = open_file(d, where, path, c->buffer);
	if (!c->pcap || !find_link_type(d, c) || (o->filter && !compile_filter(d, c, o))) {
		capture_close(c);
		return NULL;
	}
	prepare_ethernet(c, o);
	return c;
}

/*
 * libpcap's words for what goes wrong inside a file, and what to do about it. It stops where an
 * interface is described, which may be well before that interface's first frame.
 */
static const struct {
	const char *error, *what;
} failures[] = {
	{ "has a type", "an interface of another link type than the first is described; record "
			"each interface into a file of its own" },
	{ "has a snapshot length",
	  "an interface of another snap length than the first is described; make a file with one "
	  "for all: editcap -F pcap FILE OUT" },
	{ "truncated", "the file is cut short" },
};

static int report_failure(struct diags *d, struct capture *c)
{
	const char *error = pcap_geterr(c->pcap), *what = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(failures) && !what; i++)
		if (strstr(error, failures[i].error))
			what = failures[i].what;
	diag(d, DIAG_ERROR, c->where,
	     "'%s', at frame %" PRIu64 ": %s (%s); %" PRIu64 " %s read before", c->path,
	     c->frames + 1, what ? what : "the file is damaged", error, c->frames,
	     c->frames == 1 ? "frame was" : "frames were");
	return -1;
}

/* libpcap takes the unsigned 32 bits of a pcap file's seconds for signed ones. */
static uint64_t time_of(const struct pcap_pkthdr *h)
{
	uint64_t seconds = h->ts.tv_sec < 0 ? (uint32_t)h->ts.tv_sec : (uint64_t)h->ts.tv_sec;

	/* It was asked for nanoseconds: they are where microseconds used to be. */
	return seconds * 1000000000 + (uint64_t)h->ts.tv_usec;
}

/* The frame with an Ethernet header in place of its own. */
static void make_ethernet(struct capture *c, const struct pcap_pkthdr *h, const uint8_t *data,
			  struct capture_frame *f)
{
	size_t header = c->link->header, payload;

	f->made_ethernet = true;
	f->data = c->made;
	f->len = 0;
	f->wire_len = (h->len > header ? h->len - (uint32_t)header : 0) + ETHERNET_HEADER;
	/* Cut within the header that is replaced: nothing of the frame itself is there. */
	if (h->caplen < header || h->caplen - header > FRAME_MAX - ETHERNET_HEADER)
		return;
	payload = h->caplen - header;
	link_type_ethernet(c->link, data, f->wire_len - ETHERNET_HEADER, c->has_src ? c->src : NULL,
			   c->has_dst ? c->dst : NULL, c->made);
	memcpy(c->made + ETHERNET_HEADER, data + header, payload);
	f->len = (uint32_t)payload + ETHERNET_HEADER;
}

int capture_next(struct diags *d, struct capture *c, struct capture_frame *f)
{
	struct pcap_pkthdr *h;
	const uint8_t *data;

	if (c->ended)
		return c->result;
	for (;;) {
		int got = pcap_next_ex(c->pcap, &h, &data);

		if (got != 1) {
			c->ended = true;
			c->result = got == PCAP_ERROR_BREAK ? 0 : report_failure(d, c);
			return c->result;
		}
		c->frames++;
		if (!c->filter.bf_insns || pcap_offline_filter(&c->filter, h, data))
			break;
	}
	f->number = c->frames;
	f->time = time_of(h);
	f->data = data;
	f->len = h->caplen;
	f->wire_len = h->len;
	f->made_ethernet = false;
	if (!c->link->is_ethernet)
		make_ethernet(c, h, data, f);
	return 1;
}

uint64_t capture_frames(const struct capture *c)
{
	return c->frames;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->filter.bf_insns)
		pcap_freecode(&c->filter);
	if (c->pcap)
		pcap_close(c->pcap); /* closes the file, too, which still needs its buffer */
	free(c->buffer);
	free(c->made);
	free(c->made_text);
	free(c->path);
	free(c);
}

const char *capture_link_type(const struct capture *c)
{
	return c->link->name;
}

const char *capture_default_ethernet(const struct capture *c)
{
	return c->made_text;
}
