// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the programs cost the verifier of each kernel, with the change against a baseline; and which
// features the kernels have.
"use strict";

function programKey(program) {
	return JSON.stringify([program.object, program.globals, program.program]);
}

// Of what was before: objects by their names, as where they were built may differ.
function baselineKey(program) {
	return JSON.stringify([program.object.replace(/.*\//, ""), program.globals, program.program]);
}

// Of each program its cells by column, in the order they were met: {is, was, compared}. What is gone has
// no `is`.
function programRows() {
	const table = new Map();
	const put = (i, program, cell) => {
		const key = programKey(program);

		if (!table.has(key))
			table.set(key, { program, cells: page.columns.map(() => null) });
		table.get(key).cells[i] = cell;
	};

	page.columns.forEach((column, i) => {
		const before = new Map(column.baseline?.map((program) => [baselineKey(program), program]));

		column.programs.forEach((is) => put(i, is, { is, was: before.get(baselineKey(is)), compared: column.baseline !== null }));
		column.programs.forEach((is) => before.delete(baselineKey(is)));
		before.forEach((was) => put(i, was, { was }));
	});
	return [...table.values()];
}

const COSTS = [
	{ key: "verified_insns", name: "instructions verified", text: count },
	{ key: "states", name: "states", text: count },
	{ key: "peak_states", name: "states at most", text: count },
	{ key: "stack", name: "stack, in bytes", text: count },
	{ key: "load_ns", name: "load time", text: duration },
	{ key: "insns", name: "instructions", text: count },
];

function costChange(cell, value, before, was) {
	if (cell.compared && !cell.was)
		return h("span", { class: "soft" }, " new");
	const changed = change(value, before);

	return changed ? h("span", { class: value > before ? "more" : "less", title: was }, ` ${changed}`) : null;
}

function costCell(cell, cost) {
	const program = cell?.is, value = program?.[cost.key];
	const before = cell?.was?.error ? null : cell?.was?.[cost.key];
	const was = typeof before === "number" ? `was ${cost.text(before)}` : null;

	if (!program)
		return h("td", { class: "number absent", title: was }, cell ? "gone" : "·");
	if (program.error)
		return h("td", { class: "number" }, h("span", { class: "outcome is-error", title: program.error }, "not loaded"));
	return h("td", { class: "number" }, typeof value === "number" ? cost.text(value) : "–", costChange(cell, value, before, was));
}

function costTable(table, cost) {
	return h("table", {},
		h("caption", { class: "hidden" }, `Verifier cost of each program on each kernel: ${cost.name}`),
		h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "program"),
				 page.columns.map((c) => h("th", { scope: "col", class: "number" }, c.name)))),
		h("tbody", {}, table.map((row) => h("tr", {},
			h("th", { scope: "row" }, h("code", {}, row.program.program), " ",
			  h("span", { class: "soft" }, row.program.object, row.program.globals ? ` with ${row.program.globals}` : "")),
			row.cells.map((cell) => costCell(cell, cost))))));
}

function showCosts() {
	const table = programRows();
	const box = scrollBox("Cost of each program", "");
	const choose = h("select", { id: "cost-kind" }, COSTS.map((cost, i) => h("option", { value: i }, cost.name)));
	const compared = page.columns.some((c) => c.baseline);
	const fill = () => box.replaceChildren(costTable(table, COSTS[choose.value]));

	if (!table.length)
		return;
	choose.addEventListener("change", fill);
	document.getElementById("rest").append(section("cost", "Verifier cost",
		h("div", { class: "card" },
		  h("div", { class: "filters" }, h("div", {}, h("label", { for: "cost-kind" }, "Show"), choose)),
		  compared ? h("p", { class: "hint" }, "with the change against the baseline") : null, box)));
	fill();
}

function featureCell(feature) {
	if (!feature)
		return h("td", { class: "absent" }, "·");
	return h("td", { title: feature.reason }, feature.supported ? outcomeBadge("pass", "yes") : outcomeBadge("skip", "no"),
		 feature.reason && !feature.supported ? h("span", { class: "hidden" }, `: ${feature.reason}`) : null);
}

function showFeatures() {
	const byName = page.columns.map((c) => new Map(c.features.map((f) => [f.name, f])));
	const names = [...new Set(page.columns.flatMap((c) => c.features.map((f) => f.name)))];
	const supports = (name) => new Set(byName.map((map) => map.get(name)?.supported)).size;
	const differing = names.filter((name) => supports(name) > 1);
	const sorted = [...differing, ...names.filter((name) => supports(name) === 1)];

	if (!names.length)
		return;
	document.getElementById("rest").append(section("features", "Features of the kernels", h("div", { class: "card" },
		differing.length ? h("p", { class: "hint count" }, `${count(differing.length)} of ${count(names.length)} differ; they come first.`) : null,
		scrollBox("Features by kernels", "matrix", h("table", {},
			h("caption", { class: "hidden" }, "Features of each kernel"),
			h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "feature"), page.columns.map((c) => h("th", { scope: "col" }, c.name)))),
			h("tbody", {}, sorted.map((name) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, name)),
							      byName.map((map) => featureCell(map.get(name)))))))))));
}
