/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/derive.h"

#include "packet/crc32c.h"
#include "packet/csum.h"
#include "packet/options.h"

void derive_ends(const struct packet *p, uint32_t ends[static LAYERS_MAX])
{
	unsigned int open[LAYERS_MAX], n_open = 0, n = p->n_layers, first_pad = n;
	uint32_t end_of[LAYERS_MAX], len = (uint32_t)p->len;

	while (first_pad && p->layers[first_pad - 1].proto == &proto_pad)
		first_pad--;
	/* Which frame a layer is in: the number of the last one that began. */
	for (unsigned int i = 0; i < first_pad; i++) {
		if (!i || p->layers[i].proto->frame) {
			end_of[i] = len;
			open[n_open++] = i;
		}
		ends[i] = open[n_open - 1];
	}
	for (unsigned int i = first_pad; i < n; i++) {
		if (n_open)
			end_of[open[--n_open]] = p->layers[i].off;
		ends[i] = p->layers[i].off + p->layers[i].len;
	}
	for (unsigned int i = 0; i < first_pad; i++)
		ends[i] = end_of[ends[i]];
}

uint8_t *derive_header(const struct derivation *dv, unsigned int i)
{
	return dv->p->data + dv->p->layers[i].off;
}

uint32_t derive_covered(const struct derivation *dv, unsigned int i)
{
	return dv->ends[i] - dv->p->layers[i].off;
}

/* A derived field that was wrong stays as wrong as it was. */
static uint64_t carried(const struct field *f, uint64_t was, uint64_t before, uint64_t after)
{
	if (f->marks & FIELD_CHECKSUM)
		return csum_update((uint16_t)was, (uint16_t)before, (uint16_t)after);
	/* The same bits are wrong: a CRC of what changed is a sum without carries. */
	if (f->marks & FIELD_CRC)
		return was ^ before ^ after;
	if (f->marks & FIELD_LENGTH)
		return was + after - before;
	return before == after ? was : after;
}

/* @known: @value is what the field has to be; else only how it changes is known. */
static void derive_value(struct derivation *dv, unsigned int i, int field, uint32_t value,
			 bool known)
{
	struct layer *l = &dv->p->layers[i];
	const struct field *f = &l->proto->fields[field];
	uint8_t *hdr = derive_header(dv, i);
	uint64_t bit = 1ull << field, was = field_get(f, hdr);
	struct carry *c = dv->carry;
	int from;

	if (dv->check) {
		if (c && was != (known ? value : 0))
			c->wrong[i] |= bit;
		if (c && !known)
			c->unknown[i] |= bit;
		if (c)
			c->right[i][field] = value;
		if (known && was != value)
			l->named |= bit;
		else if (known && !(f->marks & FIELD_SHOWN))
			l->named &= ~bit;
		return;
	}
	if (l->named & bit)
		return;
	from = c ? c->origin[i] : -1;
	if (from >= 0 && c->wrong[from] & bit)
		field_set(f, hdr, carried(f, was, c->right[from][field], value));
	else if (known)
		field_set(f, hdr, value);
}

void derive_length(struct derivation *dv, unsigned int i, int field, uint64_t value)
{
	const struct field *f = &dv->p->layers[i].proto->fields[field];

	derive_value(dv, i, field, value >> f->bits ? 0 : (uint32_t)value, true);
}

/* The IP header whose addresses a checksum of layer @i covers, or -1. */
static int network_layer(const struct packet *p, unsigned int i)
{
	while (i-- > 0)
		if (p->layers[i].proto->pseudo)
			return (int)i;
	return -1;
}

/*
 * Whether layer @i, of a packet that is quoted, says that more follows than is there. Until it is
 * derived, its length tells only where that is given or was wrong before.
 */
static bool is_cut(const struct derivation *dv, unsigned int i)
{
	const struct layer *l = &dv->p->layers[i];
	bool given = dv->check;
	int from = dv->carry ? dv->carry->origin[i] : -1;

	if (!l->proto->extent)
		return false;
	for (int n = 0; l->proto->fields[n].name; n++)
		given |= l->proto->fields[n].marks & FIELD_LENGTH && l->named >> n & 1;
	if (given)
		return l->proto->extent(derive_header(dv, i)) > derive_covered(dv, i);
	return from >= 0 && dv->carry->cut[from];
}

/* Whether layer @i is in the quoted start of a packet, the end of which is not known. */
static bool is_in_cut(const struct derivation *dv, unsigned int i)
{
	bool quoted = false;

	for (unsigned int j = 0; j < i; j++) {
		if (quoted && is_cut(dv, j))
			return true;
		quoted |= dv->p->layers[j].proto->quotes;
	}
	return false;
}

/* Whether anything between the network header and layer @i says that this is only a part. */
static bool is_part(const struct derivation *dv, int from, unsigned int i)
{
	if (is_in_cut(dv, i))
		return true;
	for (unsigned int j = from < 0 ? 0 : (unsigned int)from; j < i; j++) {
		const struct proto *p = dv->p->layers[j].proto;

		if (p->fragment && p->fragment(derive_header(dv, j)))
			return true;
	}
	return false;
}

/* The final destination that a header between the network header and layer @i says; or NULL. */
static const uint8_t *final_destination(const struct derivation *dv, unsigned int network,
					unsigned int i)
{
	const uint8_t *final = NULL;

	for (unsigned int j = network + 1; j < i && !final; j++) {
		const struct layer *l = &dv->p->layers[j];

		if (l->proto->final)
			final = l->proto->final(derive_header(dv, j), l->len);
	}
	return final;
}

