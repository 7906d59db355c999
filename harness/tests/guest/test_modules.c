/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Dependencies of made-up modules, of every way they are compressed. */
#include "base/file.h"
#include "guest/modules.h"

#include <fcntl.h>
#include <libelf.h>
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

static char folder[] = "/tmp/verdict-test-XXXXXX";

static int set_up(void **state)
{
	(void)state;
	elf_version(EV_CURRENT);
	return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	folder_remove(folder);
	return 0;
}

/* An ELF file of one byte order with a section .modinfo. */
static void write_elf(const char *path, unsigned char order, char *info, size_t len)
{
	static char names[] = "\0.modinfo\0.shstrtab";
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	Elf *elf = elf_begin(fd, ELF_C_WRITE, NULL);
	Elf64_Ehdr *header = elf64_newehdr(elf);
	Elf_Scn *scn;
	Elf_Data *data;

	assert_non_null(header);
	header->e_ident[EI_DATA] = order;
	header->e_type = ET_REL;
	scn = elf_newscn(elf);
	data = elf_newdata(scn);
	*data = (Elf_Data){ .d_buf = info, .d_size = len, .d_align = 1, .d_version = EV_CURRENT };
	elf64_getshdr(scn)->sh_name = 1;
	elf64_getshdr(scn)->sh_type = SHT_PROGBITS;
	scn = elf_newscn(elf);
	data = elf_newdata(scn);
	*data = (Elf_Data){
		.d_buf = names, .d_size = sizeof(names), .d_align = 1, .d_version = EV_CURRENT
	};
	elf64_getshdr(scn)->sh_name = 10;
	elf64_getshdr(scn)->sh_type = SHT_STRTAB;
	header->e_shstrndx = (Elf64_Half)elf_ndxscn(scn);
	assert_true(elf_update(elf, ELF_C_WRITE) > 0);
	elf_end(elf);
	close(fd);
}

static void write_bytes(const char *path, const void *data, size_t len)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_int_equal(fwrite(data, 1, len, out), len);
	fclose(out);
}

static void pack(const char *path, const char *how)
{
	struct source in;
	uint8_t *out = xcalloc(1, 1 << 20);
	char *to = xasprintf("%s.%s", path, how);
	size_t len = 0;

	assert_int_equal(source_read(path, &in), 0);
	if (!strcmp(how, "xz")) {
		assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL,
							 (const uint8_t *)in.text, in.len, out,
							 &len, 1 << 20),
				 LZMA_OK);
		write_bytes(to, out, len);
	} else if (!strcmp(how, "zst")) {
		len = ZSTD_compress(out, 1 << 20, in.text, in.len, 3);
		assert_false(ZSTD_isError(len));
		write_bytes(to, out, len);
	} else {
		gzFile z = gzopen(to, "wb");

		assert_int_equal(gzwrite(z, in.text, (unsigned int)in.len), in.len);
		gzclose(z);
	}
	unlink(path);
	source_free(&in);
	free(out);
	free(to);
}

/* @where below the folder, as "kernel/net/x.ko.xz", in the byte order @order. */
static void make_module_in(const char *where, const char *depends, unsigned char order)
{
	struct arena a = {};
	const char *path = arena_printf(&a, "%s/%s", folder, where), *dot = strstr(path, ".ko");
	char *plain = arena_strndup(&a, path, (size_t)(dot + 3 - path));
	char info[256];
	int len =
		snprintf(info, sizeof(info), "license=GPL%c%cdepends=%s%cname=x", 0, 0, depends, 0);

	assert_int_equal(folder_make(path_folder(&a, path)), 0);
	write_elf(plain, order, info, (size_t)len + 1);
	if (dot[3])
		pack(plain, dot + 4);
	arena_free(&a);
}

static void make_module(const char *where, const char *depends)
{
	make_module_in(where, depends, ELFDATA2LSB);
}

static void write_builtin(const char *text)
{
	char *path = xasprintf("%s/modules.builtin", folder);

	write_bytes(path, text, strlen(text));
	free(path);
}

