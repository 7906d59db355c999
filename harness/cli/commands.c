/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables: every command with its options and texts. */
#include "cli/command.h"

#include <string.h>

#define ROW_HELP(type)                                              \
	{                                                           \
		.name = "help", .letter = 'h', .kind = OPTION_FLAG, \
		.help = "explain the command and its options",      \
		.offset = offsetof(struct type, common.help),       \
	}

#define ROW_OBJECTS(type)                                                                 \
	{                                                                                 \
		.name = "objects", .letter = 'O', .kind = OPTION_LIST, .argument = "DIR", \
		.help = "look for objects here too, after the folder of the file that\n"  \
			"names them; may be given several times",                         \
		.offset = offsetof(struct type, objects), .again = true,                  \
	}

#define ROW_FILTER(type)                                                                      \
	{                                                                                     \
		.name = "filter", .letter = 'f', .kind = OPTION_STRING, .argument = "FILTER", \
		.help = "only frames that this pcap filter lets through;\n"                   \
			"they keep their numbers in the file",                                \
		.offset = offsetof(struct type, filter),                                      \
	}

#define ROW_TIME_LIMIT(type, text)                                                             \
	{                                                                                      \
		.name = "time-limit", .kind = OPTION_TIME, .argument = "TIME", .help = (text), \
		.offset = offsetof(struct type, time_limit), .again = true,                    \
	}

