// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Puts the page together. A section of its own: a file with a function show...(), called here.
"use strict";

const THEME_KEY = "verdict-theme";

// Some browsers keep nothing for a page that is opened from a file.
function stored(value) {
	try {
		if (value)
			localStorage.setItem(THEME_KEY, value);
		return localStorage.getItem(THEME_KEY);
	} catch {
		return null;
	}
}

function setUpTheme() {
	const button = document.getElementById("theme");
	const system = matchMedia("(prefers-color-scheme: dark)");
	let chosen = stored();

	function apply() {
		const dark = chosen === "dark" || (chosen !== "light" && system.matches);

		document.documentElement.dataset.theme = dark ? "dark" : "light";
		button.setAttribute("aria-checked", dark);
	}
	button.addEventListener("click", () => {
		chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
		stored(chosen);
		apply();
	});
	system.addEventListener("change", apply);
	button.hidden = false;
	apply();
}

setUpTheme();
sectionLink("summary", "Summary");
showFailures();
showMatrix();
showCosts();
showFeatures();
showCoverage();
showEnvironment();
document.getElementById("scenario").addEventListener("close", () =>
	history.replaceState(null, "", location.pathname + location.search));
addEventListener("hashchange", openFromAddress);
openFromAddress();
