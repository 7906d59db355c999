// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Opens report pages in Chromium and looks at them as readers do. Prints TAP.
//
//	node page.mjs CHROMIUM FOLDER MODULES: pages kernels.html, hostile.html and large.html in FOLDER,
//	where the screenshots go, too
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, folder, modules] = process.argv.slice(2);
const require = createRequire(join(modules, "here.js"));
const playwright = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

let n = 0;

function is(name, got, expected) {
	const good = JSON.stringify(got) === JSON.stringify(expected);

	console.log(`${good ? "ok" : "not ok"} ${++n} - ${name}`);
	if (!good)
		console.log(`# got ${JSON.stringify(got)}\n# expected ${JSON.stringify(expected)}`);
}

const DESKTOP = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const profile = mkdtempSync(join(tmpdir(), "verdict-browser-"));
const options = {
	executablePath: chromium, headless: true,
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	       "--disable-component-update", "--disable-sync"],
};

// Open a page, do things, and see that it said nothing on the console and asked for nothing.
async function visit(name, file, settings, look) {
	const context = await playwright.chromium.launchPersistentContext(mkdtempSync(join(profile, "p")), { ...options, ...settings });
	const page = context.pages()[0] ?? await context.newPage();
	page.setDefaultTimeout(15000);
	const address = pathToFileURL(join(folder, file)).href;
	const problems = [];

	page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
	page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(address) && request.url() !== "data:,")
			problems.push(`request: ${request.url()}`);
	});
	page.on("dialog", (dialog) => { problems.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
	try {
		await page.goto(address);
		await look(page, (part) => page.screenshot({ path: join(folder, `${name}-${part}.png`) }));
	} catch (error) {
		problems.push(`failed: ${error.message}`);
	}
	is(`${name}: nothing was said, fetched or missing`, problems, []);
	await context.close();
}

// What does not fit: [the page, the dialog], in pixels that stick out.
function overflow(page) {
	return page.evaluate(() => [document.documentElement, document.querySelector("dialog")]
		.map((element) => Math.max(0, element.scrollWidth - element.clientWidth)));
}

async function accessibility(page) {
	await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.dataset.seen = ""; }));
	await page.addScriptTag({ path: axe }).catch(() => {});
	return page.evaluate(async () => (await window.axe.run({ resultTypes: ["violations"] })).violations
		.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((node) => node.target).join(", ")}`));
}

// All failures, also those that are shown when asked for.
async function showAll(page) {
	const more = page.locator("#failures .more-button");

	while (await more.isVisible())
		await more.click();
}

const outcomes = (page) => page.locator("#matrix tbody tr").evaluateAll((list) =>
	list.map((row) => [...row.querySelectorAll("td")].map((td) => td.innerText.replace(/^\W+/, "").trim())));
const shown = (page) => page.locator("#matrix-count").innerText();

await visit("desktop", "kernels.html", DESKTOP, async (page, picture) => {
	await picture("top");
	is("the headline", /^\d+ of \d+ scenarios failed/.test(await page.locator("h1").innerText()), true);
	is("rows that differ come first", (await outcomes(page)).map((cells) => new Set(cells).size > 1).join().replace(/(true,?)+(false,?)*/, ""), "");

	const all = await shown(page);
	await page.getByLabel("Text", { exact: true }).fill("ttl");
	is("a filter by text", (await page.locator("#matrix tbody .name").allInnerTexts()).every((t) => /ttl/i.test(t)), true);
	await page.getByLabel("Text", { exact: true }).fill("no such thing");
	is("that finds nothing", [await shown(page), await page.locator("#matrix tbody tr").count()], [`0 scenarios of ${all.split(" ")[0]}`, 0]);
	await page.getByLabel("Text", { exact: true }).fill("");
	is("taken away", await shown(page), all);
	await page.locator("#matrix").getByRole("button", { name: "skip", exact: true }).click();
	is("a filter by outcome", (await outcomes(page)).every((cells) => cells.includes("skip")), true);
	await page.locator("#matrix").getByRole("button", { name: "skip", exact: true }).click();
	await page.getByLabel("Tag", { exact: true }).selectOption("chosen");
	is("a filter by tag", await shown(page), `1 scenario of ${all.split(" ")[0]}`);
	await page.getByLabel("Tag", { exact: true }).selectOption("");
	await page.getByLabel("Kernel", { exact: true }).selectOption({ label: "next" });
	is("a filter by kernel", (await outcomes(page))[0].length, 1);
	await page.getByLabel("Kernel", { exact: true }).selectOption("");
	await page.locator("#matrix").scrollIntoViewIfNeeded();
	await picture("matrix");

	await showAll(page);
	const failure = page.locator("#failures details.failure", { hasText: "ipv4.ttl, udp.dport" });
	await failure.locator("summary").first().click();
	is("a failure opens: fields", await failure.locator("tr.differs th").allInnerTexts(), ["ttl", "dport"]);
	is("what was expected and what came", await failure.locator("tr.differs td:not(.sent)").allInnerTexts(), ["9", "8", "8", "7"]);
	is("bytes that differ", await failure.locator(".dump.actual mark").allInnerTexts(), ["08", "00", "07"]);
	is("the way of the frame", await failure.locator(".trace .program").count() > 0, true);
	is("its captures", await failure.locator("a[download]").evaluateAll((list) => list.map((a) => a.getAttribute("href").replace(/.*\//, ""))),
	   ["step-1.in.pcap", "step-1.out.pcap"]);
	await failure.scrollIntoViewIfNeeded();
	await picture("failure");

	await page.locator("#matrix tbody td button").first().click();
	is("a cell opens the scenario", await page.locator("dialog").evaluate((d) => d.open), true);
	const first = page.url();
	const chosen = await page.locator("dialog [role=tab][aria-selected=true]").innerText();
	await page.locator("dialog [role=tab][aria-selected=true]").focus();
	await page.keyboard.press("ArrowRight");
	is("arrow keys change the kernel", await page.locator("dialog [role=tab][aria-selected=true]").innerText() !== chosen, true);
	await page.locator("dialog").getByRole("button", { name: "Next" }).click();
	is("the next one has another address", page.url() !== first, true);
	await picture("scenario");
	await page.keyboard.press("Escape");
	is("Escape closes it", await page.locator("dialog").evaluate((d) => d.open), false);

	is("the cost of programs", await page.locator("#cost tbody tr").count() > 0, true);
	const costs = (await page.locator("#cost tbody tr").allInnerTexts()).map((t) => t.replace(/\s+/g, " ").trim());
	is("against a baseline: what changed, what is new, what is gone; nothing of a kernel that was not there", costs, [
		"cil_from_container lxc.bpf.o 40,000 +25 % 80,000", "cil_to_container lxc.bpf.o 40,000 new 80,000", "it_went lxc.bpf.o gone ·"]);
	is("and what it was", await page.locator("#cost tbody td").first().locator("span").getAttribute("title"), "was 32,000");
	await page.getByLabel("Show", { exact: true }).selectOption("load time");
	is("another cost", /ms|µs|s/.test(await page.locator("#cost tbody td").first().innerText()), true);
	is("features", await page.locator("#features tbody tr").count() > 0, true);
	await page.locator("#coverage details summary").first().click();
	is("sources with their counts", await page.locator("#coverage .source tr.ran").count() > 0, true);
	await page.locator("#coverage").scrollIntoViewIfNeeded();
	await picture("coverage");
	is("the environment", await page.locator("#environment tbody tr").count() > 3, true);
});

await visit("address", "kernels.html", DESKTOP, async (page) => {
	const id = await page.evaluate(() => rows.find((row) => row.bad).id);

	await page.goto(`${page.url()}#${new URLSearchParams({ scenario: id, on: "next" })}`);
	await page.reload();
	is("an address opens a scenario", await page.locator("dialog code").first().innerText(), id);
});

