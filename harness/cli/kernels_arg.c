/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/kernels_arg.h"

#include "base/file.h"
#include "matrix/kernels.h"
#include "matrix/store.h"

#include <string.h>
#include <unistd.h>

static const struct span nowhere;

static const char *const defaults[] = { "kernels.yaml", "ci/kernels.yaml" };

const char *kernels_here(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(defaults); i++)
		if (!access(defaults[i], F_OK))
			return defaults[i];
	return NULL;
}

const char *kernels_argument(struct diags *d, const struct strings *args, size_t *first)
{
	const char *here = kernels_here();

	*first = 0;
	if (args->n && kernels_file_is(args->items[0])) {
		*first = 1;
		return args->items[0];
	}
	if (here)
		return here;
	if (args->n)
		diag(d, DIAG_ERROR, nowhere,
		     "%s is no file of kernels (it has no key 'kernels'), and there is neither " KERNELS_HERE,
		     args->items[0]);
	else
		diag(d, DIAG_ERROR, nowhere,
		     "no file of kernels is named, and there is neither " KERNELS_HERE);
	return NULL;
}

static struct guest_spec spec_of(struct arena *a, const struct kernel_spec *k,
				 const struct kernel_image *image)
{
	struct guest_sysctl *sysctls = arena_alloc(a, (k->n_sysctls + 1) * sizeof(*sysctls));
	struct guest_spec spec = {
		.name = k->name,
		.vmlinuz = image->vmlinuz,
		.modules = image->modules,
		.cmdline = k->cmdline,
		.memory = k->memory,
		.cpus = k->cpus,
		.time_limit = k->time_limit,
		.sysctls = sysctls,
		.n_sysctls = k->n_sysctls,
	};

	for (size_t i = 0; i < k->n_sysctls; i++)
		sysctls[i] = (struct guest_sysctl){ k->sysctls[i].path, k->sysctls[i].value };
	for (size_t i = 0; i < n_kernel_archs; i++)
		if (!strcmp(kernel_archs[i].name, k->arch))
			spec.arch = kernel_archs[i].machine;
	return spec;
}

int kernel_as_guest(struct arena *a, const struct kernel_spec *k, const struct lock_file *lock,
		    struct guest_spec *spec, const char **why)
{
	struct kernel_image image;

	if (kernel_locate(a, k, lock, &image, why))
		return -1;
	if (strcmp(k->arch, kernel_arch_here()) != 0) {
		*why = arena_printf(a, "this verdict is built for %s, not for %s",
				    kernel_arch_here(), k->arch);
		return -1;
	}
	*spec = spec_of(a, k, &image);
	return 0;
}
