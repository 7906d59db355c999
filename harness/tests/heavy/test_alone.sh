#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every scenario is as isolated as if it were alone: a process for each file, so nothing at all was loaded
# before, and each is verified with its own globals. Prints TAP.
set -u
# shellcheck source=harness/tests/isolation/observe.bash
. "$(dirname "$0")/../isolation/observe.bash"

export build
export -f observe
find scenarios -name '*.yaml' ! -path 'scenarios/topology/*' -print0 |
	xargs -0 -P "$(nproc)" -I{} bash -c 'observe -j1 "$1" >"$0/alone.$$"' "$dir" {}
cat "$dir"/alone.* | sort >"$dir/got"
same "each file in a process of its own"
tap_done
