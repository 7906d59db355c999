/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* sysctl(8) of the network namespace the calling thread is in: /proc/sys/net. Private to kernel/.
 */
#pragma once

/* Write @value to @path, "net/ipv4/ip_forward". Returns 0 or -errno; -ENOENT: there is no such. */
int sysctl_write(const char *path, const char *value);

/*
 * What a scenario starts from, whatever the machine it runs on was told: to be written before
 * devices are made, which take it over. Returns 0, or -errno with the path in *path.
 */
int sysctl_write_defaults(const char **path);
