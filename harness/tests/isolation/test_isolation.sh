#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every scenario is as isolated as if it were alone: in any order and beside others, each gives the same
# observations, and the machine is left as it was. That it gives them all by itself, too, takes long: heavy/test_alone.sh.
# Prints TAP.
set -u
# shellcheck source=harness/tests/isolation/observe.bash
. "$(dirname "$0")/observe.bash"

for seed in 1 2 3; do
	observe -j1 --shuffle "$seed" scenarios >"$dir/got"
	same "shuffled by $seed"
done
for jobs in 2 4 16; do
	observe -j "$jobs" --shuffle "$jobs" scenarios >"$dir/got"
	same "$jobs at once, shuffled"
done

links() {
	ip -o link 2>/dev/null | awk '{ print $2 }'
}
before=$(links)
pins=$(ls /sys/fs/bpf 2>/dev/null)
"$build/verdict" run scenarios >/dev/null 2>&1
is "no device is left behind" "$(links)" "$before"
is "nothing is pinned" "$(ls /sys/fs/bpf 2>/dev/null)" "$pins"
tap_done
