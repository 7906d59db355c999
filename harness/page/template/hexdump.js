// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Hexadecimal dumps, with the bytes that differ marked.
"use strict";

// Sets of the bytes that differ, one per frame. Where the lengths differ, what is equal at the
// start and at the end is taken to be the same, so that a header more does not mark all behind it.
function differingBytes(a, b) {
	const marks = [new Set(), new Set()];
	const shorter = Math.min(a.length, b.length);
	let start = 0, end = 0;

	if (a.length === b.length) {
		for (let i = 0; i < a.length; i++)
			if (a[i] !== b[i])
				marks.forEach((set) => set.add(i));
		return marks;
	}
	while (start < shorter && a[start] === b[start])
		start++;
	while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end])
		end++;
	[a, b].forEach((frame, i) => {
		for (let at = start; at < frame.length - end; at++)
			marks[i].add(at);
	});
	return marks;
}

function hexBytes(hex) {
	return hex.match(/../g) ?? [];
}

function printable(byte) {
	const c = parseInt(byte, 16);

	return c >= 0x20 && c < 0x7f ? String.fromCharCode(c) : ".";
}

const DUMP_WIDTH = 16;

function dumpLine(frame, from, marks) {
	const line = frame.slice(from, from + DUMP_WIDTH);
	const cells = line.map((byte, i) => [
		i === 8 ? "  " : i ? " " : "", marks.has(from + i) ? h("mark", {}, byte) : byte,
	]);
	const width = line.length * 3 - 1 + (line.length > 8 ? 1 : 0);

	return [
		h("span", { class: "offset" }, from.toString(16).padStart(4, "0"), "  "), cells,
		h("span", { class: "ascii" }, " ".repeat(3 * DUMP_WIDTH - width), "  ", line.map(printable).join("")),
		"\n",
	];
}

function dump(title, kind, frame, marks) {
	const lines = [];

	for (let from = 0; from < frame.length; from += DUMP_WIDTH)
		lines.push(dumpLine(frame, from, marks));
	return h("div", {}, h("h5", {}, title),
		 scrollBox(title, "quote", h("pre", { class: `dump ${kind}` }, lines)));
}

// What is known of the two frames of a mismatch. Without a whole frame that was expected, the
// fields that differ are marked in the one that came out.
function dumps(mismatch) {
	const expected = mismatch.expected_hex === null ? null : hexBytes(mismatch.expected_hex);
	const actual = hexBytes(mismatch.actual_hex);
	let marks = [new Set(), new Set()];

	if (expected)
		marks = differingBytes(expected, actual);
	else
		for (const d of mismatch.differences)
			for (let i = 0; i < (d.length ?? 0); i++)
				marks[1].add(d.offset + i);
	return h("div", { class: "block dumps" },
		 expected && dump(`expected, ${plural(expected.length, "byte")}`, "expected", expected, marks[0]),
		 dump(`came out, ${plural(actual.length, "byte")}`, "actual", actual, marks[1]));
}
