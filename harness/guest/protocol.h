/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the host and a guest's process 1 (init.c) agree on: two files of settings in the guest's
 * initramfs, and the records it writes on the result port.
 *
 * A file of settings is a row of texts KEY=VALUE, each ended by a NUL, done in their order:
 *
 *	module       path of a module to load
 *	sysctl       PATH=VALUE, as net/core/bpf_jit_enable=0
 *	results      the device that records go to; output and errors: standard output and error
 *	limit        seconds after the kernel's start at which the command is ended
 *	folder       where it starts
 *	environment  NAME=VALUE
 *	program      the path of the command
 *	argument     its next word, argv[0] first
 *	send         a file, or folder of files, to be sent to the host when the command has ended
 *
 * The first, of the kernel, is made once for each; the second is that of a run.
 *
 * The command writes its results to descriptor GUEST_RESULT_FD, a pipe. On the port, one JSON
 * object a line, `record` says which: first "guest" (when process 1 and the command began), then
 * the command's own, then a "file" for each part of what is sent (path and data are base64), last
 * "exit". Without that, the guest did not end in good order, whatever QEMU says.
 */
#pragma once

#define GUEST_PROTOCOL	      1 /* of the records */

#define GUEST_BASE_SETTINGS   "/verdict/base"
#define GUEST_RUN_SETTINGS    "/verdict/run"
#define GUEST_MODULES	      "/verdict/modules"
#define GUEST_RESULT_FD	      3

#define GUEST_DEBUG_EXIT_PORT 0xf4
#define GUEST_EXIT_PASSED     0x10
#define GUEST_EXIT_FAILED     0x11

enum guest_port {
	GUEST_PORT_RESULTS,
	GUEST_PORT_OUTPUT,
	GUEST_PORT_ERRORS,
	N_GUEST_PORTS
};

/* The settings that name their devices. */
#define GUEST_PORT_KEYS                                                           \
	{                                                                         \
		[GUEST_PORT_RESULTS] = "results", [GUEST_PORT_OUTPUT] = "output", \
		[GUEST_PORT_ERRORS] = "errors",                                   \
	}
