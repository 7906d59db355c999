#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The check of who includes whom finds what it is there to find.
set -u
layers=$(dirname "$0")/../layers
tree=$(mktemp -d) || exit 1
trap 'rm -rf "$tree"' EXIT
n=0

# FILE INCLUDED: a file of the made-up tree
file() {
	mkdir -p "$tree/$(dirname "$1")"
	echo "#include $2" >>"$tree/$1"
}

# NAME EXPECTED: check the tree, which must say EXPECTED ("" for nothing), and start another one
check() {
	local got status wanted=0

	got=$("$layers" "$tree" 2>&1)
	status=$?
	[ -n "$2" ] && wanted=1
	n=$((n + 1))
	if [ "$got" = "$2" ] && [ $status = $wanted ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		printf '# status %s, said:\n%s\n' "$status" "$got" | sed 's/^#*/# /'
	fi
	rm -rf "$tree"
	mkdir "$tree"
}

file base/a.c '"base/a.h"'
file packet/a.c '<pcap/pcap.h>'
file kernel/a.h '"judge/observation.h"'
file report/a.c '"run/sink.h"'
file tests/a.c '"cli/options.h"'
check "what the table allows" ""

file base/a.c '"syntax/node.h"'
check "a layer above" "base/a.c:1: error: base/ must not include syntax/node.h"

file kernel/a.c '"judge/judge.h"'
check "another header than the one allowed" \
	"kernel/a.c:1: error: kernel/ must not include judge/judge.h"

file base/a.c '<stdio.h>'
file base/a.c '<yaml.h>'
check "a library that only one module knows" "base/a.c:2: error: base/ must not include yaml.h"

file run/a.c '  <bpf/libbpf.h>'
check "a library's folder" "run/a.c:1: error: run/ must not include bpf/libbpf.h"

file extra/a.c '"base/mem.h"'
check "a folder nobody knows" \
	"extra/a.c:1: error: folder extra/ is not in the table of harness/tests/layers"

file base/a.h '"base/b.h"'
file base/b.h '"base/a.h"'
check "headers in a circle" \
	"error: these headers include each other in a circle: base/a.h base/b.h"

file run/a.c '"kernel/a.h"'
file kernel/b.c '"run/b.h"'
check "two modules in a circle" "kernel/b.c:1: error: kernel/ must not include run/b.h
error: these modules include each other in a circle: kernel run"

n=$((n + 1))
"$layers" "$tree" >/dev/null 2>&1
if [ $? = 2 ]; then
	echo "ok $n - a tree without files is no success"
else
	echo "not ok $n - a tree without files is no success"
fi
echo "1..$n"
