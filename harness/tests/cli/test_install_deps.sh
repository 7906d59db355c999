#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# ci/install-deps on machines made of stubs: what is missing, who is asked to install it, and how.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
install_deps=$(realpath "$(dirname "$0")/../../../ci/install-deps")
machine=$(mktemp -d) || exit 1
trap 'rm -rf "$machine"' EXIT

# NAME LINE...: a command of the machine
stub() {
	local name=$1

	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$machine/bin/$name"
	chmod +x "$machine/bin/$name"
}

# A machine with all that the group `build` asks for, but libyaml before it is installed.
# @manager installs; its calls are in $machine/calls.
new_machine() {
	local manager=$1 uid=$2 name

	rm -rf "${machine:?}"/*
	mkdir "$machine/bin"
	ln -s "$(command -v cat)" "$machine/bin/cat"
	for name in cc make clang llvm-strip; do
		stub "$name" 'exit 0'
	done
	stub id "echo $uid"
	stub pkg-config "[ \"\$2\" != yaml-0.1 ] || [ -e $machine/installed ]"
	if [ -n "$manager" ]; then
		stub "$manager" "echo $manager \"\$@\" \$DEBIAN_FRONTEND >>$machine/calls" \
			"[ \"\$1\" = update ] || : >$machine/installed"
	fi
}

# Sets out and status, calls.
run() {
	out=$(unset CC CLANG LLVM_STRIP DEBIAN_FRONTEND
		PATH=$machine/bin "$install_deps" "$@" 2>&1)
	status=$?
	calls=$(cat "$machine/calls" 2>/dev/null)
}

new_machine apt-get 0
: >"$machine/installed"
run build
is "nothing missing: silent" "$out/$status" "/0"
is "nothing missing: nobody is called" "$calls" ""

new_machine apt-get 0
run build
has "says what is missing and why" "$out" "libyaml-dev *reads scenarios"
has "apt-get installs it, unasked" "$calls" \
	"apt-get install -y --no-install-recommends libyaml-dev noninteractive"
is "installed" "$status" 0

new_machine dnf 0
run build
is "dnf installs Fedora's package" "$calls" \
	"dnf install -y --setopt=install_weak_deps=False libyaml-devel"
is "installed with dnf" "$status" 0

new_machine dnf 0
run lint
has "a package that brings two programs is named once" "$calls" \
	"clang-tools-extra cppcheck"

new_machine apt-get 1000
run build
has "without root: what to type" "$out" \
	"sudo apt-get install --no-install-recommends libyaml-dev"
is "without root: nobody is called, status 1" "$calls/$status" "/1"

new_machine "" 0
run build
has "neither apt-get nor dnf" "$out" "libyaml-dev*Neither apt-get nor dnf"
is "neither: status 1" "$status" 1

new_machine apt-get 0
stub apt-get "echo \"\$1\" >>$machine/calls" \
	"case \$1 in" \
	"update) : >$machine/updated ;;" \
	"install) [ -e $machine/updated ] && : >$machine/installed ;;" \
	"esac"
run build
has "package lists that are too old are updated" "$calls" "update
install"
is "installed after an update" "$status" 0

new_machine apt-get 0
stub apt-get "exit 100"
run build
has "apt-get fails" "$out" "apt-get could not install them"
is "apt-get fails: status 1" "$status" 1

new_machine apt-get 0
stub apt-get "exit 0"
run build
has "installed, and yet not there" "$out" "still missing or too old:
  library yaml-0.1"
is "installed, and yet not there: status 1" "$status" 1

new_machine apt-get 0
rm "$machine/bin/cc"
run build
has "a C compiler is missing" "$calls" "install -y --no-install-recommends gcc libyaml-dev"

run nonsense
is "unknown group" "$out/$status" \
	"ci/install-deps: unknown group 'nonsense': build, test, lint and heavy are known/2"
tap_done
