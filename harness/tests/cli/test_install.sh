#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# make install puts all in place that verdict knows of itself, and make uninstall leaves nothing.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT:?the program to test}"
: "${VERDICT_BUILD:?its build folder}"
top=$(realpath "$(dirname "$0")/../../..")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cp -R "$VERDICT_BUILD/bpf" "$work/bpf" || exit 1
mkdir "$work/o"
cp "$VERDICT" "$work/o/verdict"
mv "$work/bpf" "$work/o/bpf"

# make with what is built, as it is: nothing is compiled here, whatever the flags were.
install_with() {
	local built=() file

	for file in "$work/o/verdict" "$work"/o/bpf/*; do
		built+=(-o "$file")
	done
	env -u MAKEFLAGS -u MAKELEVEL make -C "$top" "O=$work/o" "${built[@]}" "$@" 2>&1
}
dest=$work/"a root"
files() {
	(cd "$dest" && find . -type f | sort)
}

out=$(install_with install "DESTDIR=$dest" PREFIX=/usr)
is "make install" "$?" 0
[ -d "$dest" ] || echo "# $out"
installed=$(files)
has "the program" "$installed" "*./usr/bin/verdict
*"
is "every man page, in its section" \
	"$(grep -E '/man/' <<<"$installed" | sed 's|.*/man/||' | sort)" \
	"$("$VERDICT" help --pages | sed -E 's|(.*)\.([0-9])$|man\2/&|' | sort)"
is "the completions are what verdict says" \
	"$(cat "$dest/usr/share/bash-completion/completions/verdict" "$dest/usr/share/zsh/site-functions/_verdict")" \
	"$("$VERDICT" help --completion bash; "$VERDICT" help --completion zsh)"
is "every object" "$(grep '/share/verdict/bpf/' <<<"$installed" | sed 's|.*/||' | sort)" \
	"$(cd "$top/bpf" && printf '%s\n' *.bpf.c views.yaml | sed 's/\.bpf\.c$/.bpf.o/' | sort)"
is "every scenario and capture is an example" \
	"$(cd "$dest/usr/share/doc/verdict/examples" && find scenarios pcaps -type f | sort)" \
	"$(cd "$top" && find scenarios pcaps -type f | sort)"
is "they can be checked there" "$(cd "$dest/usr/share/doc/verdict/examples" &&
	"$VERDICT" check -O "$work/o/bpf" scenarios >/dev/null 2>&1; echo $?)" 0
is "links of README.md lead somewhere" "$(cd "$dest/usr/share/doc/verdict" &&
	grep -oE '\]\([^)#]*' README.md | sed 's/](//; /:/d; /^$/d' | while read -r f; do [ -e "$f" ] || echo "$f"; done)" ""
out=$(install_with uninstall "DESTDIR=$dest" PREFIX=/usr)
is "make uninstall" "$?" 0
is "make uninstall takes every file" "$(files)" ""
is "and the folders that are verdict's own" "$(find "$dest" -name 'verdict*')" ""
tap_done
