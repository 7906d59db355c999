// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// All about one scenario, on one kernel or, behind tabs, on each: in the list of failures, and in a
// dialog that any cell of the matrix opens.
"use strict";

function diagnosticList(diagnostics) {
	if (!diagnostics.length)
		return null;
	return h("ul", { class: "diagnostics" }, diagnostics.map((d) =>
		h("li", { class: `is-${d.severity}` }, d.at ? [h("code", {}, place(d.at)), ": "] : null,
		  `${d.severity}: ${d.message}`)));
}

function attemptsView(result) {
	if (!(result.attempts?.length > 1))
		return null;
	return h("p", { class: "facts" }, "tried ", plural(result.attempts.length, "time"), ":",
		 result.attempts.map((a) => outcomeBadge(a.outcome)));
}

function resultView(row, column) {
	const cell = row.cells[column];
	const result = scenarioResult(row.index, column);
	const facts = h("div", { class: "facts" }, outcomeBadge(shownOutcome(cell)), h("span", {}, duration(cell.duration_ns)),
			row.tags.map((tag) => h("span", { class: "tag" }, tag)));
	const reason = cell.reason ? h("p", {}, cell.reason) : null;

	if (!result)
		return [facts, reason, h("p", { class: "hint" }, page.left_out_text)];
	return [
		facts, reason, attemptsView(result), diagnosticList(result.diagnostics),
		result.load_log ? block("End of the verifier's log", h("pre", { class: "quote" }, result.load_log)) : null,
		result.steps.map((step) => stepView(step, cell)),
	];
}

let nextId = 0;

function tab(row, column, panel, tabs) {
	const cell = row.cells[column];

	function select() {
		for (const other of tabs.children) {
			other.setAttribute("aria-selected", other === button);
			other.tabIndex = other === button ? 0 : -1;
		}
		panel.setAttribute("aria-labelledby", button.id);
		panel.replaceChildren(...h("div", {}, resultView(row, column)).childNodes);
	}
	const button = h("button", { type: "button", role: "tab", id: `tab-${nextId++}`, "aria-controls": panel.id, onclick: select },
			 outcomeBadge(shownOutcome(cell), ""), page.columns[column].name);

	return button;
}

// Arrow keys go from tab to tab, as everywhere.
function tabKeys(event) {
	const tabs = [...event.currentTarget.children];
	const at = tabs.indexOf(document.activeElement);
	const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];

	if (at < 0 || to === undefined)
		return;
	event.preventDefault();
	const next = tabs[(to + tabs.length) % tabs.length];

	next.focus();
	next.click();
}

// The scenario on the kernel chosen, with a tab for each where there are several.
function scenarioView(row, chosen) {
	const there = row.cells.flatMap((cell, column) => (cell === null ? [] : [column]));
	const panel = h("div", { role: "tabpanel", id: `panel-${nextId++}` });
	const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": "Kernels", onkeydown: tabKeys });

	if (there.length === 1)
		return [resultView(row, there[0])];
	for (const column of there)
		tabs.append(tab(row, column, panel, tabs));
	tabs.children[there.indexOf(chosen)].click();
	return [tabs, panel];
}

// The kernel to show first: one where it failed.
function firstColumn(row) {
	const bad = row.cells.findIndex(isBad);

	return bad >= 0 ? bad : row.cells.findIndex((cell) => cell !== null);
}

function openScenario(row, column, list) {
	const dialog = document.getElementById("scenario");
	const at = list.indexOf(row);
	const step = (to, text) => h("button", {
		type: "button", disabled: !list[to], onclick: () => openScenario(list[to], firstColumn(list[to]), list),
	}, text);

	dialog.replaceChildren(
		h("div", { class: "head" },
		  h("div", {}, h("h2", { id: "scenario-title" }, row.name), h("code", {}, row.id)),
		  step(at - 1, "Previous"), step(at + 1, "Next"),
		  h("button", { type: "button", onclick: () => dialog.close() }, "Close")),
		h("div", { class: "inside" }, scenarioView(row, column)));
	if (!dialog.open)
		dialog.showModal();
	dialog.scrollTop = 0;
	history.replaceState(null, "", scenarioAddress(row, column));
}

// An address that opens it again: "#scenario=ID&on=KERNEL".
function scenarioAddress(row, column) {
	return `#${new URLSearchParams({ scenario: row.id, on: page.columns[column].name })}`;
}

function openFromAddress() {
	const wanted = new URLSearchParams(location.hash.slice(1));
	const row = rows.find((r) => r.id === wanted.get("scenario"));
	const column = page.columns.findIndex((c) => c.name === wanted.get("on"));

	if (row)
		openScenario(row, row.cells[column] ? column : firstColumn(row), byRank);
}
