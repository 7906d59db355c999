#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Every example of docs/matrix.md is read without an error but that its kernels cannot be had, on a machine without a mirror.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
root=$(cd "$here/../../.." && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_CACHE_HOME=$work/cache APT_CONFIG=$work/apt.conf
printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "-";\n' >"$APT_CONFIG"

awk -v dir="$work" '
/^```yaml$/ { out = sprintf("%s/line-%03d.yaml", dir, NR); next }
/^```/      { if (out) close(out); out = ""; next }
out         { print > out }
' "$root/docs/matrix.md"
n=0
for file in line-*.yaml; do
	n=$((n + 1))
	got=$("$VERDICT" matrix fetch "$file" 2>&1 | grep error: | grep -v 'cannot be had')
	is "docs/matrix.md $file" "$got" ""
	has "docs/matrix.md $file names kernels" "$("$VERDICT" matrix fetch "$file" 2>&1)" "kernel * cannot be had: "
done
is "there are examples" "$((n > 5))" 1
tap_done
