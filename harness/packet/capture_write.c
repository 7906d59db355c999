/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The pcap file format (draft-ietf-opsawg-pcap) needs no library to write, and libpcap's own
 * writer tells no errors per frame and closes a file that is still to be renamed.
 */
#include "packet/capture.h"

#include "base/file.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio_ext.h>
#include <stdlib.h>

#define MAGIC_NANOSECONDS 0xa1b23c4d
/* The largest snap length that libpcap takes: no frame of the kernel's test runs is longer. */
#define SNAP_LENGTH   262144
#define NS_PER_SECOND 1000000000

/* Frames are small: fewer, larger writes. */
#define BUFFER_SIZE (256u << 10)

struct capture_writer {
	struct replacement file;
	char *buffer; /* of the file */
};

/* What precedes each frame. Both headers are in the byte order of the writer. */
struct record_header {
	uint32_t seconds, nanoseconds;
	uint32_t len, wire_len;
};

static int write_all(struct capture_writer *w, const void *data, size_t len)
{
	errno = 0;
	if (!len || fwrite(data, len, 1, w->file.out) == 1)
		return 0;
	return errno ? -errno : -EIO;
}

struct capture_writer *capture_create(const char *path, int *err)
{
	const struct pcap_file_header header = {
		.magic = MAGIC_NANOSECONDS,
		.version_major = PCAP_VERSION_MAJOR,
		.version_minor = PCAP_VERSION_MINOR,
		.snaplen = SNAP_LENGTH,
		.linktype = DLT_EN10MB,
	};
	struct capture_writer *w = xcalloc(1, sizeof(*w));
	int failed = replace_begin(&w->file, path);

	if (!failed) {
		w->buffer = xcalloc(1, BUFFER_SIZE);
		setvbuf(w->file.out, w->buffer, _IOFBF, BUFFER_SIZE);
		/* One writer uses one file: no lock for every frame. */
		__fsetlocking(w->file.out, FSETLOCKING_BYCALLER);
		failed = write_all(w, &header, sizeof(header));
	}
	if (!failed)
		return w;
	capture_abandon(w);
	*err = failed;
	return NULL;
}

int capture_write(struct capture_writer *w, uint64_t time, const uint8_t *data, size_t len)
{
	struct record_header header = {
		.seconds = (uint32_t)(time / NS_PER_SECOND),
		.nanoseconds = (uint32_t)(time % NS_PER_SECOND),
		.len = (uint32_t)len,
		.wire_len = (uint32_t)len,
	};
	int err;

	if (len > SNAP_LENGTH)
		return -EMSGSIZE;
	if (time / NS_PER_SECOND > UINT32_MAX)
		return -ERANGE;
	err = write_all(w, &header, sizeof(header));
	return err ? err : write_all(w, data, len);
}

int capture_finish(struct capture_writer *w)
{
	int err = replace_commit(&w->file);

	free(w->buffer);
	free(w);
	return err;
}

void capture_abandon(struct capture_writer *w)
{
	if (!w)
		return;
	replace_abandon(&w->file);
	free(w->buffer);
	free(w);
}
