#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Packages are built, looked over, put over a system of their own, and used there.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
top=$(realpath "$(dirname "$0")/../../..")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
version=$(sed -n 's/^VERSION *:= *//p' "$top/Makefile")
unset MAKEFLAGS MAKELEVEL

# What was made in DIR/usr lies over /usr for COMMAND, and nowhere else.
within() {
	local root=$1

	shift
	unshare -m sh -c 'mount -t overlay overlay -o "lowerdir=$0/usr:/usr" /usr && exec "$@"' "$root" "$@"
}

# KIND ROOT: the tests of what a package has installed
installed() {
	local kind=$1 root=$2 out

	if ! within "$root" true 2>"$kind.err"; then
		skip "$kind: use of what is installed" "no overlay here: $(cat "$kind.err")"
		return
	fi
	is "$kind: verdict runs" "$(within "$root" verdict --version)" "verdict $version"
	out=$(within "$root" verdict run --format tap /usr/share/doc/verdict/examples/scenarios/xdp 2>&1)
	is "$kind: the examples pass, with the objects that came along" "$?" 0
	has "$kind: all of them" "$out" "*
1..$(within "$root" verdict run --list /usr/share/doc/verdict/examples/scenarios/xdp | wc -l)"
	is "$kind: nothing of the folder it was built in" \
		"$(grep -rlF "$work" "$root" | sort)" ""
	is "$kind: the man pages" "$(find "$root/usr/share/man" -type f | sed 's|.*/||; s/\.gz$//' | sort)" \
		"$("$VERDICT" help --pages | sort)"
	has "$kind: bash completes" "$(within "$root" bash -c '. /usr/share/bash-completion/completions/verdict
		COMP_WORDS=(verdict ru) COMP_CWORD=1
		_verdict
		echo "${COMPREPLY[@]}"')" run
}

if command -v dpkg-buildpackage >/dev/null && command -v dh >/dev/null; then
	"$top/ci/package" deb "$work/deb" "$version" >deb.log 2>&1
	is "deb: is built" "$?" 0
	[ -e "deb/verdict_${version}_$(dpkg --print-architecture).deb" ] || sed 's/^/# /' deb.log | tail -n 30
	if command -v lintian >/dev/null; then
		is "deb: lintian finds nothing" "$(lintian --allow-root --fail-on none --tag-display-limit 0 \
			"deb/verdict_${version}"_*.changes 2>&1 | grep '^[EWI]: ')" ""
	else
		skip "deb: lintian finds nothing" "lintian is not installed"
	fi
	dpkg -x deb/verdict_"$version"_*.deb debroot
	installed deb "$work/debroot"
else
	skip "deb" "debhelper is not installed"
fi

if command -v rpmbuild >/dev/null; then
	is "rpm: the spec is read" "$(rpmspec -P "$top/ci/verdict.spec" 2>&1 >/dev/null)" ""
	"$top/ci/package" rpm "$work/rpm" "$version" >rpm.log 2>&1
	is "rpm: is built" "$?" 0
	package=$(find rpm -name "verdict-$version-*.rpm" ! -name '*debug*')
	[ -n "$package" ] || sed 's/^/# /' rpm.log | tail -n 30
	mkdir -p rpmroot
	rpm --root "$work/rpmroot" --dbpath /rpmdb --nodeps --nosignature -i "$package" 2>rpm.err
	is "rpm: can be installed" "$?" 0
	rm -rf rpmroot/rpmdb
	is "rpm: has what it lists" "$(rpm -qlp --nosignature "$package" 2>/dev/null | sort | while read -r f; do
		[ -e "rpmroot$f" ] || echo "$f"
	done)" ""
	installed rpm "$work/rpmroot"
else
	skip "rpm" "rpm is not installed"
fi
tap_done