static uint64_t pseudo_sum(const struct derivation *dv, int network, unsigned int i,
			   unsigned int proto)
{
	unsigned int from = (unsigned int)network;
	uint64_t addresses = dv->p->layers[from].proto->pseudo(derive_header(dv, from),
							       final_destination(dv, from, i));

	return addresses + proto + derive_covered(dv, i);
}

bool derive_pseudo(const struct derivation *dv, unsigned int i, unsigned int proto, uint16_t *sum)
{
	int network = network_layer(dv->p, i);

	if (network < 0)
		return false;
	*sum = csum_fold(pseudo_sum(dv, network, i, proto));
	return true;
}

/* The sum of @len bytes of layer @i without the checksum itself. */
static uint64_t sum_without(const struct derivation *dv, unsigned int i, int field, uint32_t len)
{
	const uint8_t *hdr = derive_header(dv, i);
	uint32_t at = dv->p->layers[i].proto->fields[field].bit / 8;

	return csum_sum(hdr + at + 2, len - at - 2, csum_sum(hdr, at, 0));
}

static bool checksum_value(const struct derivation *dv, unsigned int i, int field,
			   unsigned int proto, uint16_t *value)
{
	int network = network_layer(dv->p, i);
	uint64_t sum = sum_without(dv, i, field, derive_covered(dv, i));

	if (proto && network >= 0)
		sum += pseudo_sum(dv, network, i, proto);
	*value = csum_finish(sum);
	return (!proto || network >= 0) && !is_part(dv, network, i);
}

void derive_checksum(struct derivation *dv, unsigned int i, int field, unsigned int proto)
{
	uint16_t value;
	bool known = checksum_value(dv, i, field, proto, &value);

	derive_value(dv, i, field, value, known);
}

void derive_header_checksum(struct derivation *dv, unsigned int i, int field)
{
	uint64_t sum = sum_without(dv, i, field, dv->p->layers[i].len);

	derive_value(dv, i, field, csum_finish(sum), true);
}

void derive_udp_checksum(struct derivation *dv, unsigned int i, int field)
{
	const struct field *f = &dv->p->layers[i].proto->fields[field];
	bool none = !field_get(f, derive_header(dv, i)), known;
	uint16_t value;

	if (none && !dv->check && dv->carry && dv->carry->origin[i] >= 0)
		return;
	known = checksum_value(dv, i, field, 17, &value);
	derive_value(dv, i, field, value ? value : 0xffff, known);
	if (none && dv->check && dv->carry)
		dv->carry->wrong[i] &= ~(1ull << field);
}

void derive_crc32c(struct derivation *dv, unsigned int i, int field)
{
	static const uint8_t zeros[4];
	const uint8_t *hdr = derive_header(dv, i);
	uint32_t at = dv->p->layers[i].proto->fields[field].bit / 8, end = at + sizeof(zeros);
	uint32_t crc = crc32c_update(CRC32C_START, hdr, at);

	crc = crc32c_update(crc, zeros, sizeof(zeros));
	crc = crc32c_update(crc, hdr + end, derive_covered(dv, i) - end);
	derive_value(dv, i, field, crc32c_finish(crc), !is_part(dv, network_layer(dv->p, i), i));
}

/* The number of the next header, where there is one that has a number. */
static void derive_next(struct derivation *dv, unsigned int i)
{
	const struct layer *l = &dv->p->layers[i];
	uint32_t value;

	if (l->proto->next_field < 0 || i + 1 == dv->p->n_layers)
		return;
	if (proto_number(l[1].proto, l->proto->fields[l->proto->next_field].space, &value))
		derive_value(dv, i, l->proto->next_field, value, true);
}

static void derive_all(struct derivation *dv)
{
	derive_ends(dv->p, dv->ends);
	for (unsigned int i = 0; dv->check && dv->carry && i < dv->p->n_layers; i++)
		dv->carry->cut[i] = is_cut(dv, i);
	for (unsigned int i = dv->p->n_layers; i-- > 0;) {
		const struct proto *p = dv->p->layers[i].proto;

		derive_next(dv, i);
		if (p->finish)
			p->finish(dv, i);
	}
}

void derive_fill(struct packet *p, struct carry *carry)
{
	struct derivation dv = { .p = p, .carry = carry };

	derive_all(&dv);
}

static bool has_to_be_named(const struct layer *l, const struct field *f, const uint8_t *hdr)
{
	uint32_t fixed = l->proto->len;

	if (f->type == FIELD_OPTIONS)
		return !options_are_none(f->options, hdr + fixed, l->len - fixed);
	return field_applies(f, hdr) && (f->marks & FIELD_SHOWN || !field_is_default(f, hdr));
}

static uint64_t fields_to_name(const struct layer *l, const uint8_t *hdr)
{
	uint64_t named = 0;

	for (int i = 0; l->proto->fields[i].name; i++)
		if (has_to_be_named(l, &l->proto->fields[i], hdr))
			named |= 1ull << i;
	return named;
}

void derive_check(struct packet *p, struct carry *carry)
{
	struct derivation dv = { .p = p, .check = true, .carry = carry };

	for (unsigned int i = 0; i < p->n_layers; i++) {
		struct layer *l = &p->layers[i];

		l->named = fields_to_name(l, p->data + l->off);
		if (carry)
			carry->wrong[i] = carry->unknown[i] = 0;
	}
	derive_all(&dv);
}
