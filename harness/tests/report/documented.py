# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""documented.py RESULTS.MD < RESULT.json: the page names each member of the result, and its
example has no other."""
import json
import re
import sys


def members(value, at=""):
    if isinstance(value, dict):
        # What is in arguments is called as helpers call it.
        return set().union(*({at + "." + k} | (members(v, at + "." + k) if k != "arguments" else set())
                             for k, v in value.items()))
    if isinstance(value, list):
        return set().union(*(members(v, at) for v in value))
    return set()


with open(sys.argv[1], encoding="utf-8") as f:
    text, example = f.read().split("### Example\n")
written = members(json.load(sys.stdin))
example = members(json.loads(re.search("```json\n(.*?)```", example, re.S).group(1)))
wrong = [f"{m}: in the example, not in results" for m in example - written]
for m in written:
    name = m.rsplit(".", 1)[-1]
    if f"`{name}`" not in text and f'"{name}": ' not in text:
        wrong.append(f"{m}: not described")
sys.exit("\n".join(sorted(wrong)) or 0)
