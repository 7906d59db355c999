/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The little of rtnetlink(7) that making devices takes; private to kernel/. */
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

/* One request, grown attribute by attribute. Zeroed by netlink_request(). */
struct netlink_request {
	struct nlmsghdr head;
	uint8_t body[1024 - sizeof(struct nlmsghdr)];
};

/* Returns 0 or -errno. */
int netlink_open(struct netlink *nl);
void netlink_close(struct netlink *nl);

/* A message of @type about a link: @ifindex (0: any), up. NLM_F_CREATE and the like in @flags. */
void netlink_request(struct netlink_request *r, uint16_t type, uint16_t flags, uint32_t ifindex);
/* An attribute; the room is ample for what this module sends, which is asserted. */
void netlink_put(struct netlink_request *r, uint16_t type, const void *data, size_t len);
/* A nested attribute: what is put between begin and end belongs to it. */
struct rtattr *netlink_begin(struct netlink_request *r, uint16_t type, const void *data,
			     size_t len);
void netlink_end(struct netlink_request *r, struct rtattr *nest);

/* Send it and wait for the kernel's answer. Returns 0 or -errno with nl->reason. */
int netlink_send(struct netlink *nl, struct netlink_request *r);