static const struct option_row run_rows[] = {
	{
		.name = "keyword",
		.letter = 'k',
		.kind = OPTION_STRING,
		.argument = "PATTERN",
		.help = "only scenarios whose path, case or name contains this text;\n"
			"with *, ? or [ in it: only those it matches whole",
		.offset = offsetof(struct run_options, keyword),
		.chooses = true,
	},
	{
		.name = "tag",
		.letter = 't',
		.kind = OPTION_LIST,
		.argument = "TAG",
		.help = "only scenarios with this tag; !TAG: only those without it;\n"
			"may be given several times",
		.offset = offsetof(struct run_options, tags),
		.chooses = true,
	},
	{
		.name = "jobs",
		.letter = 'j',
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "run this many scenarios at once (default: one for each CPU)",
		.offset = offsetof(struct run_options, jobs),
		.min = 1,
		.max = 1024,
	},
	{
		.name = "exitfirst",
		.letter = 'x',
		.kind = OPTION_FLAG,
		.help = "stop at the first failure",
		.offset = offsetof(struct run_options, exitfirst),
	},
	{
		.name = "shuffle",
		.kind = OPTION_UINT,
		.argument = "SEED",
		.help = "run in an order made from this number",
		.offset = offsetof(struct run_options, shuffle),
		.chooses = true,
	},
	{
		.name = "list",
		.kind = OPTION_FLAG,
		.help = "print the scenarios that would run, and run none",
		.offset = offsetof(struct run_options, list),
	},
	{
		.name = "no-skip",
		.kind = OPTION_FLAG,
		.help = "a scenario this kernel cannot run is a failure",
		.offset = offsetof(struct run_options, no_skip),
		.again = true,
	},
	{
		.name = "check-needs",
		.kind = OPTION_FLAG,
		.help = "run also scenarios that need what this kernel lacks; one that passes is a\n"
			"failure: its `needs:` is stale",
		.offset = offsetof(struct run_options, check_needs),
		.again = true,
	},
	{
		.name = "results",
		.kind = OPTION_STRING,
		.argument = "DIR",
		.help = "leave the frames of failed scenarios and results.json here",
		.offset = offsetof(struct run_options, results),
	},
	{
		.name = "format",
		.kind = OPTION_LIST,
		.argument = "FORMAT[:FILE]",
		.help = "report as text, tap, junit, json, jsonl, github or markdown, to a\n"
			"file or to standard output; may be given several times (default: text)",
		.offset = offsetof(struct run_options, formats),
	},
	ROW_OBJECTS(run_options),
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.help = "show every step; frames that differ also as hexadecimal dumps",
		.offset = offsetof(struct run_options, verbose),
	},
	{
		.name = "no-interpose",
		.kind = OPTION_FLAG,
		.help = "load programs as they are: their helper calls are then neither seen nor\n"
			"scripted",
		.offset = offsetof(struct run_options, no_interpose),
		.again = true,
	},
	{
		.name = "cost",
		.kind = OPTION_FLAG,
		.help = "load each program once more, as it is shipped, for each set of globals, and\n"
			"report what it costs the verifier",
		.offset = offsetof(struct run_options, cost),
	},
	{
		.name = "baseline",
		.kind = OPTION_STRING,
		.argument = "RESULTS",
		.help = "with --cost, which it implies: say what has changed since this result",
		.offset = offsetof(struct run_options, baseline),
	},
	{
		.name = "budget",
		.kind = OPTION_STRING,
		.argument = "NUMBERS",
		.help = "with --cost, which it implies: what no program may exceed, as in\n"
			"insns=800000,states=20000,stack=400,load=2s; else the run has failed",
		.offset = offsetof(struct run_options, budget),
	},
	{
		.name = "features",
		.kind = OPTION_FLAG,
		.help = "probe all features of the kernel for the result, not just those needed",
		.offset = offsetof(struct run_options, features),
	},
	{
		.name = "coverage",
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "write which source lines of the programs were run, and by how many\n"
			"scenarios, as an lcov tracefile (genhtml shows it)",
		.offset = offsetof(struct run_options, coverage),
	},
	{
		.name = "repeat",
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "run each scenario this many times; one with different outcomes is flaky,\n"
			"and fails",
		.offset = offsetof(struct run_options, repeat),
		.min = 1,
		.max = 1000000,
		.again = true,
	},
	{
		.name = "rerun-failed",
		.kind = OPTION_FLAG,
		.help = "after all others run each scenario that failed once more, loaded anew: one\n"
			"that passes then is flaky, and still a failure",
		.offset = offsetof(struct run_options, rerun_failed),
		.again = true,
	},
	{
		.name = "shard",
		.kind = OPTION_STRING,
		.argument = "I/N",
		.help = "run part I of N; `verdict merge` puts the results of all parts together",
		.offset = offsetof(struct run_options, shard),
	},
	{
		.name = "times",
		.kind = OPTION_STRING,
		.argument = "RESULTS",
		.help = "make parts that take equally long, by the times of an earlier run",
		.offset = offsetof(struct run_options, times),
	},
	{
		.name = "column",
		.kind = OPTION_STRING,
		.argument = "NAME",
		.help = "what results call this kernel, where they are put beside those of others",
		.offset = offsetof(struct run_options, column),
	},
	ROW_TIME_LIMIT(run_options,
		       "what a step may take where its scenario does not say, as in 30s\n"
		       "(default: 10s)"),
	{
		.name = "vm",
		.kind = OPTION_MAYBE,
		.argument = "KERNEL",
		.help = "run in a guest, in QEMU, on this kernel: the path of a vmlinuz, or a name in\n"
			"kernels.yaml or ci/kernels.yaml (default: the kernel that runs here); needs\n"
			"no privileges",
		.offset = offsetof(struct run_options, vm),
		.again = true,
	},
	{
		.name = "modules",
		.kind = OPTION_STRING,
		.argument = "DIR",
		.help = "the modules of the guest's kernel (default: lib/modules/VERSION beside\n"
			"it, or of this machine; or what the file of kernels says)",
		.offset = offsetof(struct run_options, modules),
		.again = true,
	},
	{
		.name = "vm-limit",
		.kind = OPTION_TIME,
		.argument = "TIME",
		.help = "what a guest may take from power on to its end (default: 30m, or what the\n"
			"file of kernels says)",
		.offset = offsetof(struct run_options, vm_limit),
		.again = true,
	},
	{
		.name = "kernel-log",
		.kind = OPTION_FLAG,
		.help = "note each scenario in the kernel's log, and fail those that ran when the\n"
			"kernel warned there, or found a bug in itself; always so in a guest",
		.offset = offsetof(struct run_options, kernel_log),
		.again = true,
	},
	{
		.name = "color",
		.kind = OPTION_CHOICE,
		.argument = "auto|always|never",
		.help = "colours in the text report (default: auto, on a terminal)",
		.offset = offsetof(struct run_options, color),
	},
	{
		.name = "durations",
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "list the N slowest scenarios at the end of the text report",
		.offset = offsetof(struct run_options, durations),
		.min = 1,
		.max = 1000000,
	},
	{
		.name = "no-progress",
		.kind = OPTION_FLAG,
		.help = "do not show what runs at the moment, which is done on a terminal only",
		.offset = offsetof(struct run_options, no_progress),
	},
	ROW_HELP(run_options),
};

