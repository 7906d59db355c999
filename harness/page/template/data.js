// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The data of the page: `page`, the overview, and each scenario's result where a reader opens it.
// harness/page/page.h says what is in it.
"use strict";

const page = JSON.parse(document.getElementById("overview").textContent);

// The scenario as its result document has it; null where the page has only its outcome.
function scenarioResult(row, column) {
	const data = document.getElementById(`result-${row}-${column}`);

	return data && JSON.parse(data.textContent);
}

// What a cell shows: "flaky" for what passed only when it was tried again.
function shownOutcome(cell) {
	return cell.flaky ? "flaky" : cell.outcome;
}

function isBad(cell) {
	return cell !== null && (cell.outcome === "fail" || cell.outcome === "error");
}

// Rows with what is asked of them again and again.
const rows = page.rows.map((row, index) => {
	const outcomes = row.cells.map((cell) => (cell === null ? "absent" : shownOutcome(cell)));

	return {
		...row,
		index,
		outcomes,
		differs: new Set(outcomes).size > 1,
		bad: row.cells.some(isBad),
		text: `${row.id}\n${row.name}`.toLowerCase(),
	};
});

// Rows that differ come first, those that failed before others, then as in the suite.
function rank(row) {
	return (row.differs ? 0 : 4) + (row.bad ? 0 : row.outcomes.includes("flaky") ? 1 : 2);
}
const byRank = [...rows].sort((a, b) => rank(a) - rank(b) || a.index - b.index);
