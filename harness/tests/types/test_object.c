/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Objects: our own, those of xdp-tools, and files that are none. */
#include "tests/types/values.h"

#include <elf.h>
#include <errno.h>
#include <glob.h>
#include <linux/bpf.h>
#include <pthread.h>
#include <unistd.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define HOST_DATA     ELFDATA2LSB
#define OTHER_DATA    ELFDATA2MSB
#define OTHER_MESSAGE "x.o is compiled for big endian machines; this one is little endian"
#else
#define HOST_DATA     ELFDATA2MSB
#define OTHER_DATA    ELFDATA2LSB
#define OTHER_MESSAGE "x.o is compiled for little endian machines; this one is big endian"
#endif

static void test_programs(void **state)
{
	struct object_file *f = test_object("types_maps.bpf.o");
	const struct object_program *p;
	struct diags d = {};

	(void)state;
	assert_int_equal(f->n_programs, 4);
	assert_string_equal(f->license, "Dual BSD/GPL");
	p = object_file_program(&d, (struct span){}, f, "first");
	assert_non_null(p);
	assert_string_equal(p->section, "tc");
	assert_int_equal(p->type, BPF_PROG_TYPE_SCHED_CLS);
	assert_true(p->n_insns > 4);
	assert_false(p->frags);
	p = object_file_program(&d, (struct span){}, f, "xdp.frags");
	assert_non_null(p);
	assert_string_equal(p->name, "whole");
	assert_int_equal(p->type, BPF_PROG_TYPE_XDP);
	assert_true(p->frags);
	p = object_file_program(&d, (struct span){}, f, "classifier/from_container");
	assert_non_null(p);
	assert_int_equal(p->type, BPF_PROG_TYPE_UNSPEC);
	assert_int_equal(d.n, 0);
	object_file_free(f);
}

/* @text with @path in place of its "%s". */
static char *with_path(const char *text, const char *path)
{
	const char *at = strstr(text, "%s");

	return xasprintf("%.*s%s%s", (int)(at - text), text, path, at + 2);
}

static void assert_no_program(const struct object_file *f, const char *name, const char *message)
{
	struct diags d = {};
	char *expected = with_path(message, f->path);

	assert_null(object_file_program(&d, (struct span){}, f, name));
	assert_int_equal(d.n, 1);
	assert_string_equal(d.items[0].message, expected);
	diags_free(&d);
	free(expected);
}

static void test_unknown_programs(void **state)
{
	struct object_file *f = test_object("types_maps.bpf.o");

	(void)state;
	assert_no_program(f, "frist", "there is no program 'frist' in %s; did you mean 'first'?");
	assert_no_program(f, "clasifier/from_container",
			  "there is no program 'clasifier/from_container' in %s; did you mean "
			  "'classifier/from_container'?");
	assert_no_program(f, "cil_to_netdev",
			  "there is no program 'cil_to_netdev' in %s; it has first, second, whole, "
			  "guessless");
	assert_no_program(f, "tc", "section 'tc' of %s holds 2 programs; name one: first, second");
	object_file_free(f);
}

static void test_maps(void **state)
{
	struct object_file *f = test_object("types_maps.bpf.o");
	const struct object_map *m = object_file_map(f, "ct4");

	(void)state;
	assert_null(object_file_map(f, "ct6"));
	assert_int_equal(m->type, BPF_MAP_TYPE_LRU_HASH);
	assert_int_equal(m->max_entries, 4096);
	assert_string_equal(m->key->name, "struct ipv4_ct_tuple");
	assert_false(m->pinned);
	m = object_file_map(f, "ipcache");
	assert_int_equal(m->flags, BPF_F_NO_PREALLOC);
	m = object_file_map(f, "untyped");
	assert_true(m->pinned);
	assert_int_equal(m->key_size, 8);
	m = object_file_map(f, "calls");
	assert_int_equal(m->key->kind, TYPE_INT);
	assert_int_equal(m->value->kind, TYPE_INT);
	object_file_free(f);
}

static void test_globals(void **state)
{
	static const struct {
		const char *name, *section, *type;
		bool read_only, folded;
	} globals[] = {
		{ "node_address", ".rodata", "__u32", true, false },
		{ "node_port", ".rodata", "__u16", true, false },
		{ "folded", ".rodata", "struct lb4_reverse_nat", true, true },
		{ "settings", ".data", "struct inner", false, false },
		{ "device", ".data", "char[16]", false, false },
		{ "seen", ".bss", "__u64", false, false },
		{ "hidden_count", ".bss", "__u32", false, false },
		{ "hot", ".data.hot", "__u32", false, false },
	};
	struct object_file *f = test_object("types_maps.bpf.o");

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(globals); i++) {
		const struct object_global *g = object_file_global(f, globals[i].name);
		const struct object_map *m;

		assert_non_null(g);
		assert_string_equal(g->section, globals[i].section);
		assert_string_equal(g->type->name, globals[i].type);
		assert_int_equal(g->read_only, globals[i].read_only);
		assert_int_equal(g->folded, globals[i].folded);
		m = object_file_map(f, g->map);
		assert_non_null(m);
		assert_true(m->internal);
		assert_true(g->off + g->type->size <= m->value_size);
	}
	assert_null(object_file_global(f, "LICENSE"));
	object_file_free(f);
}