/* The names in their order, and those that are missing after a '!'. The caller frees. */
static char *resolve(const char *const *names, size_t n)
{
	struct module_list list = {};
	struct diags d = {};
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	assert_int_equal(modules_read(&d, folder, names, n, &list), 0);
	for (size_t i = 0; i < list.n; i++) {
		fprintf(out, "%s%s", i ? " " : "", list.items[i].name);
		assert_memory_equal(list.items[i].data,
				    "\x7f"
				    "ELF",
				    4);
	}
	for (size_t i = 0; i < list.n_missing; i++)
		fprintf(out, " !%s", list.missing[i]);
	fclose(out);
	modules_free(&list);
	diags_free(&d);
	return text;
}

#define assert_resolved(text, ...)                                \
	do {                                                      \
		const char *const names_[] = { __VA_ARGS__ };     \
		char *got_ = resolve(names_, ARRAY_SIZE(names_)); \
		assert_string_equal(got_, text);                  \
		free(got_);                                       \
	} while (0)

static void test_order(void **state)
{
	(void)state;
	make_module("kernel/net/a-top.ko", "b-mid,c_low");
	make_module("kernel/net/b_mid.ko.xz", "c-low,in-kernel");
	make_module("kernel/lib/c-low.ko.zst", "");
	make_module("kernel/lib/d_gz.ko.gz", "c_low");
	write_builtin("kernel/lib/in-kernel.ko\nkernel/lib/veth.ko\n");
	assert_resolved("c_low b_mid a_top", "a_top");
	assert_resolved("c_low b_mid a_top", "a-top", "a_top", "c-low");
	assert_resolved("c_low d_gz b_mid a_top", "d-gz", "veth", "a-top");
	assert_resolved("", "veth", "in_kernel");
}

/* What a missing one is needed for cannot be loaded, and is missing with it. */
static void test_missing(void **state)
{
	(void)state;
	make_module("kernel/m/needs.ko", "nowhere");
	make_module("kernel/m/above.ko", "needs");
	assert_resolved(" !no_such", "no-such");
	assert_resolved(" !nowhere !needs !above", "above", "needs");
}

static void test_circle(void **state)
{
	(void)state;
	make_module("kernel/m/egg.ko", "hen");
	make_module("kernel/m/hen.ko", "egg");
	assert_resolved(" !hen !egg", "egg");
}

/* Modules of another byte order are read as well: they are for another machine. */
static void test_byte_order(void **state)
{
	(void)state;
	make_module_in("kernel/m/big_low.ko", "", ELFDATA2MSB);
	make_module_in("kernel/m/big.ko.xz", "big_low", ELFDATA2MSB);
	assert_resolved("big_low big", "big");
}

static void test_updates_win(void **state)
{
	(void)state;
	make_module("kernel/m/twice.ko", "");
	make_module("updates/twice.ko", "new_one");
	make_module("updates/new_one.ko", "");
	assert_resolved("new_one twice", "twice");
}

static void test_damaged(void **state)
{
	static const char *const files[] = { "cut.ko", "cut.ko.xz", "cut.ko.zst", "cut.ko.gz" };
	static const char *const heads[] = { "not a module",
					     "\xfd"
					     "7zXZ\0 and so on",
					     "\x28\xb5\x2f\xfd and so on", "\x1f\x8b and so on" };
	const char *const name[] = { "cut" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = xasprintf("%s/%s", folder, files[i]);
		struct module_list list = {};
		struct diags d = {};

		write_bytes(path, heads[i], 12);
		assert_int_equal(modules_read(&d, folder, name, 1, &list), -1);
		assert_int_equal(d.errors, 1);
		assert_non_null(strstr(d.items[0].message, files[i]));
		assert_non_null(strstr(d.items[0].message, "damaged"));
		unlink(path);
		free(path);
		diags_free(&d);
	}
}

static void test_no_folder(void **state)
{
	struct module_list list = {};
	struct diags d = {};

	(void)state;
	assert_int_equal(modules_read(&d, "/does/not/exist", NULL, 0, &list), -1);
	assert_int_equal(d.errors, 1);
	diags_free(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),	    cmocka_unit_test(test_missing),
		cmocka_unit_test(test_circle),	    cmocka_unit_test(test_byte_order),
		cmocka_unit_test(test_updates_win), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_no_folder),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
