#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What packages say of themselves is what the tree says. (That they can be built and installed:
# harness/tests/heavy/test_packages.sh.)
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
cd "$(dirname "$0")/../../.." || exit 1
version=$(sed -n 's/^VERSION *:= *//p' Makefile)
debian=ci/debian/control
spec=ci/verdict.spec

is "Debian's version" "$(sed -n '1s/^verdict (\(.*\)) .*/\1/p' ci/debian/changelog)" "$version"
is "RPM's version" "$(sed -n 's/^Version: *//p' $spec)" "$version"

# COLUMN: packages of the group `build`
needed() {
	sed -n 's/^[[:space:]]*build|//p' ci/install-deps | cut -d'|' -f"$1" | sort -u
}
# Without what every Debian system that builds packages has.
is "Debian's package is built with what ci/install-deps brings" \
	"$(sed -n '/^Build-Depends:/,/^[A-Z].*:/s/^ \([a-z0-9.-]*\).*/\1/p' $debian | grep -v '^debhelper' | sort)" \
	"$(needed 2 | grep -vxE 'gcc|libc6-dev|make')"
is "RPM's package is built with what ci/install-deps brings" \
	"$(sed -n 's/^BuildRequires: *\([^ ]*\).*/\1/p' $spec | sort)" "$(needed 3 | grep -vx glibc-devel)"
is "both say the same of it" \
	"$(sed -n '/^Description/,$p' $debian | sed '1d; s/^ \.$//; s/^ //')" \
	"$(sed -n '/^%description/,/^%prep/p' $spec | sed '1d; $d' | sed '$d')"
is "both have the licences of LICENSE" \
	"$(sed -n 's/^License: *//p' $spec)/$(sed -n 's/^License: \(.* or .*\)/\1/p' ci/debian/copyright)" \
	"GPL-2.0-only OR BSD-2-Clause/GPL-2 or BSD-2-clause"
out=$(ci/package tar /nonexistent 1 2>&1)
is "an unknown kind of package" "$?" 2
out=$(ci/package 2>&1)
has "without arguments" "$?: $out" "2: ci/package: error: usage"
tap_done
