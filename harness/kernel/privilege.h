/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The capabilities that loading, running and making devices need (capabilities(7)), and why they
 * may not be enough. CAP_BPF and CAP_PERFMON come with CAP_SYS_ADMIN, which namespaces need.
 */
#pragma once

#include "base/mem.h"

#include <stdbool.h>

/* Those this thread lacks, "CAP_SYS_ADMIN, CAP_NET_ADMIN"; NULL: none. The caller frees. */
char *privileges_missing(void);

/* A sentence for one who has not what it takes: what that is, and what to type. The caller frees.
 */
char *privileges_advice(void);

/* Root of this process is root of the machine's own user namespace; only there it counts for BPF.
 */
bool privileges_are_real(void);

/* What to add where the kernel refuses (EPERM, EACCES) what the capabilities permit. */
#define PRIVILEGES_CONFINED                                                                   \
	"a container's seccomp or AppArmor profile forbids it: start it with --security-opt " \
	"seccomp=unconfined --security-opt apparmor=unconfined, or --privileged"
