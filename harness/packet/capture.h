/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Captures: pcap and pcapng files, read one frame at a time through libpcap (the only place
 * that includes pcap.h), and written for Wireshark. Memory does not grow with the file.
 */
#pragma once

#include "base/diag.h"

#include <stdint.h>

struct capture;

struct capture_frame {
	uint64_t number;     /* in the file, from 1, counting what a filter leaves out, as Wireshark
				does */
	uint64_t time;	     /* ns since 1970, as stamped */
	const uint8_t *data; /* an Ethernet frame; valid until the next read */
	uint32_t len;	     /* bytes of data */
	uint32_t wire_len; /* bytes it had on the wire (Ethernet header included); > len: cut by the
			      snap length */
	bool made_ethernet; /* its Ethernet header was made up: the link type has none */
};

struct capture_options {
	bool again;	    /* it will be read again: no pipe */
	const char *filter; /* pcap filter, or NULL */
	struct span filter_span;
	const uint8_t *eth_src; /* 6 bytes each, for link types without Ethernet header, or NULL: */
	const uint8_t *eth_dst; /* the default, see capture_default_ethernet() */
};

/*
 * Open a capture file. Reports at @where and returns NULL if it cannot be read, is no capture, has
 * a link type that is not supported (EN10MB, LINUX_SLL and LINUX_SLL2 are; the message names the
 * type and says what to do), or the filter does not compile. An interface of another link type
 * later in a pcapng file is an error when reached.
 */
struct capture *capture_open(struct diags *d, struct span where, const char *path,
			     const struct capture_options *o);
/*
 * The next frame that passes the filter. Returns 1, 0 at the end of the file, or -1 after a diag at
 * the span given to capture_open (the file is cut short or damaged: how many frames were read is
 * said).
 */
int capture_next(struct diags *d, struct capture *c, struct capture_frame *f);
/* Frames read so far, those that a filter left out as well. */
uint64_t capture_frames(const struct capture *c);
void capture_close(struct capture *c);
/* EN10MB, LINUX_SLL, LINUX_SLL2 */
const char *capture_link_type(const struct capture *c);
/* One sentence on what Ethernet header frames of this link type were given; NULL for EN10MB. */
const char *capture_default_ethernet(const struct capture *c);

/* Whether a frame passes `matches: FILTER` */
struct capture_filter;
struct capture_filter *capture_filter_compile(struct diags *d, struct span where, const char *text);
bool capture_filter_match(const struct capture_filter *f, const uint8_t *data, size_t len);
void capture_filter_free(struct capture_filter *f);

/*
 * Write Ethernet frames to a pcap file (nanosecond stamps). The file appears under @path only
 * at capture_finish(): until then it has a temporary name. Errors are -errno; a writer that failed
 * or was abandoned leaves nothing behind.
 */
struct capture_writer;
struct capture_writer *capture_create(const char *path, int *err);
int capture_write(struct capture_writer *w, uint64_t time, const uint8_t *data, size_t len);
int capture_finish(struct capture_writer *w);	/* frees w */
void capture_abandon(struct capture_writer *w); /* frees w, removes the temporary file */
