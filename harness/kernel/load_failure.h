/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From libbpf's messages to a cause; private to kernel/. */
#pragma once

#include "kernel/instance.h"

/*
 * Fill *f from what libbpf said (@log; libbpf 1.1 to 1.7) when bpf_object__load() failed with
 * @error (-errno). f->object stays.
 */
void load_failure_read(struct load_failure *f, const char *log, int error);
/* Report it at the object's place. */
void load_failure_report(struct diags *d, const struct instance_object *o,
			 const struct load_failure *f);
/* Say, after that, what `needs:` could name, if the kernel lacks something that it can. */
void load_failure_hint(struct diags *d, const struct instance_object *o,
		       const struct load_failure *f);
/* "lxc.bpf.o" */
const char *object_base_name(const struct instance_object *o);
