/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The little of rtnetlink(7) that making a network takes; private to kernel/. */
#pragma once

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stddef.h>
#include <stdint.h>

struct netlink {
	int fd; /* of the namespace it was opened in, wherever the thread goes */
	uint32_t seq;
	char reason[128]; /* what the kernel said of the last failure, or "" */
};

/* One request, grown attribute by attribute. */
struct netlink_request {
	struct nlmsghdr head;
	uint8_t body[1024 - sizeof(struct nlmsghdr)];
};

/* Returns 0 or -errno. */
int netlink_open(struct netlink *nl);
void netlink_close(struct netlink *nl);

/*
 * A message of @type (RTM_NEWROUTE) that starts with @body, the struct of its family (struct
 * rtmsg). NLM_F_CREATE and the like in @flags.
 */
void netlink_request(struct netlink_request *r, uint16_t type, uint16_t flags, const void *body,
		     size_t len);
/* The same about a link: @ifindex (0: any). */
void netlink_link_request(struct netlink_request *r, uint16_t type, uint16_t flags,
			  uint32_t ifindex);
/* Of a request about a link: it is, or becomes, up. */
void netlink_set_up(struct netlink_request *r);
/* An attribute; the room is ample for what this module sends, which is asserted. */
void netlink_put(struct netlink_request *r, uint16_t type, const void *data, size_t len);
void netlink_put_u8(struct netlink_request *r, uint16_t type, uint8_t value);
void netlink_put_u32(struct netlink_request *r, uint16_t type, uint32_t value);
/* @text without a NUL at its end. */
void netlink_put_text(struct netlink_request *r, uint16_t type, const char *text);
/* A nested attribute: what is put between begin and end belongs to it. */
struct rtattr *netlink_begin(struct netlink_request *r, uint16_t type, const void *data,
			     size_t len);
void netlink_end(struct netlink_request *r, struct rtattr *nest);

/* Send it and wait for the kernel's answer. Returns 0 or -errno with nl->reason. */
int netlink_send(struct netlink *nl, struct netlink_request *r);

/* Requests on their way together, numbered from 0. Starts empty; netlink_batch_free() empties. */
struct netlink_batch {
	uint8_t *bytes;
	size_t len, room, n;
};

void netlink_batch_add(struct netlink_batch *b, const struct netlink_request *r);
void netlink_batch_free(struct netlink_batch *b);

/* Told of each request that was refused, in order; @reason is "" where the kernel says none. */
struct netlink_refusals {
	void (*refused)(struct netlink_refusals *to, size_t request, int err, const char *reason);
};

/*
 * Send all: the kernel carries them out one after another, also those after one that it refuses.
 * Returns 0, or -errno if the kernel could not be asked.
 */
int netlink_batch_send(struct netlink *nl, struct netlink_batch *b, struct netlink_refusals *to);

/*
 * Ask for one thing, a message of type @answer. Its first @len bytes become *body, and @attr is
 * called for each attribute behind them. Returns 0 or -errno with nl->reason.
 */
int netlink_get(struct netlink *nl, struct netlink_request *r, uint16_t answer, void *body,
		size_t len, void (*attr)(void *arg, const struct rtattr *a), void *arg);

/* What the kernel says of a link. */
struct netlink_link {
	uint32_t mtu;
	uint8_t mac[6]; /* zero where the link has none of 6 bytes */
};

/*
 * Asking makes the kernel take note of the link's carrier first (since Linux 6.8; before, it does
 * so when it finds the time). Returns 0 or -errno.
 */
int netlink_link(struct netlink *nl, uint32_t ifindex, struct netlink_link *link);