/* Where in its section a global lies, by what the object stores there. */
static void test_offsets_of_globals(void **state)
{
	char *path = built("types_maps.bpf.o");
	struct object_file *f = test_object("types_maps.bpf.o");
	const struct object_global *g = object_file_global(f, "device");
	const Elf64_Ehdr *elf;
	const Elf64_Shdr *sections;
	struct source src;

	(void)state;
	assert_int_equal(source_read(path, &src), 0);
	elf = (const Elf64_Ehdr *)(const void *)src.text;
	sections = (const Elf64_Shdr *)(const void *)(src.text + elf->e_shoff);
	for (int i = 0; i < elf->e_shnum; i++) {
		const char *name =
			src.text + sections[elf->e_shstrndx].sh_offset + sections[i].sh_name;

		if (!strcmp(name, ".data"))
			assert_string_equal(src.text + sections[i].sh_offset + g->off, "eth0");
	}
	source_free(&src);
	object_file_free(f);
	free(path);
}

/* Every line of bpftool's dump that gives a member's offset, for one struct. */
static void test_offsets_against_bpftool(void **state)
{
	char *path = built("types_maps.bpf.o");
	char *command = xasprintf("bpftool btf dump file '%s' 2>/dev/null", path);
	struct object_file *f = test_object("types_maps.bpf.o");
	const struct type *t = type_set_find(f->types, "struct everything");
	char line[256];
	bool inside = false;
	size_t member = 0;
	FILE *p;

	(void)state;
	assert_non_null(t);
	p = access("/usr/sbin/bpftool", X_OK) ? NULL : popen(command, "re");
	while (p && fgets(line, sizeof(line), p)) {
		if (*line == '[')
			inside = strstr(line, "STRUCT 'everything'");
		else if (inside) {
			const struct type_member *m = &t->members[member++];
			char *expected = xasprintf("\t'%s' ", m->name);
			char *offset = xasprintf(" bits_offset=%u%s", m->bit_off,
						 m->bit_size ? " bitfield_size=" : "\n");

			assert_true(member <= t->n);
			assert_non_null(strstr(line, expected));
			assert_non_null(strstr(line, offset));
			free(expected);
			free(offset);
		}
	}
	if (p)
		pclose(p);
	free(command);
	free(path);
	if (p)
		assert_int_equal(member, t->n);
	object_file_free(f);
	if (!p)
		skip();
}

static void test_installed_objects(void **state)
{
	struct diags d = {};
	struct object_file *f;
	const struct object_map *m;
	glob_t found;

	(void)state;
	if (glob("/usr/lib/*/bpf/xdpfilt_alw_all.o", 0, NULL, &found))
		skip();
	f = object_file_read(&d, (struct span){}, found.gl_pathv[0]);
	globfree(&found);
	assert_non_null(f);
	assert_int_equal(f->n_programs, 1);
	assert_string_equal(f->programs[0].name, "xdpfilt_alw_all");
	assert_int_equal(f->programs[0].type, BPF_PROG_TYPE_XDP);
	assert_string_equal(f->license, "GPL");
	m = object_file_map(f, "filter_ipv6");
	assert_non_null(m);
	assert_int_equal(m->type, BPF_MAP_TYPE_PERCPU_HASH);
	assert_string_equal(m->key->name, "struct in6_addr");
	assert_int_equal(m->key->size, 16);
	assert_true(m->pinned);
	m = object_file_map(f, "filter_ethernet");
	assert_string_equal(m->key->name, "struct ethaddr");
	object_file_free(f);
	diags_free(&d);
}

static void assert_not_object(const char *path, const void *data, size_t size, const char *message)
{
	struct diags d = {};

	assert_null(object_file_from_memory(&d, (struct span){}, path, data, size));
	assert_int_equal(d.n, 1);
	assert_string_equal(d.items[0].message, message);
	diags_free(&d);
}

