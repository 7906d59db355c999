// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Packet expressions (docs/scenario.md) taken apart, to show frames side by side. The text is for
// people: what cannot be taken apart is null here, and is shown as it is.
"use strict";

// The text cut at `separator` where that is outside of parentheses, brackets and quotes.
function cutOutside(text, separator) {
	const parts = [];
	let depth = 0, quoted = false, from = 0;

	for (let i = 0; i < text.length; i++) {
		const c = text[i];

		if (quoted) {
			if (c === "\\")
				i++;
			else if (c === '"')
				quoted = false;
		} else if (c === '"') {
			quoted = true;
		} else if ("([{".includes(c)) {
			depth++;
		} else if (")]}".includes(c)) {
			depth--;
		} else if (depth === 0 && text.startsWith(separator, i)) {
			parts.push(text.slice(from, i));
			from = i + separator.length;
			i = from - 1;
		}
	}
	if (depth !== 0 || quoted)
		return null;
	parts.push(text.slice(from));
	return parts.map((part) => part.trim());
}

// One layer: { name, fields: Map } or, of what has no fields, { name: "payload", value }.
function parseLayer(text) {
	const match = /^([a-z][a-z0-9_-]*)\((.*)\)$/s.exec(text);
	const fields = new Map();

	if (!match || match[1] === "hex")
		return { name: "payload", value: text, fields };
	for (const field of cutOutside(match[2], ",") ?? []) {
		const at = field.indexOf("=");

		if (at > 0)
			fields.set(field.slice(0, at), field.slice(at + 1));
		else if (field !== "")
			return { name: match[1], value: match[2], fields: new Map() };
	}
	return { name: match[1], fields };
}

// "eth(dst=..) / ipv4(ttl=9)" as layers whose names are those of differences: "ipv4[2]". Or null.
function parsePacket(text) {
	const parts = text && cutOutside(text.replace(/^like /, ""), " / ");
	const seen = new Map();

	if (parts && parts.at(-1) === "...")
		parts.pop();
	if (!parts || !parts.some((part) => /^[a-z][a-z0-9_-]*\(/.test(part)))
		return null;
	return parts.map((part) => {
		const layer = parseLayer(part);
		const n = (seen.get(layer.name) ?? 0) + 1;

		seen.set(layer.name, n);
		return { ...layer, name: n > 1 ? `${layer.name}[${n}]` : layer.name };
	});
}

// Names of the layers of several frames in one order, each of them in its own.
function alignLayers(frames) {
	const order = [];

	for (const frame of frames) {
		let at = 0;

		for (const layer of frame ?? []) {
			const known = order.indexOf(layer.name);

			if (known < 0)
				order.splice(at++, 0, layer.name);
			else
				at = known + 1;
		}
	}
	return order;
}

// Whether the expectation leaves open what it does not name.
function isOpen(text) {
	return text !== null && (text.startsWith("like ") || /\/ \.\.\.$/.test(text));
}

/*
 * The rows of a table: { layer, present } of each layer, then { field, sent, expected, actual,
 * difference } of each of its fields. `differences` are those of the mismatch, whose texts come
 * first: an expression leaves out what follows from the rest.
 */
function frameRows(frames, differences) {
	const rest = new Map(differences.map((d) => [d.name, d]));
	const table = [];

	for (const name of alignLayers(Object.values(frames))) {
		const layers = Object.entries(frames).map(([key, frame]) => [key, frame?.find((l) => l.name === name)]);
		const fields = new Set(layers.flatMap(([, layer]) => [...(layer?.fields.keys() ?? [])]));
		const row = { layer: name, difference: rest.get(name) };

		rest.delete(name);
		for (const [key, layer] of layers)
			row[key] = layer ? (layer.value ?? "") : null;
		table.push(row);
		for (const key of rest.keys())
			if (key.startsWith(`${name}.`))
				fields.add(key.slice(name.length + 1));
		for (const field of fields) {
			const full = `${name}.${field}`;
			const values = { field, difference: rest.get(full) };

			rest.delete(full);
			for (const [key, layer] of layers)
				values[key] = layer?.fields.get(field) ?? null;
			if (values.difference) {
				values.expected = values.difference.expected;
				values.actual = values.difference.actual;
			}
			table.push(values);
		}
	}
	for (const [name, difference] of rest)
		table.push({ field: name, difference, sent: null, expected: difference.expected, actual: difference.actual });
	return table;
}

const NOTHING = { class: "nothing" };

// Of a layer that a frame does not have: where that may be so, nothing is said.
function layerCell(key, row, open) {
	const missing = key === "expected" && open && !row.difference ? "" : "not there";

	return h("td", { class: key }, row[key] === null ? h("span", NOTHING, missing) : row[key]);
}

// A field without a text has its default, or what follows from the rest, unless it is what differs.
function fieldCell(key, row) {
	const missing = row.difference && key !== "sent" ? "not there" : "";

	return h("td", { class: key }, row[key] === null ? h("span", NOTHING, missing) : row[key]);
}

function frameRow(keys, row, open) {
	if (row.layer)
		return h("tr", { class: `layer ${row.difference ? "differs" : "same"}` },
			 h("th", { scope: "row" }, row.layer), keys.map((key) => layerCell(key, row, open)));
	return h("tr", { class: row.difference ? "differs" : "same" },
		 h("th", { scope: "row" }, row.field,
		   row.difference?.derived ? h("span", { class: "follows" }, " follows") : null),
		 keys.map((key) => fieldCell(key, row)));
}

const FRAME_TITLES = { sent: "sent", expected: "expected", actual: "came out" };

// Frames side by side. `frames`: texts by "sent", "expected", "actual"; null where not known.
function frameTable(frames, differences) {
	const parsed = {};
	const box = h("div", { class: "block" });

	for (const [key, text] of Object.entries(frames)) {
		const layers = parsePacket(text);

		if (layers)
			parsed[key] = layers;
	}
	const keys = Object.keys(parsed);
	const table = scrollBox("Frames, field by field", "fields",
		h("table", {},
		  h("caption", { class: "hidden" }, "Frames, field by field"),
		  h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "field"),
				   keys.map((key) => h("th", { scope: "col", class: key }, FRAME_TITLES[key])))),
		  h("tbody", {}, frameRows(parsed, differences).map((row) => frameRow(keys, row, isOpen(frames.expected))))));
	const only = h("button", { type: "button", class: "small", "aria-pressed": "false" }, "only what differs");

	only.addEventListener("click", () =>
		only.setAttribute("aria-pressed", table.classList.toggle("only-differences")));
	box.append(h("h5", {}, "Frames, field by field ", differences.length ? only : null), table);
	return box;
}
