/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_what.h"

#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Text is told by its beginning. */
#define TEXT_SAMPLE 4096

struct machine {
	uint16_t id;
	const char *name;
};

/* The machines of Linux kernels that run BPF, and LLVM's number from before EM_BPF was given. */
static const struct machine machines[] = {
	{ EM_386, "32-bit x86" }, { EM_X86_64, "x86-64" }, { EM_AARCH64, "arm64" },
	{ EM_ARM, "32-bit arm" }, { EM_RISCV, "riscv" },   { EM_PPC64, "64-bit powerpc" },
	{ EM_PPC, "powerpc" },	  { EM_S390, "s390" },	   { EM_MIPS, "mips" },
	{ EM_SPARCV9, "sparc" },  { 258, "loongarch" },	   { EM_AMDGPU, "amdgpu" },
};

struct magic {
	const char *bytes;
	size_t len;
	const char *what;
};

#define MAGIC(bytes, what)                     \
	{                                      \
		bytes, sizeof(bytes) - 1, what \
	}

static const struct magic magics[] = {
	MAGIC("BC\xc0\xde",
	      "LLVM bitcode; compile it without -emit-llvm (or: llc -march=bpf -filetype=obj)"),
	MAGIC("\xde\xc0\x17\x0b",
	      "LLVM bitcode; compile it without -emit-llvm (or: llc -march=bpf -filetype=obj)"),
	MAGIC("!<arch>\n", "a library archive; name one of the objects in it"),
	MAGIC("\x9f\xeb\x01", "BTF alone: types, but no programs; it can be used under 'types:'"),
	MAGIC("\xeb\x9f\x01", "BTF alone of the other byte order"),
	MAGIC("\xd4\xc3\xb2\xa1", "a capture (pcap); an object holds programs"),
	MAGIC("\xa1\xb2\xc3\xd4", "a capture (pcap); an object holds programs"),
	MAGIC("\x4d\x3c\xb2\xa1", "a capture (pcap); an object holds programs"),
	MAGIC("\x0a\x0d\x0d\x0a", "a capture (pcapng); an object holds programs"),
	MAGIC("\x1f\x8b", "gzip-compressed; unpack it first"),
	MAGIC("\x28\xb5\x2f\xfd", "zstd-compressed; unpack it first"),
};

void what_unreadable(struct diags *d, struct span where, const char *path, int err)
{
	if (err == -ENOENT)
		diag(d, DIAG_ERROR, where, "there is no file %s", path);
	else if (err == -EISDIR)
		diag(d, DIAG_ERROR, where, "%s is a folder; name a file in it", path);
	else if (err == -EFBIG)
		diag(d, DIAG_ERROR, where, "%s is larger than %u MiB, which no BPF object is", path,
		     SOURCE_MAX >> 20);
	else
		diag(d, DIAG_ERROR, where, "cannot read %s: %s", path, strerror(-err));
}

static bool is_text(const char *s, size_t len)
{
	for (size_t i = 0; i < len && i < TEXT_SAMPLE; i++)
		if ((unsigned char)s[i] < ' ' && !isspace((unsigned char)s[i]))
			return false;
	return len != 0;
}

static bool contains(const char *s, size_t len, const char *word)
{
	return memmem(s, len < TEXT_SAMPLE ? len : TEXT_SAMPLE, word, strlen(word)) != NULL;
}

static bool ends_with(const char *s, const char *end)
{
	size_t ls = strlen(s), le = strlen(end);

	return ls >= le && !strcmp(s + ls - le, end);
}

static const char *text_kind(const char *path, const char *s, size_t len)
{
	if (contains(s, len, "; ModuleID") || contains(s, len, "target triple"))
		return "LLVM assembly text; compile it with llc -march=bpf -filetype=obj";
	if (ends_with(path, ".c") || ends_with(path, ".h") || contains(s, len, "#include") ||
	    contains(s, len, "SEC(\""))
		return "C source; compile it with clang --target=bpf -O2 -g -c";
	if (ends_with(path, ".s") || ends_with(path, ".S") || contains(s, len, "\t.text"))
		return "assembler source; compile it with clang --target=bpf -c";
	return "text, not a compiled BPF object";
}

static void report_no_elf(struct diags *d, struct span where, const char *path, const char *s,
			  size_t len)
{
	if (!len) {
		diag(d, DIAG_ERROR, where, "%s is empty", path);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= magics[i].len && !memcmp(s, magics[i].bytes, magics[i].len)) {
			diag(d, DIAG_ERROR, where, "%s is %s", path, magics[i].what);
			return;
		}
	if (is_text(s, len))
		diag(d, DIAG_ERROR, where, "%s is %s", path, text_kind(path, s, len));
	else
		diag(d, DIAG_ERROR, where, "%s is no ELF file: not a compiled BPF object", path);
}

/* Read at any alignment, in the file's own byte order. */
static uint64_t elf_field(const uint8_t *p, size_t size, bool big)
{
	uint64_t v = 0;

	for (size_t i = 0; i < size; i++)
		v = v << 8 | p[big ? i : size - 1 - i];
	return v;
}

#define FIELD(base, type, field, big) \
	elf_field((base) + offsetof(type, field), sizeof(((type *)NULL)->field), big)