static const struct option_row merge_rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "write it here (default: to standard output)",
		.offset = offsetof(struct merge_options, output),
	},
	ROW_HELP(merge_options),
};

static const struct option_row check_rows[] = {
	ROW_OBJECTS(check_options),
	ROW_HELP(check_options),
};

static const struct option_row show_rows[] = {
	ROW_FILTER(show_options),
	{
		.name = "count",
		.letter = 'n',
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "stop after this many frames of a capture",
		.offset = offsetof(struct show_options, count),
		.min = 1,
	},
	ROW_OBJECTS(show_options),
	ROW_HELP(show_options),
};

static const struct option_row replay_rows[] = {
	{
		.name = "program",
		.letter = 'p',
		.kind = OPTION_STRING,
		.argument = "OBJECT:PROGRAM",
		.help = "the program to run: its name, or a section that holds just one",
		.offset = offsetof(struct replay_options, program),
	},
	{
		.name = "scenario",
		.letter = 's',
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "take objects, maps, globals and devices from this scenario; its\n"
			"steps are not run",
		.offset = offsetof(struct replay_options, scenario),
	},
	{
		.name = "node",
		.kind = OPTION_STRING,
		.argument = "NAME",
		.help = "of a scenario with several nodes: where the frames arrive",
		.offset = offsetof(struct replay_options, node),
	},
	{
		.name = "write",
		.letter = 'w',
		.kind = OPTION_STRING,
		.argument = "OUT.pcap",
		.help = "write what came out as a capture",
		.offset = offsetof(struct replay_options, write),
	},
	ROW_FILTER(replay_options),
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.help = "show each frame in and out as an expression",
		.offset = offsetof(struct replay_options, verbose),
	},
	{
		.name = "no-interpose",
		.kind = OPTION_FLAG,
		.help = "load programs as they are: their helper calls are then neither seen nor\n"
			"scripted",
		.offset = offsetof(struct replay_options, no_interpose),
	},
	ROW_TIME_LIMIT(replay_options, "what one frame may take, as in 30s (default: 10s)"),
	ROW_OBJECTS(replay_options),
	ROW_HELP(replay_options),
};

#define ROW_VIEWS(type)                                                                       \
	{                                                                                     \
		.name = "views", .kind = OPTION_STRING, .argument = "FILE",                   \
		.help = "how maps and events are shown (default: views.yaml beside objects)", \
		.offset = offsetof(struct type, views),                                       \
	}

#define ROW_VIEW_FORMAT(type, text)                                                               \
	{                                                                                         \
		.name = "format", .kind = OPTION_CHOICE, .argument = "text|json", .help = (text), \
		.offset = offsetof(struct type, format),                                          \
	}

static const struct option_row maps_rows[] = {
	{
		.name = "pinned",
		.kind = OPTION_STRING,
		.argument = "DIR",
		.help = "maps pinned in this folder of a BPF file system, by their names",
		.offset = offsetof(struct maps_options, pinned),
	},
	{
		.name = "types",
		.kind = OPTION_STRING,
		.argument = "OBJECT",
		.help = "of pinned maps that were loaded without BTF: the object that has them",
		.offset = offsetof(struct maps_options, types),
	},
	{
		.name = "step",
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "as they are after this step of the scenario (default: the last)",
		.offset = offsetof(struct maps_options, step),
		.min = 1,
	},
	{
		.name = "node",
		.kind = OPTION_STRING,
		.argument = "NAME",
		.help = "of a scenario with several nodes: whose maps",
		.offset = offsetof(struct maps_options, node),
	},
	ROW_VIEW_FORMAT(maps_options, "print columns, or JSON with keys and values too"),
	ROW_VIEWS(maps_options),
	ROW_TIME_LIMIT(maps_options, "what a step may take, as in 30s (default: 10s)"),
	ROW_OBJECTS(maps_options),
	ROW_HELP(maps_options),
};

