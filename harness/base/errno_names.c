/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"

#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* include/linux/errno.h: never meant for user space, returned by bpf(2) nevertheless. */
#define ENOTSUPP_KERNEL 524

#define NAMED(e)                          \
	{                                 \
		.name = #e, .number = (e) \
	}

static const struct errno_entry entries[] = {
	NAMED(EPERM),
	NAMED(ENOENT),
	NAMED(ESRCH),
	NAMED(EINTR),
	NAMED(EIO),
	NAMED(ENXIO),
	NAMED(E2BIG),
	NAMED(ENOEXEC),
	NAMED(EBADF),
	NAMED(ECHILD),
	NAMED(EAGAIN),
	NAMED(ENOMEM),
	NAMED(EACCES),
	NAMED(EFAULT),
	NAMED(ENOTBLK),
	NAMED(EBUSY),
	NAMED(EEXIST),
	NAMED(EXDEV),
	NAMED(ENODEV),
	NAMED(ENOTDIR),
	NAMED(EISDIR),
	NAMED(EINVAL),
	NAMED(ENFILE),
	NAMED(EMFILE),
	NAMED(ENOTTY),
	NAMED(ETXTBSY),
	NAMED(EFBIG),
	NAMED(ENOSPC),
	NAMED(ESPIPE),
	NAMED(EROFS),
	NAMED(EMLINK),
	NAMED(EPIPE),
	NAMED(EDOM),
	NAMED(ERANGE),
	NAMED(EDEADLK),
	NAMED(ENAMETOOLONG),
	NAMED(ENOLCK),
	NAMED(ENOSYS),
	NAMED(ENOTEMPTY),
	NAMED(ELOOP),
	NAMED(ENOMSG),
	NAMED(EIDRM),
	NAMED(ECHRNG),
	NAMED(EL2NSYNC),
	NAMED(EL3HLT),
	NAMED(EL3RST),
	NAMED(ELNRNG),
	NAMED(EUNATCH),
	NAMED(ENOCSI),
	NAMED(EL2HLT),
	NAMED(EBADE),
	NAMED(EBADR),
	NAMED(EXFULL),
	NAMED(ENOANO),
	NAMED(EBADRQC),
	NAMED(EBADSLT),
	NAMED(EBFONT),
	NAMED(ENOSTR),
	NAMED(ENODATA),
	NAMED(ETIME),
	NAMED(ENOSR),
	NAMED(ENONET),
	NAMED(ENOPKG),
	NAMED(EREMOTE),
	NAMED(ENOLINK),
	NAMED(EADV),
	NAMED(ESRMNT),
	NAMED(ECOMM),
	NAMED(EPROTO),
	NAMED(EMULTIHOP),
	NAMED(EDOTDOT),
	NAMED(EBADMSG),
	NAMED(EOVERFLOW),
	NAMED(ENOTUNIQ),
	NAMED(EBADFD),
	NAMED(EREMCHG),
	NAMED(ELIBACC),
	NAMED(ELIBBAD),
	NAMED(ELIBSCN),
	NAMED(ELIBMAX),
	NAMED(ELIBEXEC),
	NAMED(EILSEQ),
	NAMED(ERESTART),
	NAMED(ESTRPIPE),
	NAMED(EUSERS),
	NAMED(ENOTSOCK),
	NAMED(EDESTADDRREQ),
	NAMED(EMSGSIZE),
	NAMED(EPROTOTYPE),
	NAMED(ENOPROTOOPT),
	NAMED(EPROTONOSUPPORT),
	NAMED(ESOCKTNOSUPPORT),
	NAMED(EOPNOTSUPP),
	NAMED(EPFNOSUPPORT),
	NAMED(EAFNOSUPPORT),
	NAMED(EADDRINUSE),
	NAMED(EADDRNOTAVAIL),
	NAMED(ENETDOWN),
	NAMED(ENETUNREACH),
	NAMED(ENETRESET),
	NAMED(ECONNABORTED),
	NAMED(ECONNRESET),
	NAMED(ENOBUFS),
	NAMED(EISCONN),
	NAMED(ENOTCONN),
	NAMED(ESHUTDOWN),
	NAMED(ETOOMANYREFS),
	NAMED(ETIMEDOUT),
	NAMED(ECONNREFUSED),
	NAMED(EHOSTDOWN),
	NAMED(EHOSTUNREACH),
	NAMED(EALREADY),
	NAMED(EINPROGRESS),
	NAMED(ESTALE),
	NAMED(EUCLEAN),
	NAMED(ENOTNAM),
	NAMED(ENAVAIL),
	NAMED(EISNAM),
	NAMED(EREMOTEIO),
	NAMED(EDQUOT),
	NAMED(ENOMEDIUM),
	NAMED(EMEDIUMTYPE),
	NAMED(ECANCELED),
	NAMED(ENOKEY),
	NAMED(EKEYEXPIRED),
	NAMED(EKEYREVOKED),
	NAMED(EKEYREJECTED),
	NAMED(EOWNERDEAD),
	NAMED(ENOTRECOVERABLE),
	NAMED(ERFKILL),
	NAMED(EHWPOISON),
	{ .name = "ENOTSUPP", .number = ENOTSUPP_KERNEL },
	/* Other names of the same numbers: read, never printed. */
	NAMED(EWOULDBLOCK),
	NAMED(EDEADLOCK),
	NAMED(ENOTSUP),
};

const struct errno_entry *errno_entries(size_t *n)
{
	*n = ARRAY_SIZE(entries);
	return entries;
}

const char *errno_name(int err)
{
	static _Thread_local char unknown[32];

	err = abs(err);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		if (entries[i].number == err)
			return entries[i].name;
	}
	snprintf(unknown, sizeof(unknown), "errno %d", err);
	return unknown;
}

const char *errno_text(int err)
{
	err = abs(err);
	if (err == EMFILE)
		return "Too many open files: raise the limit (ulimit -n), or run fewer scenarios "
		       "at once (-j 1)";
	return err == ENOTSUPP_KERNEL ? "Operation is not supported" : strerror(err);
}

int errno_parse(const char *s, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		if (text_is(s, len, entries[i].name))
			return entries[i].number;
	}
	return -EINVAL;
}
