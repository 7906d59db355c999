/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside scenario/: what the readers of devices and of routes, rules and the like share. */
#pragma once

#include "scenario/reader.h"

struct word {
	const char *name; /* first: text_nearest() looks here */
	unsigned int value;
};

/* One of @words into *out. Reports; 0 or -1. */
int read_word(struct reader *r, const struct node *n, const char *what, const struct word words[],
	      size_t n_words, unsigned int *out);
/* A device of the node, or lo: its name. NULL: reported. */
const char *read_device_name(struct reader *r, const struct node *n);
/* An address, IPv4 or IPv6. Reports; 0 or -1. */
int read_ip_address(struct reader *r, const struct node *n, struct ip_address *out);
/* "10.0.0.1/24"; without a length all of its bits count. Reports; 0 or -1. */
int read_ip_prefix(struct reader *r, const struct node *n, struct ip_prefix *out);
/* The same of a network: no bit behind the prefix is set. */
int read_ip_network(struct reader *r, const struct node *n, struct ip_prefix *out);
/* A MAC address that one device can have. Reports; 0 or -1. */
int read_unicast_mac(struct reader *r, const struct node *n, uint8_t mac[static 6]);
/* "main", "local", "default" or a number from 1. Reports; 0 or -1. */
int read_routing_table(struct reader *r, const struct node *n, uint32_t *out);
/* "IPv4", "IPv6" */
const char *ip_family_name(uint8_t family);
/* Report at @where an address that is not of @family; @of has it ("route"). None is fine. */
void check_ip_family(struct reader *r, struct span where, const struct ip_address *a,
		     uint8_t family, const char *of);
/*
 * A row at @where says the same as one at @other: a mistake if both are in one file; otherwise that
 * of the used file gives way.
 */
void report_twice(struct reader *r, struct span where, struct span other, const char *what);