static void test_not_objects(void **state)
{
	static const char c[] = "#include <linux/bpf.h>\nint x;\n", ir[] = "; ModuleID = 'x.c'\n";
	Elf64_Ehdr elf = { .e_ident = ELFMAG, .e_type = ET_REL, .e_machine = EM_X86_64 };

	(void)state;
	elf.e_ident[EI_CLASS] = ELFCLASS64;
	elf.e_ident[EI_DATA] = HOST_DATA;
	assert_not_object("x.o", "", 0, "x.o is empty");
	assert_not_object("x.c", c, strlen(c),
			  "x.c is C source; compile it with clang --target=bpf -O2 -g -c");
	assert_not_object(
		"x.ll", ir, strlen(ir),
		"x.ll is LLVM assembly text; compile it with llc -march=bpf -filetype=obj");
	assert_not_object("x.bc", "BC\xc0\xde\x35\x14", 6,
			  "x.bc is LLVM bitcode; compile it without -emit-llvm (or: llc -march=bpf "
			  "-filetype=obj)");
	assert_not_object("x.o", "hello\n", 6, "x.o is text, not a compiled BPF object");
	assert_not_object("x.o", "\0\1\2", 3, "x.o is no ELF file: not a compiled BPF object");
	assert_not_object("x.o", ELFMAG, 4, "x.o is cut short: 4 bytes, less than an ELF header");
	assert_not_object(
		"x.o", &elf, sizeof(elf),
		"x.o is compiled for x86-64, not for BPF; compile it with clang --target=bpf");
	elf.e_ident[EI_DATA] = OTHER_DATA;
	elf.e_machine = __builtin_bswap16(EM_BPF);
	assert_not_object("x.o", &elf, sizeof(elf), OTHER_MESSAGE);
}

static void test_truncated(void **state)
{
	char *path = built("types_maps.bpf.o");
	struct source src;

	(void)state;
	assert_int_equal(source_read(path, &src), 0);
	for (size_t cut = 64; cut < src.len; cut += src.len / 7) {
		char *message =
			xasprintf("x.o is cut short: its sections go beyond its %zu bytes", cut);

		assert_not_object("x.o", src.text, cut, message);
		free(message);
	}
	source_free(&src);
	free(path);
}

