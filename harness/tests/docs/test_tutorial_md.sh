#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Pastes docs/tutorial.md: runs each ```sh block in one folder, in order, and compares what it prints with
# the ```text block that follows it, where there is one. Prints TAP.
set -u
build=${1:?usage: test_tutorial_md.sh BUILD}
build=$(cd "$build" && pwd) || exit 1
SRC=$(cd "$(dirname "$0")/../../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export SRC PATH="$build:$PATH" NO_COLOR=1
# One block shows mistakes: its commands fail, and the next one still runs, as when pasted.
mistakes='wrong.yaml'

mkdir "$dir/work" "$dir/blocks"
awk -v dir="$dir/blocks" '
/^```sh$/   { n++; out = sprintf("%s/%02d.sh", dir, n); line[n] = NR; printf "" > out; next }
/^```text$/ { out = sprintf("%s/%02d.text", dir, n); next }
/^```/      { if (out) close(out); out = ""; next }
out         { print > out }
' "$SRC/docs/tutorial.md"

cd "$dir/work" || exit 1
n=0 failed=0
for block in "$dir"/blocks/*.sh; do
	n=$((n + 1))
	expected=${block%.sh}.text
	strict=-e
	grep -q "$mistakes" "$block" && strict=+e
	bash "$strict" "$block" >"$dir/out" 2>&1
	status=$?
	sed -E 's/[0-9.]+ (ns|us|ms|s)\b/TIME/g' "$dir/out" >"$dir/got"
	if [ "$status" -eq 0 ] && { [ ! -e "$expected" ] || diff "$expected" "$dir/got" >"$dir/diff"; }; then
		echo "ok $n - docs/tutorial.md block $n"
	else
		failed=$((failed + 1))
		echo "not ok $n - docs/tutorial.md block $n (status $status)"
		[ -e "$expected" ] && sed 's/^/# /' "$dir/diff"
		sed 's/^/# /' "$dir/out"
	fi
done
echo "1..$n"
[ "$n" -gt 5 ] && [ "$failed" -eq 0 ]
