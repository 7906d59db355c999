/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The loader of the lab: what an agent does with the datapath's objects.
 *
 *	attach load OBJECT FOLDER DEVICE[/MORE] HOOK=PROGRAM.. [NAME=HEX..]
 *		Load OBJECT with those read-only globals, attach programs to DEVICE (HOOK: ingress
 *or egress, by clsact; tcx_ingress, tcx_egress or xdp), and pin its maps: the node's under FOLDER,
 *its own under FOLDER/DEVICE, where its programs and the links of tcx are pinned too. attach set
 *MAP KEY VALUE	in hex attach program MAP INDEX PROGRAM attach events MAP SECONDS	"TYPE
 *SUBTYPE SOURCE LENGTH" for each event attach has_tcx			status 0 if this kernel has
 *tcx
 */
#include <errno.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#define PATH_LEN 256
/* enum bpf_attach_type, of Linux 6.6 */
#define TCX_INGRESS 46
#define TCX_EGRESS  47

static int fail(const char *what, const char *name)
{
	fprintf(stderr, "attach: %s '%s': %s\n", what, name, strerror(errno));
	return 1;
}

/* Bytes of @hex into @bytes, at most @size: how many, or -1. */
static int hex_bytes(const char *hex, unsigned char *bytes, size_t size)
{
	size_t n = strlen(hex) / 2, i;

	if (strlen(hex) % 2 || n > size)
		return -1;
	for (i = 0; i < n; i++) {
		char two[3] = { hex[2 * i], hex[2 * i + 1], 0 }, *end;

		bytes[i] = strtoul(two, &end, 16);
		if (*end)
			return -1;
	}
	return n;
}

/* Set the global @name of @object, which has a size of its own. */
static int global_set(struct bpf_object *object, const char *name, const char *hex)
{
	struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC), i, n;
	const struct btf_type *sec = id > 0 ? btf__type_by_id(btf, id) : NULL;
	struct bpf_map *map;
	const void *initial;
	unsigned char *data;
	size_t size;

	bpf_object__for_each_map(map, object)
	{
		if (strstr(bpf_map__name(map), ".rodata"))
			break;
	}
	initial = map ? bpf_map__initial_value(map, &size) : NULL;
	data = initial ? malloc(size) : NULL;
	if (data)
		memcpy(data, initial, size);
	for (i = 0; data && sec && i < btf_vlen(sec); i++) {
		const struct btf_var_secinfo *info = btf_var_secinfos(sec) + i;
		const struct btf_type *var = btf__type_by_id(btf, info->type);

		if (strcmp(btf__name_by_offset(btf, var->name_off), name))
			continue;
		n = hex_bytes(hex, data + info->offset, info->size);
		if (n == (int)info->size)
			n = bpf_map__set_initial_value(map, data, size);
		else
			errno = EINVAL;
		free(data);
		return n ? fail("cannot be set, or has another size: global", name) : 0;
	}
	free(data);
	errno = ENOENT;
	return fail("no global", name);
}

static bool is_hook(const char *name)
{
	static const char *const hooks[] = { "ingress", "egress", "tcx_ingress", "tcx_egress",
					     "xdp" };

	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++)
		if (!strcmp(name, hooks[i]))
			return true;
	return false;
}

/* A link lives as long as it is pinned. */
static int tcx_attach(int ifindex, int program, const char *folder, const char *hook)
{
	int fd = bpf_link_create(program, ifindex,
				 strcmp(hook, "tcx_egress") ? TCX_INGRESS : TCX_EGRESS, NULL);
	char path[2 * PATH_LEN];

	snprintf(path, sizeof(path), "%s/%s", folder, hook);
	if (fd < 0 || bpf_obj_pin(fd, path))
		return fail("cannot attach or pin", path);
	return 0;
}

static int has_tcx(void)
{
	const struct bpf_insn pass[] = { { .code = BPF_ALU64 | BPF_MOV | BPF_K },
					 { .code = BPF_JMP | BPF_EXIT } };
	int fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, NULL, "GPL", pass, 2, NULL);

	return fd < 0 || bpf_link_create(fd, 1, TCX_INGRESS, NULL) < 0;
}

static int program_attach(const struct bpf_object *object, const char *device, const char *folder,
			  const char *hook, const char *name)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	char *plain = strndup(device, strcspn(device, "/"));
	int ifindex = plain ? if_nametoindex(plain) : 0;
	LIBBPF_OPTS(bpf_tc_hook, tc, .ifindex = ifindex);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = 1, .priority = 1);
	libbpf_print_fn_t print;
	int err;

	free(plain);
	if (!program || !ifindex)
		return fail("no program, or no device", name);
	opts.prog_fd = bpf_program__fd(program);
	if (!strcmp(hook, "xdp"))
		return bpf_xdp_attach(ifindex, opts.prog_fd, XDP_FLAGS_SKB_MODE, NULL)
			       ? fail("cannot attach", name)
			       : 0;
	if (!strncmp(hook, "tcx_", 4))
		return tcx_attach(ifindex, opts.prog_fd, folder, hook);
	tc.attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS;
	/* that it is there already is no news */
	print = libbpf_set_print(NULL);
	err = bpf_tc_hook_create(&tc);
	libbpf_set_print(print);
	if (err && err != -EEXIST)
		return fail("no clsact", device);
	tc.attach_point = strcmp(hook, "ingress") ? BPF_TC_EGRESS : BPF_TC_INGRESS;
	return bpf_tc_attach(&tc, &opts) ? fail("cannot attach", name) : 0;
}

