# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Results and docs/results.schema.json, by python3-jsonschema.

schema.py SCHEMA valid FILE...   each document, or each line of JSON lines, is as the schema says,
                                 and has no member that the schema does not describe
schema.py SCHEMA damaged FILE    the schema refuses the document once a member of it is another
                                 type, or gone; prints how many ways were tried
schema.py SCHEMA described PAGE  the page names every member of the schema, the schema every member
                                 that the page's tables name
"""
import copy
import json
import re
import sys

import jsonschema

# Members whose names are not the format's.
ANYBODYS = ("arguments", "ctx")


def closed(schema):
    """The same without room for members that are not described."""
    schema = copy.deepcopy(schema)
    for d in schema["$defs"].values():
        if "properties" in d and "if" not in d and "allOf" not in d:
            d["unevaluatedProperties"] = False
    for name, d in schema["$defs"].items():
        if name.startswith("record_") and "allOf" in d:
            d["properties"] = {**schema["$defs"][name[7:]]["properties"], **d["properties"]}
            d["required"] = schema["$defs"][name[7:]]["required"] + d["required"]
            del d["allOf"]
            d["unevaluatedProperties"] = False
    return schema


def instances(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]


def valid(schema, paths):
    schema = closed(schema)
    checker = jsonschema.Draft202012Validator(schema)
    bad = 0
    for path in paths:
        for value in instances(path):
            for error in checker.iter_errors(value):
                bad = 1
                print(f"{path}: {error.json_path}: {error.message[:200]}")
    return bad


def damages(value, at="", seen=None):
    """Changes in place, each member once wherever it is: each is yielded while it is made."""
    seen = set() if seen is None else seen
    if isinstance(value, list):
        for item in value:
            yield from damages(item, at, seen)
    if not isinstance(value, dict):
        return
    for name in list(value):
        member = f"{at}.{name}"
        if name in ANYBODYS:
            continue
        if member in seen:
            yield from damages(value[name], member, seen)
            continue
        seen.add(member)
        before = value.pop(name)
        if name not in ("derived", "offset", "length"):
            yield f"without {member}"
        # No member is a list of lists.
        value[name] = [[]]
        yield f"another {member}"
        value[name] = before
        yield from damages(before, member, seen)


def damaged(schema, paths):
    checker = jsonschema.Draft202012Validator(schema)
    (document,) = instances(paths[0])
    n = 0
    for what in damages(document):
        n += 1
        if checker.is_valid(document):
            print(f"valid: {what}")
            return 1
    print("some" if n > 200 else n)
    return 0


def described(schema, paths):
    with open(paths[0], encoding="utf-8") as f:
        page = f.read().split("## The JSON result")[1].split("### Example")[0]
    members = set()
    for d in schema["$defs"].values():
        members |= set(d.get("properties", {}))
    wrong = [f"{m}: not on the page" for m in members
             if f"`{m}`" not in page and f'"{m}"' not in page]
    for row in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", page, re.M):
        wrong += [f"{m}: not in the schema" for m in re.findall(r"`(\w+)`", row)
                  if m not in members]
    print("\n".join(sorted(wrong)) or "all")
    return bool(wrong)


with open(sys.argv[1], encoding="utf-8") as f:
    the_schema = json.load(f)
jsonschema.Draft202012Validator.check_schema(the_schema)
sys.exit({"valid": valid, "damaged": damaged, "described": described}[sys.argv[2]](
    the_schema, sys.argv[3:]))
