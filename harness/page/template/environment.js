// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Where and how it ran, one column for each kernel.
"use strict";

const RUN_FACTS = [
	["kernel", (run) => run.kernel],
	["machine", (run) => run.machine],
	["system", (run) => run.environment?.os],
	["processors", (run) => run.environment?.cpus],
	["libbpf", (run) => run.environment?.libbpf],
	["JIT", (run) => ({ 0: "off", 1: "on", 2: "on, with debugging" })[run.environment?.jit]],
	["JIT hardening", (run) => ({ 0: "off", 1: "for users without privileges", 2: "for everybody" })[run.environment?.jit_harden]],
	["lockdown", (run) => run.environment?.lockdown],
	["verdict", (run) => run.verdict],
	["started", (run) => run.started.replace("T", " ").replace(/\.\d+Z/, " UTC")],
	["shard", (run) => run.shard && `${run.shard.index} of ${run.shard.count}`],
	["repeated", (run) => run.repeat > 1 && `${run.repeat} times`],
	["workers", (run) => run.jobs],
	["seed of the order", (run) => run.seed],
	["command", (run) => h("code", {}, run.command)],
];

function factRow(name, get, runs) {
	const values = runs.map(({ run }) => get(run) || null);

	return values.some((v) => v !== null) ? h("tr", {}, h("th", { scope: "row" }, name), values.map((v) => h("td", {}, v ?? "–"))) : null;
}

function objectTable(runs) {
	const objects = new Map(runs.flatMap(({ objects: list }) => list ?? []).map((o) => [`${o.path} ${o.sha256}`, o]));

	if (!objects.size)
		return null;
	return folded(`Objects (${count(objects.size)})`, false, scrollBox("Objects", "card", h("table", {},
		h("caption", { class: "hidden" }, "Objects that were loaded"),
		h("thead", {}, h("tr", {}, ["object", "size", "SHA-256"].map((t) => h("th", { scope: "col" }, t)))),
		h("tbody", {}, [...objects.values()].map((o) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, o.path)),
								 h("td", { class: "number" }, bytes(o.size)), h("td", {}, h("code", {}, o.sha256))))))));
}

function showEnvironment() {
	const runs = page.columns.flatMap((column) => column.runs.map((run) => ({ ...run, column: column.name })));

	document.getElementById("rest").append(section("environment", "Environment",
		h("div", { class: "card" }, scrollBox("Where and how it ran", "facts-table", h("table", {},
			h("caption", { class: "hidden" }, "Where and how it ran"),
			h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "run"), runs.map((run) => h("th", { scope: "col" }, run.column)))),
			h("tbody", {}, RUN_FACTS.map(([name, get]) => factRow(name, get, runs)),
			  factRow("result", (run) => h("code", {}, runs.find((r) => r.run === run).file), runs))))),
		objectTable(runs)));
}
