#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What the datapath translates is, byte by byte, what the kernel's own NAT makes of the same frames.
set -u
build=$(cd "${1:?usage: test_nftables.sh BUILD}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
exec unshare --net python3 "$here/oracle.py" "${VERDICT:-$build/verdict}"
