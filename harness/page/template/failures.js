// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Scenarios that failed or could not be judged, in a list of its own: it takes the place of the
// lines that are there without JavaScript.
"use strict";

const FAILURES_AT_ONCE = 25;

function failureView(row) {
	const first = firstColumn(row);
	const cell = row.cells[first];
	const bad = row.cells.flatMap((c, column) => (isBad(c) ? [column] : []));
	const body = h("div", { class: "body" });
	const box = h("details", { class: `card failure is-${cell.outcome}`, "data-row": row.index },
		h("summary", {},
		  h("h3", {}, row.name), " ", page.columns.length === 1 ? outcomeBadge(cell.outcome) : null,
		  cell.message ? h("span", { class: "says" }, cell.message) : null,
		  h("span", { class: "place" }, place(cell.at) ?? row.id),
		  page.columns.length > 1
			? h("span", { class: "on" }, bad.map((column) => outcomeBadge(row.cells[column].outcome, page.columns[column].name)))
			: null),
		body);

	box.addEventListener("toggle", () => {
		if (box.open && !body.hasChildNodes())
			body.append(...h("div", {}, scenarioView(row, first)).childNodes);
	});
	return box;
}

function showFailures() {
	const old = document.getElementById("failures");
	const list = rows.filter((row) => row.bad);

	if (!list.length) {
		old?.remove();
		return;
	}
	const box = h("div", {});
	const part = section("failures", `Failures (${count(list.length)})`, box);
	const more = growingList(box, list, FAILURES_AT_ONCE, failureView);

	part.append(more);
	if (list.length <= 3)
		box.querySelectorAll("details.failure").forEach((d) => { d.open = true; });
	old.replaceWith(part);
}
