// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Scenarios x kernels, those that differ first, with filters. Rows are made when they come in sight.
"use strict";

const ROWS_AT_ONCE = 100;
const filters = { text: "", outcomes: new Set(), tag: "", column: "", differs: false };

function cellMatches(outcome) {
	return !filters.outcomes.size || filters.outcomes.has(outcome);
}

function rowMatches(row) {
	const outcomes = filters.column === "" ? row.outcomes : [row.outcomes[filters.column]];

	return (!filters.text || filters.text.split(/\s+/).every((word) => row.text.includes(word))) &&
	       (!filters.tag || row.tags.includes(filters.tag)) && (!filters.differs || row.differs) &&
	       outcomes.some(cellMatches) && (filters.column === "" || outcomes[0] !== "absent");
}

function matrixCell(row, column, list) {
	const cell = row.cells[column];
	const name = page.columns[column].name;

	if (cell === null)
		return h("td", { class: "absent" }, h("span", { class: "hidden" }, "not run"), h("span", { "aria-hidden": "true" }, "·"));
	const outcome = shownOutcome(cell);

	return h("td", {}, h("button", {
		type: "button", title: cell.message ?? cell.reason, "aria-label": `${outcome} on ${name}: ${row.name}`,
		onclick: () => openScenario(row, column, list),
	}, outcomeBadge(outcome, outcome)));
}

// The reason of a row that differs: what the first cell says that did not pass.
function rowReason(row) {
	const cell = row.cells[firstColumn(row)];
	const skipped = row.cells.find((c) => c?.outcome === "skip");

	return row.bad ? cell.message ?? cell.reason : row.differs ? skipped?.reason : null;
}

function matrixRow(row, list, columns) {
	const why = rowReason(row);

	return h("tr", { class: row.differs ? "differs" : null },
		 h("th", { scope: "row" },
		   h("button", { type: "button", class: "name", onclick: () => openScenario(row, firstColumn(row), list) }, row.name),
		   h("span", { class: "id mono" }, row.id), why ? h("span", { class: "why" }, why) : null),
		 columns.map((column) => matrixCell(row, column, list)));
}

function choice(label, apply) {
	const button = h("button", { type: "button", "aria-pressed": "false" }, label);

	button.addEventListener("click", () => {
		const on = button.getAttribute("aria-pressed") !== "true";

		button.setAttribute("aria-pressed", on);
		apply(on);
		fillMatrix();
	});
	return button;
}

function selection(id, label, options, apply) {
	return h("div", {}, h("label", { for: id }, label),
		 h("select", { id, onchange: (event) => { apply(event.target.value); fillMatrix(); } },
		   h("option", { value: "" }, "all"), options.map(([value, text]) => h("option", { value }, text))));
}

function matrixFilters() {
	const present = Object.keys(OUTCOMES).filter((outcome) => rows.some((row) => row.outcomes.includes(outcome)));
	const tags = [...new Set(rows.flatMap((row) => row.tags))].sort();
	const text = h("input", {
		type: "search", id: "filter-text", placeholder: "name or path", autocomplete: "off", spellcheck: "false",
		oninput: (event) => { filters.text = event.target.value.trim().toLowerCase(); fillMatrix(); },
	});

	return h("form", { class: "filters", role: "search", "aria-label": "Filter the matrix", onsubmit: (e) => e.preventDefault() },
		 h("div", { class: "text" }, h("label", { for: "filter-text" }, "Text"), text),
		 h("fieldset", {}, h("legend", {}, "Outcome"), h("div", { class: "choices" },
		   present.map((outcome) => choice(outcome, (on) => filters.outcomes[on ? "add" : "delete"](outcome))),
		   rows.some((row) => row.differs) ? choice("differs", (on) => { filters.differs = on; }) : null)),
		 tags.length ? selection("filter-tag", "Tag", tags.map((tag) => [tag, tag]), (value) => { filters.tag = value; }) : null,
		 page.columns.length > 1
			? selection("filter-kernel", "Kernel", page.columns.map((c, i) => [String(i), c.name]),
				    (value) => { filters.column = value; })
			: null);
}

function fillMatrix() {
	const box = document.getElementById("matrix-table");
	const list = byRank.filter(rowMatches);
	const columns = page.columns.map((c, i) => i).filter((i) => filters.column === "" || i === Number(filters.column));
	const body = h("tbody", {});
	const more = growingList(body, list, ROWS_AT_ONCE, (row) => matrixRow(row, list, columns), box);
	const shown = `${plural(list.length, "scenario")} of ${count(rows.length)}`;

	box.replaceChildren(
		h("table", {},
		  h("caption", { class: "hidden" }, "Outcome of each scenario on each kernel"),
		  h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "scenario"),
				   columns.map((i) => h("th", { scope: "col" }, page.columns[i].name)))),
		  body),
		more);
	document.getElementById("matrix-count").textContent = shown;
	say(shown);
}

function showMatrix() {
	document.getElementById("rest").append(section("matrix", "Matrix",
		h("div", { class: "card" }, matrixFilters(), h("p", { class: "hint count", id: "matrix-count" }),
		  h("div", { id: "matrix-table", class: "scroll matrix", tabindex: "0", role: "region", "aria-label": "Scenarios by kernels" }))));
	fillMatrix();
}
