// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Numbers and places as people read them.
"use strict";

function count(n) {
	return n.toLocaleString("en-US");
}

function plural(n, one, many) {
	return `${count(n)} ${n === 1 ? one : (many ?? `${one}s`)}`;
}

function duration(ns) {
	const units = [[60e9, "min"], [1e9, "s"], [1e6, "ms"], [1e3, "µs"]];

	for (const [size, name] of units)
		if (ns >= size)
			return `${(ns / size).toFixed(ns / size < 10 ? 2 : ns / size < 100 ? 1 : 0)} ${name}`;
	return `${ns} ns`;
}

function bytes(n) {
	return n < 1024 ? plural(n, "byte") : n < 1 << 20 ? `${(n / 1024).toFixed(1)} KiB`
							   : `${(n / (1 << 20)).toFixed(1)} MiB`;
}

// "results 2.yaml:3:7" of a place, or nothing.
function place(at) {
	return at ? `${at.file}:${at.line}:${at.column}` : null;
}

// "+12 %" of a number against what it was, or null where there is nothing to compare with.
function change(now, before) {
	if (typeof now !== "number" || typeof before !== "number" || now === before)
		return null;
	const percent = before ? (100 * (now - before)) / before : 100;
	const digits = Math.abs(percent) < 10 ? 1 : 0;

	return `${percent > 0 ? "+" : "−"}${Math.abs(percent).toFixed(digits)} %`;
}
