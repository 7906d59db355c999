// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Elements. Texts of results only ever become text nodes or attributes: nothing here, or in any
// other file of this page, parses markup.
"use strict";

const OUTCOMES = {
	fail: { mark: "✗", word: "failed" },
	error: { mark: "!", word: "not judged" },
	flaky: { mark: "↻", word: "flaky" },
	xfail: { mark: "~", word: "failed as expected" },
	skip: { mark: "–", word: "skipped" },
	pass: { mark: "✓", word: "passed" },
};

// Characters that cannot be seen, or that change the direction of what stands around them.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

// As they are shown everywhere else in verdict.
function visible(text) {
	return text.replace(HIDDEN, (c) => {
		const code = c.charCodeAt(0).toString(16);

		return code.length > 2 ? `\\u${code.padStart(4, "0")}` : `\\x${code.padStart(2, "0")}`;
	});
}

// h("a", { href: "#x", class: "y", onclick: f }, "text", [more], null)
function h(name, attributes, ...children) {
	const element = document.createElement(name);

	for (const [key, value] of Object.entries(attributes ?? {})) {
		if (value === null || value === undefined || value === false)
			continue;
		if (typeof value === "function")
			element.addEventListener(key.slice(2), value);
		else
			element.setAttribute(key, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== "")
			       .map((c) => (typeof c === "string" ? visible(c) : c)));
	return element;
}

function outcomeBadge(outcome, text) {
	const known = OUTCOMES[outcome] ?? { mark: "?", word: outcome };

	return h("span", { class: `outcome is-${outcome}` },
		 h("span", { "aria-hidden": "true" }, known.mark, " "), h("span", { class: "word" }, text ?? known.word));
}

function sectionLink(id, title) {
	document.getElementById("sections").append(h("li", {}, h("a", { href: `#${id}` }, title)));
}

// A part of the page, with a link in the bar at the top.
function section(id, title, ...content) {
	sectionLink(id, title);
	return h("section", { id, class: "part", "aria-labelledby": `${id}-title` },
		 h("h2", { id: `${id}-title` }, title), content);
}

// A table that may be wider than the screen: it can be scrolled with the keyboard, too.
function scrollBox(label, extra, ...content) {
	return h("div", { class: `scroll ${extra}`, tabindex: "0", role: "region", "aria-label": label }, content);
}

// A part of something, as a bar. Attributes of SVG, as styles in attributes are forbidden here.
function shareBar(parts) {
	const total = parts.reduce((sum, part) => sum + part.n, 0) || 1;
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	let x = 0;

	svg.setAttribute("class", "share");
	svg.setAttribute("viewBox", "0 0 100 1");
	svg.setAttribute("preserveAspectRatio", "none");
	svg.setAttribute("aria-hidden", "true");
	for (const part of parts) {
		const rect = document.createElementNS(svg.namespaceURI, "rect");

		rect.setAttribute("class", `is-${part.name}`);
		rect.setAttribute("x", x);
		rect.setAttribute("width", (100 * part.n) / total);
		rect.setAttribute("height", 1);
		svg.append(rect);
		x += (100 * part.n) / total;
	}
	return svg;
}

// Adds what items become, `size` of them at a time: when the reader asks for more or, in a box that
// scrolls by itself, comes near the end.
function growingList(parent, items, size, make, scrolling) {
	const more = h("button", { type: "button", class: "more-button" });
	let next = 0;

	function grow() {
		const upTo = Math.min(next + size, items.length);
		const fragment = document.createDocumentFragment();

		for (; next < upTo; next++)
			fragment.append(make(items[next], next));
		parent.append(fragment);
		more.textContent = `Show more (${count(items.length - next)} left)`;
		more.hidden = next >= items.length;
	}
	more.addEventListener("click", grow);
	if (scrolling)
		new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && grow(),
					 { root: scrolling, rootMargin: "400px" }).observe(more);
	grow();
	return more;
}

function say(text) {
	document.getElementById("status").textContent = text;
}