for (const [name, settings] of [["light", { ...DESKTOP, bypassCSP: true }], ["dark", { ...DESKTOP, colorScheme: "dark", bypassCSP: true }]])
	await visit(name, "kernels.html", settings, async (page, picture) => {
		const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
		const before = await background();
		const dark = (color) => color.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0) < 384;

		is(`${name}: as the system has it`, dark(before), name === "dark");
		await page.locator("#failures details.failure summary").first().click();
		is(`${name}: nothing for axe to find`, await accessibility(page), []);
		await page.locator("#matrix tbody td button").first().click();
		await picture("scenario");
		is(`${name}: nor in a scenario`, await accessibility(page), []);
		await page.keyboard.press("Escape");
		await page.getByRole("switch").click();
		is(`${name}: the switch changes it`, dark(await background()), name !== "dark");
		await page.reload();
		is(`${name}: and it stays so`, dark(await background()), name !== "dark");
	});

await visit("phone", "kernels.html", PHONE, async (page, picture) => {
	await picture("top");
	await showAll(page);
	for (const summary of await page.locator("#failures details.failure > summary").all())
		await summary.click();
	is("a phone: nothing sticks out", await overflow(page), [0, 0]);
	await page.locator("#failures details.failure", { hasText: "ipv4.ttl, udp.dport" }).scrollIntoViewIfNeeded();
	await picture("failure");
	await page.locator("#matrix").scrollIntoViewIfNeeded();
	await picture("matrix");
	await page.locator("#matrix tbody td button").first().click();
	is("nor in a scenario", await overflow(page), [0, 0]);
	await picture("scenario");
});

await visit("plain", "kernels.html", { ...DESKTOP, javaScriptEnabled: false }, async (page, picture) => {
	await picture("top");
	is("without JavaScript: the counts", await page.locator("#counts tbody tr").count(), 2);
	is("and the failures", (await page.locator("#failures li").allInnerTexts()).some((t) => t.includes("ipv4.ttl, udp.dport")), true);
});

await visit("hostile", "hostile.html", DESKTOP, async (page, picture) => {
	for (const summary of await page.locator("#failures details.failure > summary").all())
		await summary.click();
	await picture("failure");
	is("markup in results is text", await page.evaluate(() => [document.title.includes("owned\"") || document.title === "owned",
								   document.querySelectorAll("img, iframe, a[href^='javascript']").length]), [false, 0]);
	is("and is shown", await page.locator("#failures h3").first().innerText().then((t) => t.includes("</script><img src=x onerror=")), true);
	is("and does not turn the text around", await page.locator("#failures h3").first().innerText().then((t) => t.includes("\\u202e")), true);
});

await visit("large", "large.html", DESKTOP, async (page, picture) => {
	is("10,000 scenarios on 5 kernels", await shown(page), "10,000 scenarios of 10,000");
	is("of which few are drawn", await page.locator("#matrix tbody tr").count() <= 300, true);
	await page.getByLabel("Text", { exact: true }).fill("number 9999");
	is("and one is found", await page.locator("#matrix tbody .name").allInnerTexts(), ["scenario number 9999"]);
	await page.getByLabel("Text", { exact: true }).fill("");
	await page.locator("#matrix-table").evaluate((box) => { box.scrollTop = box.scrollHeight; });
	await page.waitForFunction(() => document.querySelectorAll("#matrix tbody tr").length > 150);
	await picture("matrix");
	const times = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domComplete);
	console.log(`# large.html: complete after ${Math.round(times)} ms`);
});

console.log(`1..${n}`);
rmSync(profile, { recursive: true, force: true });