static const struct option_row observe_rows[] = {
	{
		.name = "program",
		.letter = 'p',
		.kind = OPTION_STRING,
		.argument = "OBJECT:PROGRAM",
		.help = "run the frames of a capture through this program",
		.offset = offsetof(struct observe_options, program),
	},
	{
		.name = "scenario",
		.letter = 's',
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "run the frames of a capture, with objects, maps, globals, devices and\n"
			"names of this scenario; its steps are not run",
		.offset = offsetof(struct observe_options, scenario),
	},
	{
		.name = "node",
		.kind = OPTION_STRING,
		.argument = "NAME",
		.help = "of a scenario with several nodes: where the frames arrive",
		.offset = offsetof(struct observe_options, node),
	},
	ROW_FILTER(observe_options),
	{
		.name = "summary",
		.kind = OPTION_FLAG,
		.help = "print counts instead of flows: by verdict, drop reason, flow, TCP flag,\n"
			"port and ICMP type",
		.offset = offsetof(struct observe_options, summary),
	},
	ROW_VIEW_FORMAT(observe_options,
			"print lines for people, or one JSON object for each flow"),
	ROW_VIEWS(observe_options),
	ROW_TIME_LIMIT(observe_options, "what a step or frame may take, as in 30s (default: 10s)"),
	ROW_OBJECTS(observe_options),
	ROW_HELP(observe_options),
};

static const struct option_row matrix_rows[] = {
	{
		.name = "kernel",
		.kind = OPTION_LIST,
		.argument = "NAME",
		.help = "only this kernel of the file, or 'running', the one that runs here;\n"
			"may be given several times",
		.offset = offsetof(struct matrix_options, kernels),
	},
	{
		.name = "no-running",
		.kind = OPTION_FLAG,
		.help = "leave out the kernel that runs here",
		.offset = offsetof(struct matrix_options, no_running),
	},
	{
		.name = "list",
		.kind = OPTION_FLAG,
		.help = "print the kernels and whether they are here, and run none",
		.offset = offsetof(struct matrix_options, list),
	},
	{
		.name = "keyword",
		.letter = 'k',
		.kind = OPTION_STRING,
		.argument = "PATTERN",
		.help = "only scenarios whose path, case or name contains this text;\n"
			"with *, ? or [ in it: only those it matches whole",
		.offset = offsetof(struct matrix_options, keyword),
	},
	{
		.name = "tag",
		.letter = 't',
		.kind = OPTION_LIST,
		.argument = "TAG",
		.help = "only scenarios with this tag; !TAG: only those without it;\n"
			"may be given several times",
		.offset = offsetof(struct matrix_options, tags),
	},
	ROW_OBJECTS(matrix_options),
	{
		.name = "jobs",
		.letter = 'j',
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "run this many kernels at once (default: one for each CPU)",
		.offset = offsetof(struct matrix_options, jobs),
		.min = 1,
		.max = 1024,
	},
	{
		.name = "repeat",
		.kind = OPTION_UINT,
		.argument = "N",
		.help = "run each scenario this many times on each kernel; one with different\n"
			"outcomes on a kernel is flaky there, and fails",
		.offset = offsetof(struct matrix_options, repeat),
		.min = 1,
		.max = 1000000,
	},
	{
		.name = "rerun-failed",
		.kind = OPTION_FLAG,
		.help = "after all others run each scenario that failed once more, loaded anew: one\n"
			"that passes then is flaky, and still a failure",
		.offset = offsetof(struct matrix_options, rerun_failed),
	},
	{
		.name = "shard",
		.kind = OPTION_STRING,
		.argument = "I/N",
		.help = "run part I of N on each kernel; `verdict merge` puts the results of all\n"
			"parts together",
		.offset = offsetof(struct matrix_options, shard),
	},
	{
		.name = "times",
		.kind = OPTION_STRING,
		.argument = "RESULTS",
		.help = "make parts that take equally long, by the times of an earlier run on each\n"
			"kernel",
		.offset = offsetof(struct matrix_options, times),
	},
	{
		.name = "exitfirst",
		.letter = 'x',
		.kind = OPTION_FLAG,
		.help = "on each kernel, stop at the first failure",
		.offset = offsetof(struct matrix_options, exitfirst),
	},
	{
		.name = "no-skip",
		.kind = OPTION_FLAG,
		.help = "a scenario this kernel cannot run is a failure",
		.offset = offsetof(struct matrix_options, no_skip),
		.again = true,
	},
	{
		.name = "no-interpose",
		.kind = OPTION_FLAG,
		.help = "load programs as they are: their helper calls are then neither seen nor\n"
			"scripted",
		.offset = offsetof(struct matrix_options, no_interpose),
		.again = true,
	},
	ROW_TIME_LIMIT(matrix_options,
		       "what a step may take where its scenario does not say, as in 30s"),
	{
		.name = "results",
		.kind = OPTION_STRING,
		.argument = "DIR",
		.help = "leave the results of each kernel in a folder of its name there: \n"
			"results.jsonl, captures of failures, console.log",
		.offset = offsetof(struct matrix_options, results),
	},
	{
		.name = "format",
		.kind = OPTION_LIST,
		.argument = "FORMAT[:FILE]",
		.help = "print the table as text, json, junit, markdown or github, to a file or\n"
			"to standard output; may be given several times (default: text)",
		.offset = offsetof(struct matrix_options, formats),
	},
	{
		.name = "baseline",
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "with --cost, which it implies: results of before, for what has changed",
		.offset = offsetof(struct matrix_options, baseline),
	},
	{
		.name = "budget",
		.kind = OPTION_STRING,
		.argument = "NUMBERS",
		.help = "with --cost, which it implies: what no program may exceed, as in\n"
			"insns=800000,states=20000,stack=400,load=2s; else the run has failed",
		.offset = offsetof(struct matrix_options, budget),
	},
	{
		.name = "cost",
		.kind = OPTION_FLAG,
		.help = "show what each program costs the verifier of each kernel",
		.offset = offsetof(struct matrix_options, cost),
	},
	{
		.name = "features",
		.kind = OPTION_FLAG,
		.help = "probe all features of each kernel, not just those needed",
		.offset = offsetof(struct matrix_options, features),
	},
	{
		.name = "check-needs",
		.kind = OPTION_FLAG,
		.help = "run also scenarios that need what a kernel lacks; one that passes is a\n"
			"failure: its `needs:` is stale",
		.offset = offsetof(struct matrix_options, check_needs),
	},
	{
		.name = "verbose",
		.letter = 'v',
		.kind = OPTION_FLAG,
		.help = "show all scenarios and programs, those too that do not differ",
		.offset = offsetof(struct matrix_options, verbose),
	},
	{
		.name = "color",
		.kind = OPTION_CHOICE,
		.argument = "auto|always|never",
		.help = "colours in the table (default: auto, on a terminal)",
		.offset = offsetof(struct matrix_options, color),
	},
	ROW_HELP(matrix_options),
};

