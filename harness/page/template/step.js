// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One step of a scenario: what was expected and what came, the way of its frame, changes in maps.
"use strict";

function block(title, ...content) {
	return h("div", { class: "block" }, h("h5", {}, title), content);
}

function folded(title, open, ...content) {
	return h("details", { class: "block", open }, h("summary", {}, title), content);
}

function lines(texts) {
	return h("pre", { class: "quote" }, texts.join("\n"));
}

function differenceTable(differences) {
	return scrollBox("What differs", "fields", h("table", {},
		h("caption", { class: "hidden" }, "What differs"),
		h("thead", {}, h("tr", {}, ["member", "expected", "came"].map((t) => h("th", { scope: "col" }, t)))),
		h("tbody", {}, differences.map((d) => frameRow(["expected", "actual"], { ...d, field: d.name, difference: d }, false)))));
}

function mapState(title, state) {
	if (!state)
		return null;
	const left = state.total - state.entries.length;

	return block(`${title}: ${plural(state.total, "entry", "entries")}`,
		     state.entries.length ? lines(left > 0 ? [...state.entries, `… and ${count(left)} more`] : state.entries)
					  : null);
}

function seen(what, list) {
	if (!list || list.total === null)
		return null;
	const left = list.total - list.texts.length;

	return block(`${plural(list.total, what)} in all`,
		     list.texts.length ? lines(left > 0 ? [...list.texts, `… and ${count(left)} more`] : list.texts) : null);
}

function mismatchBody(step, mismatch) {
	const packets = ["packet", "capture"].includes(mismatch.kind) && parsePacket(mismatch.actual);
	const sent = step.observed?.in?.packet ?? null;
	const nearest = mismatch.map?.nearest ?? mismatch.calls?.nearest;

	return [
		packets ? frameTable({ sent, expected: mismatch.expected, actual: mismatch.actual }, mismatch.differences)
			: mismatch.differences.length ? differenceTable(mismatch.differences)
			: mismatch.expected !== null || mismatch.actual !== null
			? differenceTable([{ name: mismatch.kind, expected: mismatch.expected, actual: mismatch.actual }])
			: null,
		mismatch.note ? h("p", { class: "hint" }, mismatch.note) : null,
		mismatch.actual_hex !== null ? dumps(mismatch) : null,
		nearest ? block("comes closest", lines([nearest])) : null,
		mapState("before the step", mismatch.map?.before),
		mapState("after it", mismatch.map?.after),
		seen("event", mismatch.events),
		seen("call", mismatch.calls),
	];
}

function mismatchView(step, mismatch) {
	return h("div", { class: "mismatch" },
		 h("h4", {}, h("span", { class: "kind" }, mismatch.kind), ": ", mismatch.message),
		 h("div", { class: "facts" },
		   mismatch.at ? h("span", {}, "expected at ", h("code", {}, place(mismatch.at))) : null,
		   mismatch.frame !== null ? h("span", {}, `frame ${mismatch.frame} of the capture`) : null,
		   mismatch.sent ? h("span", {}, "sent ", h("code", {}, mismatch.sent)) : null),
		 mismatchBody(step, mismatch));
}

function traceLine(kind, text, site) {
	return h("li", { class: kind }, h("span", { class: "text" }, text), site ? h("span", { class: "site" }, site) : null);
}

function callLines(call) {
	const site = call.file ? `${call.file}:${call.line}` : null;
	const list = [traceLine(call.scripted ? "call said" : "call", call.text, site)];

	if (call.helper === "tail_call" && call.taken)
		list.push(traceLine("program", `→ ${call.target ?? "(a program that is not known)"}`));
	return list;
}

function redirectText(redirect) {
	if (redirect.unknown)
		return "is redirected; no recorded call says where to";
	const to = redirect.map ? `${redirect.target ?? "?"}, by ${redirect.by}: ${redirect.map}[${redirect.key}]`
				: `${redirect.device ?? `ifindex ${redirect.ifindex}`}, by ${redirect.by}`;

	return `goes to ${to}${redirect.nexthop ? `, next hop ${redirect.nexthop}` : ""}`;
}

