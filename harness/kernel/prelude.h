/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A prelude: a tc program of the harness that sets what BPF_PROG_TEST_RUN does not take but a
 * program may set (pkt_type, hash, queue_mapping, tc_index, tc_classid, the VLAN tag out of band, a
 * tunnel key), and tail-calls the program under test. That stays as it is; its own calls are the
 * only ones on the tape.
 *
 * One prelude serves all programs of the same type and attach type, one after the other. Used by
 * one thread.
 */
#pragma once

#include "kernel/instance.h"

/* __u32 and the like come from linux/bpf.h, which instance.h includes. */
#include "shim/prelude.h"

struct prelude;

/*
 * Load one for programs like @p. Returns NULL with *err -errno if the kernel refuses it.
 */
struct prelude *prelude_load(const struct program *p, int *err);
void prelude_free(struct prelude *p);
/* Whether programs like @p may be entered from it. */
bool prelude_serves(const struct prelude *p, const struct program *program);
/*
 * From now on it enters @program. Returns 0, or -errno: -EINVAL where the kernel does not let this
 * program be tail-called from another.
 */
int prelude_aim(struct prelude *p, const struct program *program);
/* It enters nothing: the program may go. */
void prelude_rest(struct prelude *p);

/* The program to run in place of the one it enters. */
int prelude_fd(const struct prelude *p);
/* What it sets: memory that the program reads, and where it says what went wrong. */
struct prelude_values *prelude_values(struct prelude *p);