static const struct option_row matrix_fetch_rows[] = {
	{
		.name = "update",
		.kind = OPTION_FLAG,
		.help = "take the newest packages there are, not those of the lock file",
		.offset = offsetof(struct matrix_fetch_options, update),
	},
	ROW_HELP(matrix_fetch_options),
};

static const struct option_row features_rows[] = {
	ROW_VIEW_FORMAT(features_options, "print columns, or a JSON list"),
	ROW_HELP(features_options),
};

static const struct option_row report_rows[] = {
	{
		.name = "output",
		.letter = 'o',
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "write the report here (default: standard output)",
		.offset = offsetof(struct report_options, output),
	},
	{
		.name = "format",
		.kind = OPTION_CHOICE,
		.argument = "html|markdown",
		.help = "a page for a browser, or a summary that GitHub shows below a job\n"
			"(default: html)",
		.offset = offsetof(struct report_options, format),
	},
	{
		.name = "coverage",
		.kind = OPTION_STRING,
		.argument = "FILE",
		.help = "show which source lines were run, from an lcov tracefile",
		.offset = offsetof(struct report_options, coverage),
	},
	{
		.name = "baseline",
		.kind = OPTION_STRING,
		.argument = "RESULTS",
		.help = "show how what programs cost has changed since these results",
		.offset = offsetof(struct report_options, baseline),
	},
	{
		.name = "title",
		.kind = OPTION_STRING,
		.argument = "TEXT",
		.help = "what the page is about: a branch, a build",
		.offset = offsetof(struct report_options, title),
	},
	{
		.name = "all",
		.letter = 'a',
		.kind = OPTION_FLAG,
		.help = "put steps and frames of scenarios in the page that failed nowhere, too",
		.offset = offsetof(struct report_options, all),
	},
	ROW_HELP(report_options),
};

static const struct option_row help_rows[] = {
	{
		.name = "man",
		.kind = OPTION_FLAG,
		.help = "print the man page of a topic or command (default: verdict(1)), in roff",
		.offset = offsetof(struct help_options, man),
	},
	{
		.name = "pages",
		.kind = OPTION_FLAG,
		.help = "print the names of all man pages, a line each",
		.offset = offsetof(struct help_options, pages),
	},
	{
		.name = "completion",
		.kind = OPTION_STRING,
		.argument = "bash|zsh",
		.help = "print what completes command lines in this shell",
		.offset = offsetof(struct help_options, completion),
	},
	ROW_HELP(help_options),
};

