#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The report page in a real browser: Debian's Chromium, opened from a file, driven by playwright-core, with axe-core
# for what readers with other senses need (browser/page.mjs). Screenshots stay in BUILD/browser.
set -u
build=${1:?usage: test_page.sh BUILD}
cd "$(dirname "$0")" || exit 2
out=$VERDICT_BUILD/browser

skip() {
	echo "ok 1 - the report page in a browser # SKIP $1"
	echo 1..1
	exit 0
}

browser=$(command -v chromium || command -v chromium-browser) || skip "there is no chromium"
command -v npm >/dev/null || skip "there is no npm"
mkdir -p "$out"
cp browser/package.json browser/package-lock.json "$out"
if ! (cd "$out" && npm ci --no-audit --no-fund >npm.log 2>&1); then
	skip "npm cannot install playwright-core and axe-core: $(grep -m 1 'npm ERR\|npm error' "$out/npm.log")"
fi

# Results of failures of every kind, on this kernel and on one that is made up.
"$VERDICT" run -O "$VERDICT_BUILD/harness/tests/bpf" --format "text:$out/text" --results "$out/results" \
	--coverage "$out/coverage.info" ../fail >"$out/run.log" 2>&1
python3 browser/variants.py "$out/results/results.json" "$out" || exit 1
python3 ../page/page.py hostile "$out/results/results.json" "$out/hostile.json" || exit 1
# from the top of the tree, where the sources are
(cd ../../.. && "$VERDICT" report --title "what the tests made" --coverage "$out/coverage.info" -o "$out/kernels.html" \
	--baseline "$out/before.json" "$out/this.json" "$out/next.json") || exit 1
"$VERDICT" report -o "$out/hostile.html" "$out/hostile.json" || exit 1
"$VERDICT" report -o "$out/large.html" "$out"/large-*.json || exit 1
exec node browser/page.mjs "$browser" "$out" "$out"
