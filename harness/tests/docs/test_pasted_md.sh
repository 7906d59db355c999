#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Pastes pages for users: runs each ```sh block of a page in one folder, in order, and compares what it prints
# with the ```text block that follows it, where there is one. Prints TAP.
set -u
build=${1:?usage: test_pasted_md.sh BUILD}
build=$(cd "$build" && pwd) || exit 1
SRC=$(cd "$(dirname "$0")/../../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export SRC PATH="$build:$PATH" NO_COLOR=1
# One block shows mistakes: its commands fail, and the next one still runs, as when pasted.
mistakes='wrong.yaml'

# PAGE: its blocks, in a folder of their own
paste_page() {
	local page=$1 work=$dir/${1%.md} block expected strict status

	mkdir -p "$work/work" "$work/blocks"
	awk -v dir="$work/blocks" '
	/^```sh$/   { n++; out = sprintf("%s/%02d.sh", dir, n); printf "" > out; next }
	/^```text$/ { out = sprintf("%s/%02d.text", dir, n); next }
	/^```/      { if (out) close(out); out = ""; next }
	out         { print > out }
	' "$SRC/docs/$page"
	cd "$work/work" || exit 1
	for block in "$work"/blocks/*.sh; do
		n=$((n + 1))
		expected=${block%.sh}.text
		strict=-e
		grep -q "$mistakes" "$block" && strict=+e
		bash "$strict" "$block" >"$dir/out" 2>&1
		status=$?
		sed -E 's/[0-9.]+ (ns|us|ms|s)\b/TIME/g' "$dir/out" >"$dir/got"
		if [ "$status" -eq 0 ] && { [ ! -e "$expected" ] || diff "$expected" "$dir/got" >"$dir/diff"; }; then
			echo "ok $n - docs/$page block $(basename "$block" .sh)"
			continue
		fi
		failed=$((failed + 1))
		echo "not ok $n - docs/$page block $(basename "$block" .sh) (status $status)"
		[ -e "$expected" ] && sed 's/^/# /' "$dir/diff"
		sed 's/^/# /' "$dir/out"
	done
}

n=0 failed=0
paste_page tutorial.md
paste_page views.md
echo "1..$n"
[ "$n" -gt 8 ] && [ "$failed" -eq 0 ]
