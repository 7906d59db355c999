/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/sysctl.h"

#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/*
 * A node forwards. Nothing is sent that no program sent: no link-local addresses, no router
 * solicitations. Reports of multicast listeners cannot be turned off, but those of MLDv1 are sent
 * at once, while the network is made, and again after a random part of 24 days.
 *
 * A new namespace takes its IPv4 configuration over from the host's, of which distributions change
 * rp_filter.
 */
static const struct {
	const char *path, *value;
} defaults[] = {
	{ "net/ipv4/conf/all/rp_filter", "0" },
	{ "net/ipv4/conf/default/rp_filter", "0" },
	{ "net/ipv4/ip_forward", "1" },
	{ "net/ipv6/conf/default/addr_gen_mode", "1" },
	{ "net/ipv6/conf/default/accept_ra", "0" },
	{ "net/ipv6/conf/default/force_mld_version", "1" },
	{ "net/ipv6/conf/default/mldv1_unsolicited_report_interval", "2147483647" },
	{ "net/ipv6/conf/all/forwarding", "1" },
};

int sysctl_write(const char *path, const char *value)
{
	char full[PATH_MAX];
	size_t len = strlen(value);
	ssize_t n;
	int fd, err;

	if (snprintf(full, sizeof(full), "/proc/sys/%s", path) >= (int)sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	do
		n = write(fd, value, len);
	while (n < 0 && errno == EINTR);
	err = n < 0 ? -errno : (size_t)n < len ? -EIO : 0;
	close(fd);
	return err;
}

int sysctl_write_defaults(const char **path)
{
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++) {
		int err = sysctl_write(defaults[i].path, defaults[i].value);

		/* A kernel without IPv6, or from before a setting. */
		if (err && err != -ENOENT) {
			*path = defaults[i].path;
			return err;
		}
	}
	return 0;
}