static void report_machine(struct diags *d, struct span where, const char *path, uint64_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (machines[i].id == id) {
			diag(d, DIAG_ERROR, where,
			     "%s is compiled for %s, not for BPF; compile it with clang --target=bpf",
			     path, machines[i].name);
			return;
		}
	diag(d, DIAG_ERROR, where,
	     "%s is compiled for another machine (ELF e_machine %u), not for BPF; compile it with clang --target=bpf",
	     path, (unsigned int)id);
}

/* The end of what the header and section table say the file has. */
static uint64_t sections_end(const uint8_t *elf, size_t size, bool big)
{
	uint64_t table = FIELD(elf, Elf64_Ehdr, e_shoff, big), end;
	uint64_t n = FIELD(elf, Elf64_Ehdr, e_shnum, big);

	if (!table || table > size || __builtin_add_overflow(table, n * sizeof(Elf64_Shdr), &end))
		return table;
	for (uint64_t i = 0; i < n && end <= size; i++) {
		const uint8_t *s = elf + table + i * sizeof(Elf64_Shdr);
		uint64_t stop = 0;

		if (FIELD(s, Elf64_Shdr, sh_type, big) != SHT_NOBITS &&
		    FIELD(s, Elf64_Shdr, sh_type, big) != SHT_NULL &&
		    (__builtin_add_overflow(FIELD(s, Elf64_Shdr, sh_offset, big),
					    FIELD(s, Elf64_Shdr, sh_size, big), &stop) ||
		     stop > size))
			return stop > size ? stop : UINT64_MAX;
	}
	return end;
}

static bool elf_is_object(struct diags *d, struct span where, const char *path, const uint8_t *elf,
			  size_t size)
{
	bool big = elf[EI_DATA] == ELFDATA2MSB;
	uint64_t machine;

	if (size < sizeof(Elf64_Ehdr)) {
		diag(d, DIAG_ERROR, where, "%s is cut short: %zu bytes, less than an ELF header",
		     path, size);
		return false;
	}
	machine = FIELD(elf, Elf64_Ehdr, e_machine, big);
	if (machine != EM_BPF && machine != EM_NONE) {
		report_machine(d, where, path, machine);
		return false;
	}
	if (big != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)) {
		diag(d, DIAG_ERROR, where,
		     "%s is compiled for %s endian machines; this one is %s endian", path,
		     big ? "big" : "little", big ? "little" : "big");
		return false;
	}
	if (elf[EI_CLASS] != ELFCLASS64 || FIELD(elf, Elf64_Ehdr, e_type, big) != ET_REL) {
		diag(d, DIAG_ERROR, where,
		     "%s is ELF for BPF, but not a relocatable object (clang -c makes one)", path);
		return false;
	}
	if (sections_end(elf, size, big) > size) {
		diag(d, DIAG_ERROR, where, "%s is cut short: its sections go beyond its %zu bytes",
		     path, size);
		return false;
	}
	return true;
}

bool what_is_object(struct diags *d, struct span where, const char *path, const void *data,
		    size_t size)
{
	if (size >= EI_NIDENT && !memcmp(data, ELFMAG, SELFMAG))
		return elf_is_object(d, where, path, data, size);
	if (size >= SELFMAG && !memcmp(data, ELFMAG, SELFMAG))
		diag(d, DIAG_ERROR, where, "%s is cut short: %zu bytes, less than an ELF header",
		     path, size);
	else
		report_no_elf(d, where, path, data, size);
	return false;
}

/* The last line of what libbpf said, without its own prefix: the one nearest to the reason. */
static char *last_line(const char *said)
{
	size_t len = strlen(said);
	const char *line;

	while (len && said[len - 1] == '\n')
		len--;
	line = said + len;
	while (line > said && line[-1] != '\n')
		line--;
	len -= (size_t)(line - said);
	if (!strncmp(line, "libbpf: ", 8)) {
		line += 8;
		len -= 8;
	}
	return xstrndup(line, len);
}

void what_libbpf_said(struct diags *d, struct span where, const char *path, int err,
		      const char *said)
{
	char *line = last_line(said);

	if (strstr(said, "legacy map definitions"))
		diag(d, DIAG_ERROR, where,
		     "%s defines its maps in section \"maps\" (struct bpf_map_def), which libbpf 1.0 and newer do not read; define them with BTF in SEC(\".maps\")",
		     path);
	else
		diag(d, DIAG_ERROR, where, "libbpf cannot open %s: %s", path,
		     *line ? line : strerror(-err));
	free(line);
}

void what_without_types(struct diags *d, struct span where, const char *path, int err,
			const char *said)
{
	struct source src = {};
	char *line = last_line(said);
	int unreadable = source_read(path, &src);

	if (unreadable && unreadable != -EFBIG)
		what_unreadable(d, where, path, unreadable);
	else if (!unreadable && (src.len < SELFMAG || memcmp(src.text, ELFMAG, SELFMAG) != 0) &&
		 (src.len < 2 || memcmp(src.text, "\x9f\xeb", 2) != 0))
		report_no_elf(d, where, path, src.text, src.len);
	else if (err == -ENODATA || err == -ENOENT)
		diag(d, DIAG_ERROR, where,
		     "%s has no BTF: compile with clang --target=bpf -g, or add it with pahole -J",
		     path);
	else
		diag(d, DIAG_ERROR, where, "cannot read types from %s: %s", path,
		     *line ? line : strerror(-err));
	free(line);
	source_free(&src);
}