static const struct option_row version_rows[] = {
	ROW_HELP(version_options),
};

#define OPTIONS(rows, type) \
	.options = { rows, ARRAY_SIZE(rows) }, .options_size = sizeof(struct type)

const struct command commands[] = {
	{
		.name = "run",
		.run = cmd_run,
		.args = "[PATH...]",
		.max_args = SIZE_MAX,
		.help = "run scenarios on this kernel and judge what comes out",
		.description =
			"Runs the scenarios of files and folders (their .yaml and .yml files in sorted\n"
			"order, subfolders too; default: the current folder) in private network\n"
			"namespaces, and compares verdicts, frames and maps with what they expect.\n"
			"FILE[CASE] is one case of a file.\n"
			"\n"
			"A failure names the line of the expectation that did not hold, and shows every\n"
			"difference of its step. A scenario this kernel cannot run is skipped, with\n"
			"the reason. Needs root, or CAP_SYS_ADMIN and CAP_NET_ADMIN.\n"
			"\n"
			"Interrupted (SIGINT, SIGTERM, SIGHUP), it ends what runs, completes all reports\n"
			"with the results so far, says so in them, and ends by that signal; a second one\n"
			"ends it at once.\n",
		.examples =
			"verdict run scenarios/\n"
			"verdict run -k clusterip -t '!slow' -x scenarios/\n"
			"verdict run --format text --format junit:results/junit.xml scenarios/\n",
		OPTIONS(run_rows, run_options),
	},
	{
		.name = "merge",
		.run = cmd_merge,
		.args = "RESULTS...",
		.min_args = 1,
		.max_args = SIZE_MAX,
		.help = "put results of shards and of kernels together",
		.description =
			"Reads results, as JSON documents or JSON lines (`verdict run --format json` or\n"
			"jsonl), `-` for standard input. Shards of one suite become the run they are parts\n"
			"of: all have to be there, once each, of the same scenarios, objects and options.\n"
			"Runs on several kernels become a list, one result with all of them.\n"
			"\n"
			"The status is 0 if they could be put together, whatever came of their scenarios,\n"
			"else 2, and nothing is written.\n",
		.examples = "verdict run --shard 1/2 --format json:1.json scenarios/\n"
			    "verdict run --shard 2/2 --format json:2.json scenarios/\n"
			    "verdict merge -o results.json 1.json 2.json\n",
		OPTIONS(merge_rows, merge_options),
	},
	{
		.name = "check",
		.run = cmd_check,
		.args = "[PATH...]",
		.max_args = SIZE_MAX,
		.help = "read scenarios and report everything that is wrong with their text",
		.description =
			"Reads scenarios as `run` does, with the objects and captures they name, and\n"
			"checks all that can be known without running them. Needs no privileges and no\n"
			"particular kernel: for editors and pre-commit hooks.\n",
		.examples = "verdict check scenarios/\n"
			    "verdict check -O build/bpf my.yaml\n",
		OPTIONS(check_rows, check_options),
	},
	{
		.name = "show",
		.run = cmd_show,
		.args = "CAPTURE|EXPRESSION|OBJECT",
		.min_args = 1,
		.max_args = 1,
		.help = "show a capture, a packet expression or a BPF object",
		.description =
			"A capture: each frame with its number, its time and an expression that can be\n"
			"pasted into a scenario. An expression, such as 'eth() / ipv4() / udp()': the frame\n"
			"it builds, with everything that was left to defaults. An object: its programs,\n"
			"maps and globals with their types.\n",
		.examples = "verdict show pcaps/arp.pcap\n"
			    "verdict show 'eth() / ipv4(dst=10.0.0.1) / tcp(dport=80, flags=S)'\n"
			    "verdict show -O build/bpf lxc.bpf.o\n",
		OPTIONS(show_rows, show_options),
	},
	{
		.name = "replay",
		.run = cmd_replay,
		.args = "CAPTURE",
		.min_args = 1,
		.max_args = 1,
		.help = "run the frames of a capture through a program, one line each",
		.description =
			"For each frame: its number, time, what it is, the verdict, and what the program\n"
			"changed. The maps keep their state from one frame to the next.\n",
		.examples =
			"verdict replay -p xdp.bpf.o:prefilter capture.pcap\n"
			"verdict replay -p lxc.bpf.o:cil_from_container -s scenarios/clusterip/first_packet.yaml \\\n"
			"        --filter 'tcp port 80' -w out.pcap capture.pcap\n",
		OPTIONS(replay_rows, replay_options),
	},
	{
		.name = "maps",
		.run = cmd_maps,
		.args = "[VIEW [SCENARIO]]",
		.max_args = 2,
		.help = "show maps as an operator reads them",
		.description =
			"Runs a scenario and prints a view of the maps as it leaves them, or of maps\n"
			"that are pinned: endpoints, services, connections and the like, as the file\n"
			"views.yaml beside the objects says. Without arguments: the views there are.\n",
		.examples =
			"verdict maps\n"
			"verdict maps lb scenarios/clusterip/first_packet.yaml\n"
			"verdict maps ct --step 2 --format json scenarios/clusterip/reply.yaml\n"
			"verdict maps endpoint --pinned /sys/fs/bpf/tc/globals\n",
		OPTIONS(maps_rows, maps_options),
	},
	{
		.name = "observe",
		.run = cmd_observe,
		.args = "PATH...",
		.min_args = 1,
		.max_args = SIZE_MAX,
		.help = "show the events of scenarios, or of a replay, as flows",
		.description =
			"Runs scenarios one after the other and prints what the programs tell of each\n"
			"packet: who spoke to whom, and what became of it. With -s or -p, the frames of a\n"
			"capture are run instead. `hosts:` of the scenario gives names to addresses; the\n"
			"file views.yaml beside the objects says which events are flows.\n",
		.examples =
			"verdict observe scenarios/clusterip/first_packet.yaml\n"
			"verdict observe --summary scenarios/\n"
			"verdict observe -s scenarios/clusterip/first_packet.yaml --format json capture.pcap\n",
		OPTIONS(observe_rows, observe_options),
	},
	{
		.name = "matrix",
		.run = cmd_matrix,
		.args = "[KERNELS.yaml] [PATH...]",
		.max_args = SIZE_MAX,
		.help = "run scenarios on many kernels, and show where they differ",
		.description =
			"Runs the scenarios on every kernel that the file lists (default: kernels.yaml or\n"
			"ci/kernels.yaml), each in a QEMU guest of its own, and on the kernel that runs here.\n"
			"Prints a table of kernels and scenarios: those that fail or differ, with the reason;\n"
			"the rest as counts. `verdict matrix fetch` gets the kernels; guests take no root.\n"
			"\n"
			"A kernel's verdict is pass, fail, error, splat (it warned), truncated (results are\n"
			"missing), crash, hang, boot-fail, empty (it judged nothing) or unavailable. The status\n"
			"is 1 for fail and splat, 2 for what comes after; an unavailable kernel counts only\n"
			"where the file says `required: true`.\n",
		.examples =
			"verdict matrix ci/kernels.yaml scenarios/\n"
			"verdict matrix --kernel 6.1 --kernel running -k clusterip scenarios/\n"
			"verdict matrix --results results --format text --format junit:matrix.xml scenarios/\n",
		OPTIONS(matrix_rows, matrix_options),
	},
	{
		.name = "matrix fetch",
		.run = cmd_matrix_fetch,
		.args = "[KERNELS.yaml] [NAME...]",
		.max_args = SIZE_MAX,
		.help = "fetch the kernels that a matrix runs on",
		.description =
			"Finds the packages that the kernels of the file stand for (default: kernels.yaml\n"
			"or ci/kernels.yaml), fetches and unpacks them. The mirror is that of the machine's\n"
			"own apt, the lists are kept apart from the machine's, and no privileges are taken.\n"
			"This is the only command that uses the network.\n"
			"\n"
			"What was found is written to a lock file beside the file of kernels: with it the\n"
			"same versions are taken again, while they can be had. With names: just these\n"
			"kernels. docs/matrix.md describes the file.\n",
		.examples = "verdict matrix fetch\n"
			    "verdict matrix fetch --update ci/kernels.yaml 6.1 6.12\n",
		OPTIONS(matrix_fetch_rows, matrix_fetch_options),
	},
	{
		.name = "features",
		.run = cmd_features,
		.args = "[NAME...]",
		.max_args = SIZE_MAX,
		.help = "ask this kernel what it can do, as `needs:` of a scenario does",
		.description =
			"Probes the running kernel for the features of these names (`helper` is all whose\n"
			"names begin with helper.; default: all) and prints of each whether it is there,\n"
			"and else why not. Nothing is inferred from the kernel's version. Needs root, or\n"
			"CAP_SYS_ADMIN and CAP_NET_ADMIN.\n",
		.examples = "verdict features\n"
			    "verdict features test_run device.geneve\n"
			    "verdict features --format json helper\n",
		OPTIONS(features_rows, features_options),
	},
	{
		.name = "report",
		.run = cmd_report,
		.args = "RESULTS...",
		.min_args = 1,
		.max_args = SIZE_MAX,
		.help = "make a page, or a summary in Markdown, of result files",
		.description =
			"Reads results that `run` wrote as JSON (results.json, shards, merged ones, those of\n"
			"several kernels) and makes one HTML page of them, which needs nothing else: counts,\n"
			"each failure with its frames side by side, scenarios by kernels, what programs cost\n"
			"the verifier, features, coverage. Captures of failures are linked where they are.\n"
			"\n"
			"The report of runs that failed is no failure: the status is 0 unless a file could\n"
			"not be read or written.\n",
		.examples =
			"verdict report -o report.html results/results.json\n"
			"verdict report --coverage coverage.info -o report.html results/*/results.json\n"
			"verdict report --baseline before.json -o report.html results/results.json\n"
			"verdict report --format markdown results/results.json >> $GITHUB_STEP_SUMMARY\n",
		OPTIONS(report_rows, report_options),
	},
	{
		.name = "help",
		.run = cmd_help,
		.args = "[scenario|packets|helpers|needs|COMMAND]",
		.max_args = 2,
		.help = "explain the scenario language, packets, helpers, needs or a command",
		.description =
			"`verdict help scenario` explains the language of scenario files; `verdict help\n"
			"packets` lists every protocol with its fields, defaults and names; `verdict help\n"
			"helpers` the helpers whose calls are seen, expected and answered; `verdict help\n"
			"needs` what a scenario can need of a kernel.\n",
		OPTIONS(help_rows, help_options),
	},
	{
		.name = "version",
		.run = cmd_version,
		.args = "",
		.help = "print the version",
		.description = "Prints the version of verdict, as does `verdict --version`.\n",
		OPTIONS(version_rows, version_options),
	},
};
const size_t n_commands = ARRAY_SIZE(commands);

