# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# For test scripts: each check prints one line of TAP. End with tap_done.
tap_n=0

# NAME GOT EXPECTED
is() {
	tap_n=$((tap_n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_n - $1"
		return
	fi
	echo "not ok $tap_n - $1"
	diff -u --label expected --label got <(printf '%s\n' "$3") <(printf '%s\n' "$2") |
		sed 's/^/# /'
}

# NAME GOT PATTERN: a pattern as in `case`, which may match any part
has() {
	tap_n=$((tap_n + 1))
	# shellcheck disable=SC2053 # it is a pattern
	if [[ $2 == *$3* ]]; then
		echo "ok $tap_n - $1"
		return
	fi
	echo "not ok $tap_n - $1"
	printf 'nothing in this matches %s:\n%s\n' "$3" "$2" | sed 's/^/# /'
}

# NAME REASON
skip() {
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

tap_done() {
	echo "1..$tap_n"
}
