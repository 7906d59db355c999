// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which source lines of the programs were run, from an lcov tracefile.
"use strict";

function percent(ran, lines) {
	return lines ? `${((100 * ran) / lines).toFixed(1)} %` : "–";
}

// "12, 20-24" of the numbers of lines.
function ranges(numbers) {
	const list = [];

	for (const n of numbers) {
		const last = list.at(-1);

		if (last && last[1] === n - 1)
			last[1] = n;
		else
			list.push([n, n]);
	}
	return list.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function sourceView(file) {
	const counts = new Map(file.lines);

	return scrollBox(`Source of ${file.path}`, "source", h("table", {},
		h("caption", { class: "hidden" }, `Source of ${file.path}, with how many scenarios ran each line`),
		h("thead", {}, h("tr", {}, ["line", "runs", "source"].map((t) => h("th", { scope: "col" }, t)))),
		h("tbody", {}, file.source.split("\n").map((text, i) => {
			const n = counts.get(i + 1);

			return h("tr", { class: n === undefined ? null : n ? "ran" : "missed" },
				 h("td", { class: "number" }, String(i + 1)), h("td", { class: "number" }, n === undefined ? "" : count(n)),
				 h("td", {}, text));
		}))));
}

function missedView(file) {
	const missed = file.lines.filter(([, n]) => n === 0).map(([line]) => line);
	const box = h("details", { class: "block" }, h("summary", {}, missed.length ? `lines not run: ${ranges(missed)}` : "all lines were run"));

	if (file.source === null)
		return h("p", { class: "hint" }, missed.length ? `lines not run: ${ranges(missed)}` : "all lines were run");
	box.addEventListener("toggle", () => box.open && box.children.length === 1 && box.append(sourceView(file)));
	return box;
}

function showCoverage() {
	if (!page.coverage)
		return;
	const files = page.coverage.files.map((file) => ({ ...file, ran: file.lines.filter(([, n]) => n > 0).length }));
	const ran = files.reduce((sum, f) => sum + f.ran, 0), all = files.reduce((sum, f) => sum + f.lines.length, 0);

	document.getElementById("rest").append(section("coverage", "Coverage",
		h("p", {}, `${percent(ran, all)} of the lines of the programs were run: ${count(ran)} of ${count(all)}.`),
		h("div", { class: "card" }, scrollBox("Lines that were run, by file", "", h("table", {},
			h("caption", { class: "hidden" }, "Lines that were run, by file"),
			h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "file"), h("th", { scope: "col", class: "number" }, "lines run"),
					 h("th", { scope: "col" }, "share"))),
			h("tbody", {}, files.map((f) => h("tr", {},
				h("th", { scope: "row" }, h("code", {}, f.path), missedView(f)),
				h("td", { class: "number" }, `${count(f.ran)} of ${count(f.lines.length)}`),
				h("td", { class: "number" }, percent(f.ran, f.lines.length), " ",
				  shareBar([{ name: "pass", n: f.ran }, { name: "fail", n: f.lines.length - f.ran }]))))))))));
}
