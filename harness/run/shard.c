/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/shard.h"

#include "base/mem.h"

#include <stdlib.h>

struct dealt {
	uint64_t weight;
	size_t index;
};

static int by_weight(const void *a, const void *b)
{
	const struct dealt *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return x->index < y->index ? -1 : 1;
}

/* Of those that are known: they come first, the longest first. */
static uint64_t median(const struct dealt *sorted, size_t n)
{
	size_t known = 0;

	while (known < n && sorted[known].weight)
		known++;
	return known ? sorted[known / 2].weight : 1;
}

static unsigned int least(const uint64_t *sums, unsigned int count)
{
	unsigned int min = 0;

	for (unsigned int i = 1; i < count; i++)
		if (sums[i] < sums[min])
			min = i;
	return min;
}

void shards_deal(const uint64_t *weights, size_t n, unsigned int count, unsigned int *shards)
{
	struct dealt *sorted = xcalloc(n, sizeof(*sorted));
	uint64_t *sums = xcalloc(count, sizeof(*sums)), middle;

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct dealt){ weights[i], i };
	qsort(sorted, n, sizeof(*sorted), by_weight);
	middle = median(sorted, n);
	for (size_t i = 0; i < n; i++)
		if (!sorted[i].weight)
			sorted[i].weight = middle;
	qsort(sorted, n, sizeof(*sorted), by_weight);
	for (size_t i = 0; i < n; i++) {
		unsigned int shard = least(sums, count);

		shards[sorted[i].index] = shard;
		sums[shard] += sorted[i].weight;
	}
	free(sums);
	free(sorted);
}