static const struct help_row exit_rows[] = {
	{ "0", "everything passed, or was skipped with a reason" },
	{ "1", "an expectation did not hold" },
	{ "2", "not judged: bad input, missing privilege, nothing to run, a step that took too\n"
	       "long; wins over 1" },
	{ "130, 143, 129", "interrupted: ended by SIGINT, SIGTERM or SIGHUP, as a shell says it" },
};

static const struct help_row file_rows[] = {
	{ "*.yaml", "scenarios; `verdict help scenario` explains them" },
	{ "*.bpf.o", "BPF objects, as clang makes them: found beside the file that names them, in\n"
		     "each -O DIR, and in the folders they are built in and installed to" },
	{ "kernels.yaml",
	  "kernels of a matrix; kernels.lock beside it: what was fetched for them" },
	{ "results/", "what --results leaves: results.json, and for each failed step the frames\n"
		      "that went in and came out, as captures" },
};

static const struct help_row environment_rows[] = {
	{ "NO_COLOR", "set to anything: --color auto means never" },
	{ "CLICOLOR_FORCE", "set to anything but 0: --color auto means always; NO_COLOR wins" },
	{ "CLICOLOR", "set to 0: --color auto means never" },
	{ "TERM", "unset or dumb: no colours, and nothing of what runs at the moment" },
	{ "CI", "set to anything: nothing of what runs at the moment, just lines" },
	{ "XDG_CACHE_HOME", "kernels that were fetched are in verdict/kernels/ there; default:\n"
			    ".cache in the home folder" },
};

const struct help_rows help_sections[] = {
	{ "Exit status", exit_rows, ARRAY_SIZE(exit_rows) },
	{ "Files", file_rows, ARRAY_SIZE(file_rows) },
	{ "Environment", environment_rows, ARRAY_SIZE(environment_rows) },
};
const size_t n_help_sections = ARRAY_SIZE(help_sections);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}
