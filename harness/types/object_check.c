/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_check.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

struct check {
	struct diags *d;
	struct span where;
	const char *path;
	const uint8_t *data;
	size_t size;
	Elf64_Ehdr elf;
};

static bool damaged(const struct check *c, const char *what, size_t number)
{
	diag(c->d, DIAG_ERROR, c->where, "%s is damaged: %s %zu", c->path, what, number);
	return false;
}

/* Nothing in a file need be aligned: copies. */
static Elf64_Shdr section_at(const struct check *c, size_t i)
{
	Elf64_Shdr s;

	memcpy(&s, c->data + c->elf.e_shoff + i * sizeof(s), sizeof(s));
	return s;
}

/* Is there a NUL-terminated string at @off of string table @table? */
static bool has_string(const struct check *c, size_t table, size_t off)
{
	Elf64_Shdr s;

	if (table >= c->elf.e_shnum)
		return false;
	s = section_at(c, table);
	return s.sh_type == SHT_STRTAB && off < s.sh_size &&
	       memchr(c->data + s.sh_offset + off, 0, s.sh_size - off);
}

static bool check_symbols(const struct check *c, const Elf64_Shdr *s)
{
	for (size_t i = 0; i < s->sh_size / sizeof(Elf64_Sym); i++) {
		Elf64_Sym symbol;

		memcpy(&symbol, c->data + s->sh_offset + i * sizeof(symbol), sizeof(symbol));
		if (!has_string(c, s->sh_link, symbol.st_name))
			return damaged(c, "no name for symbol", i);
		if (symbol.st_shndx >= c->elf.e_shnum && symbol.st_shndx < SHN_LORESERVE)
			return damaged(c, "no section for symbol", i);
		if (symbol.st_shndx && symbol.st_shndx < SHN_LORESERVE &&
		    (symbol.st_value > section_at(c, symbol.st_shndx).sh_size ||
		     symbol.st_size > section_at(c, symbol.st_shndx).sh_size - symbol.st_value))
			return damaged(c, "outside of its section: symbol", i);
	}
	return true;
}

static bool check_relocations(const struct check *c, const Elf64_Shdr *s)
{
	Elf64_Shdr symbols, target;

	if (s->sh_link >= c->elf.e_shnum || s->sh_info >= c->elf.e_shnum)
		return damaged(c, "no symbols or target for relocations at byte", s->sh_offset);
	symbols = section_at(c, s->sh_link);
	target = section_at(c, s->sh_info);
	if (symbols.sh_type != SHT_SYMTAB)
		return damaged(c, "no symbols for relocations at byte", s->sh_offset);
	for (size_t i = 0; i < s->sh_size / sizeof(Elf64_Rel); i++) {
		Elf64_Rel r;

		memcpy(&r, c->data + s->sh_offset + i * sizeof(r), sizeof(r));
		if (ELF64_R_SYM(r.r_info) >= symbols.sh_size / sizeof(Elf64_Sym) ||
		    r.r_offset >= target.sh_size)
			return damaged(c, "leads nowhere: relocation", i);
	}
	return true;
}

static bool check_section(const struct check *c, size_t i)
{
	Elf64_Shdr s = section_at(c, i);

	if (!has_string(c, c->elf.e_shstrndx, s.sh_name))
		return damaged(c, "no name for section", i);
	/* The only one without bytes of its own; code and data have to have some. */
	if (s.sh_type == SHT_NOBITS && s.sh_flags & SHF_EXECINSTR)
		return damaged(c, "no bytes for section", i);
	if (s.sh_type == SHT_SYMTAB)
		return s.sh_entsize == sizeof(Elf64_Sym)
			       ? check_symbols(c, &s)
			       : damaged(c, "wrong size of entries in section", i);
	if (s.sh_type == SHT_REL)
		return s.sh_entsize == sizeof(Elf64_Rel)
			       ? check_relocations(c, &s)
			       : damaged(c, "wrong size of entries in section", i);
	return true;
}

bool object_check(struct diags *d, struct span where, const char *path, const void *data,
		  size_t size, const void **btf, size_t *btf_size)
{
	struct check c = { .d = d, .where = where, .path = path, .data = data, .size = size };

	*btf = NULL;
	*btf_size = 0;
	memcpy(&c.elf, data, sizeof(c.elf));
	if (c.elf.e_shentsize != sizeof(Elf64_Shdr) || !c.elf.e_shoff || !c.elf.e_shnum)
		return damaged(&c, "no section table of entries of size", sizeof(Elf64_Shdr));
	for (size_t i = 1; i < c.elf.e_shnum; i++) {
		Elf64_Shdr s = section_at(&c, i), names;

		if (!check_section(&c, i))
			return false;
		names = section_at(&c, c.elf.e_shstrndx);
		if (s.sh_type == SHT_PROGBITS &&
		    !strcmp((const char *)c.data + names.sh_offset + s.sh_name, ".BTF")) {
			*btf = c.data + s.sh_offset;
			*btf_size = s.sh_size;
		}
	}
	return true;
}
