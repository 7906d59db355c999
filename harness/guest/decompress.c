/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/decompress.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define ROOM_FIRST (1u << 20)

/* What is taken apart, and what came of it so far. */
struct stream {
	uint8_t *in; /* zlib would have it so; nobody writes there */
	size_t in_len;
	uint8_t *out;
	size_t room, len;
};

static int make_room(struct stream *s)
{
	if (s->len < s->room)
		return 0;
	if (s->room >= DECOMPRESSED_MAX)
		return -EFBIG;
	s->room = s->room ? 2 * s->room : ROOM_FIRST;
	s->out = xreallocarray(s->out, s->room, 1);
	return 0;
}

static int unpack_xz(struct stream *s)
{
	lzma_stream z = LZMA_STREAM_INIT;
	lzma_ret ret = lzma_stream_decoder(&z, UINT64_MAX, LZMA_CONCATENATED);
	int err = ret == LZMA_OK ? 0 : -ENOMEM;

	z.next_in = s->in;
	z.avail_in = s->in_len;
	while (!err && ret == LZMA_OK) {
		err = make_room(s);
		if (err)
			break;
		z.next_out = s->out + s->len;
		z.avail_out = s->room - s->len;
		ret = lzma_code(&z, LZMA_FINISH);
		s->len = s->room - z.avail_out;
	}
	lzma_end(&z);
	if (err)
		return err;
	return ret == LZMA_STREAM_END ? 0 : -EBADMSG;
}

static int unpack_zstd(struct stream *s)
{
	ZSTD_inBuffer in = { s->in, s->in_len, 0 };
	ZSTD_DStream *z = ZSTD_createDStream();
	size_t left = 1;
	int err = z ? 0 : -ENOMEM;

	while (!err && (in.pos < in.size || left)) {
		ZSTD_outBuffer out;
		size_t before = in.pos;

		err = make_room(s);
		if (err)
			break;
		out = (ZSTD_outBuffer){ s->out, s->room, s->len };
		left = ZSTD_decompressStream(z, &out, &in);
		if (ZSTD_isError(left) || (in.pos == before && out.pos == s->len && left))
			err = -EBADMSG;
		s->len = out.pos;
	}
	ZSTD_freeDStream(z);
	return err;
}

static int unpack_gzip(struct stream *s)
{
	z_stream z = { .next_in = s->in, .avail_in = (uInt)s->in_len };
	int ret = inflateInit2(&z, 16 + MAX_WBITS), err = ret == Z_OK ? 0 : -ENOMEM;

	while (!err && ret == Z_OK) {
		err = make_room(s);
		if (err)
			break;
		z.next_out = s->out + s->len;
		z.avail_out = (uInt)(s->room - s->len);
		ret = inflate(&z, Z_NO_FLUSH);
		s->len = s->room - z.avail_out;
	}
	inflateEnd(&z);
	if (err)
		return err;
	return ret == Z_STREAM_END ? 0 : -EBADMSG;
}

static const struct format {
	const char *magic;
	size_t len;
	int (*unpack)(struct stream *s);
} formats[] = {
	{ "\xfd"
	  "7zXZ",
	  6, unpack_xz }, /* with the NUL */
	{ "\x28\xb5\x2f\xfd", 4, unpack_zstd },
	{ "\x1f\x8b", 2, unpack_gzip },
};

/* Returns -errno where @fd is no file of a size that can be read. */
static int check_size(int fd, size_t *len)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (st.st_size > DECOMPRESSED_MAX)
		return -EFBIG;
	*len = (size_t)st.st_size;
	return 0;
}

static int read_whole(const char *path, uint8_t **data, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	ssize_t got = 1;
	size_t size = 0;
	uint8_t *read_in;

	if (fd < 0)
		return -errno;
	err = check_size(fd, &size);
	if (err) {
		close(fd);
		return err;
	}
	read_in = xcalloc(1, size + 1);
	for (*len = 0; *len < size && got > 0; *len += got > 0 ? (size_t)got : 0)
		got = read(fd, read_in + *len, size - *len);
	close(fd);
	if (got < 0) {
		free(read_in);
		return -EIO;
	}
	*data = read_in;
	return 0;
}

int decompressed_read(const char *path, void **data, size_t *len)
{
	struct stream s = {};
	uint8_t *in = NULL;
	int err = read_whole(path, &in, &s.in_len);

	if (!in) /* there is room for a byte more than a file has */
		return err;
	s.in = in;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		if (s.in_len < formats[i].len || memcmp(in, formats[i].magic, formats[i].len))
			continue;
		err = formats[i].unpack(&s);
		free(in);
		if (err) {
			free(s.out);
			return err;
		}
		*data = s.out;
		*len = s.len;
		return 0;
	}
	*data = in;
	*len = s.in_len;
	return 0;
}
