/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/kernel_log.h"

#include "base/mem.h"

#include <string.h>

/* How messages begin: lib/bug.c, kernel/panic.c, kernel/locking/lockdep.c, mm/kasan,
 * arch/.../traps. */
static const char *const splats[] = {
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"Oops: ",
	"Oops[#",
	"general protection fault",
	"Unable to handle kernel ", /* arm64, s390x */
	"Internal error: ",
	"INFO: task ", /* hung */
	"INFO: possible recursive locking",
	"INFO: suspicious RCU usage",
	"UBSAN: ",
	"KFENCE: ",
	"refcount_t: ",
	"list_add corruption",
	"list_del corruption",
	"unregister_netdevice: waiting for ",
	"Kernel panic - not syncing",
};

/* Subsystems put their own name before it. */
static const char *const prefixes[] = { "watchdog: ", "rcu: ", "kernel: " };

static bool begins(const char *message, size_t len, const char *with)
{
	return len >= strlen(with) && !memcmp(message, with, strlen(with));
}

bool kernel_log_is_splat(const char *message, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (begins(message, len, prefixes[i])) {
			len -= strlen(prefixes[i]);
			message += strlen(prefixes[i]);
		}
	for (size_t i = 0; i < ARRAY_SIZE(splats); i++)
		if (begins(message, len, splats[i]))
			return true;
	return false;
}

bool kernel_log_is_panic(const char *message, size_t len)
{
	return begins(message, len, "Kernel panic - not syncing");
}
