/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Allocation that cannot fail, arenas, growing arrays.
 *
 * Running out of memory is a matter for the machine, not a case for every caller: these
 * functions end the process with a message. Sizes that come from input are bounded by their
 * reader before they get here.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#define ARRAY_SIZE(a)	       (sizeof(a) / sizeof(*(a)))

#define returns_memory	       __attribute__((returns_nonnull, warn_unused_result))
#define printf_like(fmt, args) __attribute__((format(printf, fmt, args)))

/* Zeroed memory for @n objects of @size bytes; the caller frees. */
returns_memory void *xcalloc(size_t n, size_t size);
/* As realloc() of @n objects of @size bytes; what is new is not zeroed. */
returns_memory void *xreallocarray(void *p, size_t n, size_t size);
returns_memory char *xstrdup(const char *s);
returns_memory char *xstrndup(const char *s, size_t len);
returns_memory char *xasprintf(const char *fmt, ...) printf_like(1, 2);
/* A stream that writes to memory; *text belongs to the caller after fclose(). */
returns_memory FILE *xmemstream(char **text, size_t *len);

/*
 * An arena owns everything made from it and is freed at once. Whole parse results live in
 * one. An empty arena is all zero; arena_free() leaves it empty.
 */
struct arena {
	struct arena_block *blocks;
};

returns_memory void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type */
returns_memory void *arena_memdup(struct arena *a, const void *p, size_t size);
returns_memory char *arena_strdup(struct arena *a, const char *s);
returns_memory char *arena_strndup(struct arena *a, const char *s, size_t len);
returns_memory char *arena_printf(struct arena *a, const char *fmt, ...) printf_like(2, 3);
returns_memory char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) printf_like(2, 0);
void arena_free(struct arena *a);

/*
 * ARRAY_PUSH(items, n) makes room for one more in a malloc'ed array of n items, zeroes it,
 * counts it, and yields its address. Room grows by doubling: at each power of two.
 */
#define ARRAY_PUSH(items, n) \
	((items) = array_grow((items), (n), sizeof(*(items))), (n)++, &(items)[(n)-1])
returns_memory void *array_grow(void *items, size_t n, size_t size);
/* The same in an arena; outgrown copies stay until the arena goes. */
#define ARENA_PUSH(a, items, n) \
	((items) = arena_grow((a), (items), (n), sizeof(*(items))), (n)++, &(items)[(n)-1])
returns_memory void *arena_grow(struct arena *a, void *items, size_t n, size_t size);
