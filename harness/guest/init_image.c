/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/init_image.h"

__asm__(".pushsection .rodata\n"
	".balign 8\n"
	".global guest_init, guest_init_end\n"
	"guest_init: .incbin \"harness/guest/init\"\n"
	"guest_init_end:\n"
	".popsection\n");