static uint64_t random_number(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Whatever bytes are wrong, the object is read or refused: libbpf alone would follow them. */
static void test_damaged(void **state)
{
	char *path = built("types_maps.bpf.o"), *copy;
	struct source src;

	(void)state;
	assert_int_equal(source_read(path, &src), 0);
	copy = xcalloc(src.len, 1);
	for (int round = 0; round < 1500; round++) {
		struct diags d = {};
		struct object_file *f;

		memcpy(copy, src.text, src.len);
		for (int i = 0; i <= round % 3; i++)
			copy[random_number() % src.len] = (char)random_number();
		f = object_file_from_memory(&d, (struct span){}, "x.o", copy, src.len);
		assert_int_equal(f == NULL, d.errors != 0);
		object_file_free(f);
		diags_free(&d);
	}
	free(copy);
	source_free(&src);
	free(path);
}

static void test_symbol_without_name(void **state)
{
	char *path = built("types_maps.bpf.o");
	const Elf64_Ehdr *elf;
	const Elf64_Shdr *sections;
	struct source src;

	(void)state;
	assert_int_equal(source_read(path, &src), 0);
	elf = (const Elf64_Ehdr *)(const void *)src.text;
	sections = (const Elf64_Shdr *)(const void *)(src.text + elf->e_shoff);
	for (int i = 0; i < elf->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB)
			memset(src.text + sections[i].sh_offset + 2 * sizeof(Elf64_Sym), 0x7f, 4);
	assert_not_object("x.o", src.text, src.len, "x.o is damaged: no name for symbol 2");
	source_free(&src);
	free(path);
}

static void assert_unreadable(const char *path, const char *format)
{
	char *message = with_path(format, path);
	struct diags d = {};

	assert_null(object_file_read(&d, (struct span){}, path));
	assert_int_equal(d.n, 1);
	assert_string_equal(d.items[0].message, message);
	diags_free(&d);
	free(message);
}

static void test_unreadable(void **state)
{
	char *legacy = built("types_legacy.bpf.o");

	(void)state;
	assert_unreadable("no/such/file.o", "there is no file %s");
	assert_unreadable("/", "%s is a folder; name a file in it");
	assert_unreadable(legacy,
			  "%s defines its maps in section \"maps\" (struct bpf_map_def), which "
			  "libbpf 1.0 and newer do not read; define them with BTF in "
			  "SEC(\".maps\")");
	free(legacy);
}

static void test_names(void **state)
{
	uint32_t type = 0;

	(void)state;
	assert_string_equal(prog_type_name(BPF_PROG_TYPE_XDP), "xdp");
	assert_string_equal(prog_type_name(BPF_PROG_TYPE_SCHED_CLS), "sched_cls");
	assert_string_equal(prog_type_name(7777), "type 7777");
	assert_string_equal(map_type_name(BPF_MAP_TYPE_LPM_TRIE), "lpm_trie");
	assert_string_equal(map_type_name(UINT32_MAX), "type 4294967295");
	assert_int_equal(prog_type_parse("tc", &type), 0);
	assert_int_equal(type, BPF_PROG_TYPE_SCHED_CLS);
	assert_int_equal(prog_type_parse("BPF_PROG_TYPE_XDP", &type), 0);
	assert_int_equal(type, BPF_PROG_TYPE_XDP);
	assert_int_equal(prog_type_parse("sched_act", &type), 0);
	assert_int_equal(type, BPF_PROG_TYPE_SCHED_ACT);
	assert_int_equal(prog_type_parse("xpd", &type), -EINVAL);
}

static void test_type_set(void **state)
{
	char *path = built("types_maps.bpf.o");
	struct diags d = {};
	struct type_set *s = type_set_read(&d, (struct span){}, path);

	(void)state;
	assert_non_null(s);
	assert_int_equal(type_set_find(s, "struct lb4_key")->size, 12);
	assert_int_equal(type_set_find(s, "union v6addr")->kind, TYPE_UNION);
	assert_int_equal(type_set_find(s, "enum types_proto")->kind, TYPE_ENUM);
	assert_true(type_set_find(s, "__be32")->big_endian);
	assert_false(type_set_find(s, "__u32")->big_endian);
	assert_null(type_set_find(s, "struct nothing"));
	assert_int_equal(type_set_enumerator(s, "PROTO_UDP")->value, 17);
	assert_true(type_set_enumerator(s, "LEVEL_LOW")->value == UINT64_MAX);
	assert_null(type_set_enumerator(s, "PROTO_SCTP"));
	assert_string_equal(type_set_nearest(s, "PROTO_UPD", 9), "PROTO_UDP");
	type_set_free(s);
	assert_null(type_set_read(&d, (struct span){}, "no/such/file.o"));
	assert_string_equal(d.items[0].message, "there is no file no/such/file.o");
	assert_null(type_set_read(&d, (struct span){}, "/proc/self/exe"));
	assert_int_equal(d.n, 2);
	diags_free(&d);
	free(path);
}

/* The kernel's own types: the largest set there is. */
static void test_kernel_types(void **state)
{
	struct diags d = {};
	struct type_set *s;

	(void)state;
	if (access("/sys/kernel/btf/vmlinux", R_OK))
		skip();
	s = type_set_read(&d, (struct span){}, "/sys/kernel/btf/vmlinux");
	diags_print(stderr, &d);
	assert_non_null(s);
	assert_int_equal(type_set_find(s, "struct iphdr")->size, 20);
	assert_int_equal(type_set_enumerator(s, "BPF_PROG_TYPE_XDP")->value, BPF_PROG_TYPE_XDP);
	assert_true(type_set_find(s, "struct sk_buff")->size > 128);
	type_set_free(s);
	diags_free(&d);
}

static void *read_and_find(void *path)
{
	for (int i = 0; i < 20; i++) {
		struct diags d = {};
		struct object_file *f = object_file_read(&d, (struct span){}, path);
		struct diags e = {};

		if (!f || d.n || !type_set_find(f->types, "struct endpoint") ||
		    object_file_read(&e, (struct span){}, "no/such/file.o") || e.n != 1)
			return path;
		diags_free(&e);
		object_file_free(f);
	}
	return NULL;
}

static void test_threads(void **state)
{
	char *path = built("types_maps.bpf.o");
	pthread_t threads[4];
	void *failed;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, read_and_find, path), 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	free(path);
}

static void test_print(void **state)
{
	struct object_file *f = test_object("types_maps.bpf.o");
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);

	(void)state;
	object_file_print(out, f);
	fclose(out);
	assert_non_null(strstr(text, "\nfirst      tc                         sched_cls  "));
	assert_non_null(strstr(text, "\nservices         hash                65536\n"
				     "\tkey:   struct lb4_key { /* 12 bytes */\n"
				     "\t\t__be32 address;                  /*   0 */\n"));
	assert_non_null(strstr(text, "netns_cookie : 1;           /*  10, bit 0 */"));
	assert_non_null(strstr(text, "\nhot           .data.hot  __u32\n"));
	free(text);
	object_file_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_unknown_programs),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_globals),
		cmocka_unit_test(test_offsets_of_globals),
		cmocka_unit_test(test_offsets_against_bpftool),
		cmocka_unit_test(test_installed_objects),
		cmocka_unit_test(test_not_objects),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_symbol_without_name),
		cmocka_unit_test(test_unreadable),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_type_set),
		cmocka_unit_test(test_kernel_types),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