function trace(step) {
	const o = step.observed;
	const list = [];

	if (o.in)
		list.push(traceLine("frame", `in   ${o.in.packet}`));
	list.push(traceLine("program", `→ ${step.program}`));
	if (o.calls === null)
		list.push(traceLine("call", "(its calls are not recorded)"));
	if (o.calls_lost)
		list.push(traceLine("call", `(${plural(o.calls_lost, "earlier call was", "earlier calls were")} not kept)`));
	list.push(...(o.calls ?? []).flatMap(callLines));
	list.push(...(o.events ?? []).map((event) => traceLine("event", `event ${event.text}`)));
	if (o.events_lost)
		list.push(traceLine("event", `(${plural(o.events_lost, "event was", "events were")} lost)`));
	list.push(traceLine("goes", `= ${o.error ?? o.verdict_name ?? o.verdict}`));
	if (o.redirect)
		list.push(traceLine("goes", redirectText(o.redirect)));
	if (o.out && o.out.hex !== o.in?.hex)
		list.push(traceLine("frame", `out  ${o.out.packet}`));
	for (const [name, value] of Object.entries(o.ctx ?? {}))
		list.push(traceLine("context", `ctx.${name} = ${typeof value === "object" ? JSON.stringify(value) : value}`));
	if (o.meta)
		list.push(traceLine("context", `metadata ${o.meta}`));
	return h("ol", { class: "trace" }, list);
}

// Two values of one type, with the words marked that are not the same.
function markChanges(before, after) {
	const [a, b] = [before, after].map((text) => text.split(/([\s,{}[\]]+)/));

	if (a.length !== b.length)
		return [h("mark", {}, before), h("mark", {}, after)];
	return [[a, b], [b, a]].map(([words, others]) => words.map((word, i) => (word === others[i] ? word : h("mark", {}, word))));
}

function changeRow(entry) {
	const both = entry.before !== null && entry.after !== null;
	const [before, after] = both ? markChanges(entry.before, entry.after) : [entry.before, entry.after];

	return h("tr", {},
		 h("th", { scope: "row" }, `${entry.map}[${entry.key}]`),
		 h("td", { class: "before" }, before ?? h("span", { class: "nothing" }, "not there")),
		 h("td", { class: "after" }, after === null ? h("span", { class: "nothing" }, "removed") : both ? after : h("mark", {}, after)));
}

function mapChanges(changes) {
	if (!changes || (changes.total === 0 && !changes.too_large.length))
		return null;
	const left = changes.total - changes.entries.length;

	return block(`Changed in maps: ${plural(changes.total, "entry", "entries")}`,
		changes.entries.length ? scrollBox("Changes in maps", "fields changed", h("table", {},
			h("caption", { class: "hidden" }, "Changes in maps"),
			h("thead", {}, h("tr", {}, ["entry", "before", "after"].map((t) => h("th", { scope: "col" }, t)))),
			h("tbody", {}, changes.entries.map(changeRow)))) : null,
		left > 0 ? h("p", { class: "hint" }, `and ${count(left)} more`) : null,
		changes.too_large.length ? h("p", { class: "hint" }, `too large to be looked over: ${changes.too_large.join(", ")}`)
					 : null);
}

function captureLink(label, path, cell) {
	const href = cell.links?.[path];

	if (!path)
		return null;
	return h("span", {}, `${label} `, href ? h("a", { href, title: path, download: true }, path.slice(path.lastIndexOf("/") + 1))
					      : h("code", {}, path));
}

function verdictTexts(step) {
	return step.verdicts.map((v) => `${v.verdict_name ?? v.verdict}${step.frames > 1 ? ` × ${count(v.frames)}` : ""}`);
}

function stepView(step, cell) {
	const o = step.observed;
	const failed = step.mismatches.length > 0;

	return h("section", { class: "card step" },
		h("header", {},
		  h("h3", {}, `Step ${step.number}: ${step.kind}`, step.program ? [" to ", h("code", {}, step.program)] : null,
		    step.name ? ` (${step.name})` : null),
		  h("div", { class: "facts" },
		    step.ran ? null : h("span", {}, "did not run"),
		    verdictTexts(step).map((text) => h("span", { class: "mono" }, text)),
		    step.capture ? h("span", {}, "of ", h("code", {}, step.capture)) : null,
		    step.frames > 1 ? h("span", {}, plural(step.frames, "frame")) : null,
		    step.failed_frames > 1 ? h("span", {}, `${count(step.failed_frames)} of them failed`) : null,
		    o?.in && o.out ? h("span", {}, `${o.in.length} bytes in, ${o.out.length} out`) : null,
		    o && !o.error ? h("span", {}, duration(o.duration_ns)) : null,
		    step.node ? h("span", {}, `on node ${step.node}`) : null,
		    step.at ? h("span", {}, place(step.at)) : null)),
		h("div", { class: "inside" },
		  step.notes.map((note) => h("p", { class: "hint" }, note)),
		  step.mismatches.map((mismatch) => mismatchView(step, mismatch)),
		  o ? folded("The way of the frame", failed || step.number === 1, trace(step)) : null,
		  mapChanges(step.map_changes),
		  step.frames_in || step.frames_out
			? h("div", { class: "facts" }, captureLink("Captures: in", step.frames_in, cell),
			    captureLink("out", step.frames_out, cell))
			: null));
}