static int load(int argc, char **argv)
{
	const char *folder = argv[1], *device = argv[2];
	LIBBPF_OPTS(bpf_object_open_opts, opts, .pin_root_path = folder);
	struct bpf_object *object = bpf_object__open_file(argv[0], &opts);
	char path[2 * PATH_LEN], own[PATH_LEN];
	struct bpf_program *program;
	struct bpf_map *map;
	int i, err = 0;

	if (!object)
		return fail("cannot open", argv[0]);
	bpf_object__for_each_program(program, object)
		bpf_program__set_type(program, strstr(argv[0], "xdp.bpf.o")
						       ? BPF_PROG_TYPE_XDP
						       : BPF_PROG_TYPE_SCHED_CLS);
	for (i = 3; i < argc && !err; i++) {
		char *value = strchr(argv[i], '=');

		if (!value)
			return fail("not NAME=VALUE", argv[i]);
		*value = 0;
		if (!is_hook(argv[i]))
			err = global_set(object, argv[i], value + 1);
		*value = '=';
	}
	if (err)
		return err;
	if (bpf_object__load(object))
		return fail("the kernel refuses", argv[0]);
	snprintf(own, sizeof(own), "%s/%s", folder, device);
	mkdir(own, 0700);
	bpf_object__for_each_map(map, object)
	{
		if (bpf_map__is_pinned(map) || bpf_map__is_internal(map))
			continue;
		snprintf(path, sizeof(path), "%s/%s", own, bpf_map__name(map));
		if (bpf_map__pin(map, path))
			return fail("cannot pin", path);
	}
	bpf_object__for_each_program(program, object)
	{
		snprintf(path, sizeof(path), "%s/%s", own, bpf_program__name(program));
		if (bpf_program__pin(program, path))
			return fail("cannot pin", path);
	}
	for (i = 3; i < argc && !err; i++) {
		char *value = strchr(argv[i], '=');

		*value = 0;
		if (is_hook(argv[i]))
			err = program_attach(object, device, own, argv[i], value + 1);
		*value = '=';
	}
	bpf_object__close(object);
	return err;
}

static int set(char **argv)
{
	unsigned char key[64], value[128];
	int fd = bpf_obj_get(argv[0]);

	if (fd < 0)
		return fail("no map", argv[0]);
	if (hex_bytes(argv[1], key, sizeof(key)) < 0 ||
	    hex_bytes(argv[2], value, sizeof(value)) < 0) {
		errno = EINVAL;
		return fail("not hex", argv[1]);
	}
	return bpf_map_update_elem(fd, key, value, BPF_ANY) ? fail("cannot set in", argv[0]) : 0;
}

static int program_set(char **argv)
{
	int fd = bpf_obj_get(argv[0]), program = bpf_obj_get(argv[2]);
	unsigned int index = strtoul(argv[1], NULL, 10);

	if (fd < 0 || program < 0)
		return fail("no map or program", argv[fd < 0 ? 0 : 2]);
	return bpf_map_update_elem(fd, &index, &program, BPF_ANY) ? fail("cannot set in", argv[0])
								  : 0;
}

static void event_print(void *context, int cpu, void *data, __u32 size)
{
	const unsigned char *type = data;
	const unsigned short *source = data;

	(void)context;
	(void)cpu;
	printf("%d %d %d %u\n", type[0], type[1], source[1], size);
}

static int events(char **argv)
{
	int fd = bpf_obj_get(argv[0]), seconds = atoi(argv[1]);
	struct perf_buffer *buffer;
	time_t end = time(NULL) + seconds;

	if (fd < 0)
		return fail("no map", argv[0]);
	buffer = perf_buffer__new(fd, 64, event_print, NULL, NULL, NULL);
	if (!buffer)
		return fail("cannot read", argv[0]);
	puts("ready");
	fflush(stdout);
	while (time(NULL) < end && perf_buffer__poll(buffer, 100) >= 0)
		fflush(stdout);
	perf_buffer__free(buffer);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 5 && !strcmp(argv[1], "load"))
		return load(argc - 2, argv + 2);
	if (argc == 5 && !strcmp(argv[1], "set"))
		return set(argv + 2);
	if (argc == 5 && !strcmp(argv[1], "program"))
		return program_set(argv + 2);
	if (argc == 4 && !strcmp(argv[1], "events"))
		return events(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "has_tcx"))
		return has_tcx();
	fputs("usage: attach load|set|program|events|has_tcx ..: see attach.c\n", stderr);
	return 2;
}
