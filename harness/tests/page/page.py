# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Reads report pages with Python's HTML parser.

page.py check PAGE RESULTS...	what is wrong with the page, and with its data against the results
page.py hostile RESULTS OUT	a copy of results with markup in every text of theirs
page.py text PAGE		what is to be read without JavaScript
"""
import base64
import hashlib
import html.parser
import json
import re
import sys

HOSTILE = '</script><img src=x onerror="document.title=\'owned\'"><!-- \u2028 \u202e & "'
VOID = {"meta", "link", "br", "img", "input", "rect"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.scripts, self.data, self.text = [], [], [], {}, []
        self.problems = []
        self.feed(text)
        self.close()
        if self.open:
            self.problems.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data):
        tag = self.open[-1] if self.open else None
        attrs = self.elements[-1][1] if self.elements else {}
        if tag == "script" and attrs.get("type") == "application/json":
            self.data[attrs["id"]] = json.loads(data)
        elif tag in ("script", "style"):
            self.scripts.append((tag, data))
        else:
            self.text.append(data)

    def handle_comment(self, data):
        self.problems.append(f"a comment: {data}")


def digest(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def check_contained(page):
    """Nothing is fetched, and nothing but the page's own scripts can run."""
    ids = [a["id"] for _, a in page.elements if "id" in a]
    policy = next(a["content"] for _, a in page.elements if a.get("http-equiv") == "Content-Security-Policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    yield from page.problems
    if len(ids) != len(set(ids)):
        yield "two elements have one id"
    for tag, attrs in page.elements:
        for name, value in attrs.items():
            if name.startswith("on") or name == "style":
                yield f"<{tag} {name}>"
            if name in ("src", "href", "action", "srcset", "data") and value != "data:," and not value.startswith("#"):
                yield f"<{tag} {name}={value}>"
        if tag in ("img", "iframe", "object", "embed", "base", "form", "video", "audio"):
            yield f"<{tag}>"
    if rules["default-src"] != "'none'" or "base-uri" not in rules or "form-action" not in rules:
        yield f"the policy is {policy}"
    for kind, tag in (("script-src", "script"), ("style-src", "style")):
        if rules[kind].split() != [digest(text) for t, text in page.scripts if t == tag]:
            yield f"{kind} names others than those that are there"
    for tag, text in page.scripts:
        if re.search(r"https?:|fetch\(|XMLHttpRequest|import\(|WebSocket|innerHTML|eval\(", text.replace("http://www.w3.org/2000/svg", "")):
            yield f"a {tag} that could fetch or parse something"


def check_data(page, documents):
    """The data are those of the documents, which are all of different kernels."""
    overview = page.data["overview"]
    columns = overview["columns"]
    seen = 0

    if [c["runs"][0]["run"] for c in columns] != [d["run"] for d in documents]:
        yield "runs differ"
    if [c["runs"][0]["summary"] for c in columns] != [d["summary"] for d in documents]:
        yield "summaries differ"
    if [c["features"] for c in columns] != [d.get("features", []) for d in documents]:
        yield "features differ"
    if [c["programs"] for c in columns] != [d.get("programs", []) for d in documents]:
        yield "programs differ"
    for i, document in enumerate(documents):
        for scenario in document["scenarios"]:
            row = next(n for n, r in enumerate(overview["rows"]) if r["id"] == scenario["id"])
            cell = overview["rows"][row]["cells"][i]
            result = page.data.get(f"result-{row}-{i}")
            if (cell["outcome"], cell["duration_ns"]) != (scenario["outcome"], scenario["duration_ns"]):
                yield f"{scenario['id']}: the cell differs"
            if result is not None and result != scenario:
                yield f"{scenario['id']}: the result differs"
            if result is None and scenario["outcome"] in ("fail", "error"):
                yield f"{scenario['id']}: the result is missing"
            seen += result is not None
    if seen != len(page.data) - 1:
        yield "there are results of nobody"


def hostile(value):
    if isinstance(value, dict):
        return {key: hostile(v) if key not in KEPT else v for key, v in value.items()}
    if isinstance(value, list):
        return [hostile(v) for v in value]
    return value + HOSTILE if isinstance(value, str) else value


# What is checked by the reader, or has to be the same in several documents.
KEPT = {"outcome", "kind", "severity", "verdict_result", "record"}


def read(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def main(what, path, *rest):
    if what == "hostile":
        with open(rest[0], "w", encoding="utf-8") as f:
            json.dump(hostile(read(path)), f)
        return
    with open(path, encoding="utf-8") as f:
        page = Page(f.read())
    if what == "text":
        print(re.sub(r"\s+", " ", " ".join(page.text)))
        return
    for problem in [*check_contained(page), *check_data(page, [read(r) for r in rest])]:
        print(problem)


main(*sys.argv[1:])
