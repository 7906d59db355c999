#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Files of kernels: what is said of wrong ones (diag/NAME.yaml is NAME.err, exactly; BLESS=1 writes these anew), and that the
# file which is shipped is read.
set -u
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=harness/tests/tap.bash
. "$here/../tap.bash"
: "${VERDICT:?the program to test}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# Nothing that is right in them may reach a mirror.
export XDG_CACHE_HOME=$work/cache APT_CONFIG=$work/apt.conf
printf 'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "-";\n' >"$APT_CONFIG"

cd "$here/diag" || exit 1
for file in *.yaml; do
	got=$("$VERDICT" matrix fetch "$file" 2>&1)
	status=$?
	[ -n "${BLESS:-}" ] && printf '%s\n' "$got" >"${file%.yaml}.err"
	is "diag/$file" "$got" "$(cat "${file%.yaml}.err")"
	is "diag/$file: status" $status 2
done

cd "$here/../../.." || exit 1
cp ci/kernels.yaml "$work/"
cd "$work" || exit 1
got=$("$VERDICT" matrix fetch 2>&1)
has "the shipped file is read: what it requires is an error without a mirror" "$?: $got" \
	"2: kernels.yaml:*: error: kernel 5.10 cannot be had: "
has "what it does not is a warning" "$got" "warning: kernel newest cannot be had: "
is "no error but of what cannot be had" "$(grep error: <<<"$got" | grep -vc 'cannot be had')" 0

got=$("$VERDICT" matrix fetch --help)
is "a command of two words explains itself" "$?: $("$VERDICT" help matrix fetch)" "0: $got"
has "and says how it is used" "$got" "Usage: verdict matrix fetch *--update"
got=$("$VERDICT" matrix fetch --no-such-option 2>&1)
has "its options are its own" "$?: $got" "2: verdict: error: unknown option '--no-such-option'*Usage: verdict matrix fetch"
tap_done
