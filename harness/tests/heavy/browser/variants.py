# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Results to make pages of: variants.py RESULTS FOLDER writes there

before.json		what the programs of this.json cost before: one less, one more, one is gone, one is new
this.json, next.json	RESULTS, and another kernel's, where some pass, one is flaky, some are skipped
large-N.json		10,000 scenarios on each of 5 kernels
"""
import copy
import json
import sys

OUTCOMES = {"pass": "passed", "fail": "failed", "skip": "skipped", "xfail": "xfailed", "error": "errors"}


def write(path, document):
    for outcome, count in OUTCOMES.items():
        document["summary"][count] = sum(s["outcome"] == outcome for s in document["scenarios"])
    document["run"]["scenarios"] = len(document["scenarios"])
    with open(path, "w", encoding="utf-8") as f:
        json.dump(document, f)


def passing(scenario):
    scenario.update(outcome="pass", reason=None, diagnostics=[], load_log=None)
    for step in scenario["steps"]:
        step.update(mismatches=[], failed_frames=0, frames_in=None, frames_out=None)


def other_kernel(document):
    document["run"].update(kernel="9.9.9", column="next")
    document["features"] = [{"name": "xdp-frags", "supported": False, "reason": "EINVAL"}, {"name": "tcx", "supported": True, "reason": None}]
    for i, scenario in enumerate(document["scenarios"]):
        if i % 3 == 0:
            passing(scenario)
        elif i % 7 == 0:
            passing(scenario)
            scenario.update(outcome="skip", reason="needs xdp-frags: EINVAL", steps=[])
        elif i == 1:
            passing(scenario)
            scenario.update(flaky=True, attempts=[{"outcome": "fail", "duration_ns": 5}, {"outcome": "pass", "duration_ns": 7}])


def programs(factor):
    return [{"object": "lxc.bpf.o", "globals": "", "program": name, "type": "sched_cls", "insns": 5000, "verified_insns": 40000 * factor,
             "states": 3000, "peak_states": 400, "stack": 320, "load_ns": 31000000 * factor, "error": None}
            for name in ("cil_from_container", "cil_to_container")]


def large(document, kernel):
    one = next(s for s in document["scenarios"] if s["outcome"] == "fail")
    document["run"].update(kernel=kernel, column=kernel)
    scenarios = []
    for i in range(10000):
        scenario = copy.copy(one)
        scenario.update(id=f"big/{i}.yaml", file=f"big/{i}.yaml", name=f"scenario number {i}", tags=[f"t{i % 20}"])
        if i % 100 or kernel == "5.10":
            scenario.update(outcome="pass", steps=[])
        scenarios.append(scenario)
    document["scenarios"] = scenarios


def main(path, folder):
    with open(path, encoding="utf-8") as f:
        document = json.load(f)
    this = copy.deepcopy(document)
    this["scenarios"][2]["tags"] = ["chosen"]
    this["programs"] = programs(1)
    this["features"] = [{"name": name, "supported": True, "reason": None} for name in ("xdp-frags", "tcx")]
    write(f"{folder}/this.json", this)
    before = copy.deepcopy(this)
    before["programs"][0].update(object="built/elsewhere/lxc.bpf.o", verified_insns=32000)
    before["programs"][1].update(program="it_went")
    write(f"{folder}/before.json", before)
    other = copy.deepcopy(document)
    other["programs"] = programs(2)
    other_kernel(other)
    write(f"{folder}/next.json", other)
    for i, kernel in enumerate(["5.10", "6.1", "6.12", "6.18", "7.3"]):
        big = copy.copy(document)
        big["run"], big["summary"] = dict(document["run"]), dict(document["summary"])
        large(big, kernel)
        write(f"{folder}/large-{i}.json", big)


main(*sys.argv[1:])
