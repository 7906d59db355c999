#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The recipes of ci/ as linters and schemas of each system read them. (What their scripts do:
# harness/tests/cli/test_shards.sh.) Each check is shown a recipe that is wrong, too.
set -u
# shellcheck source=harness/tests/tap.bash
. "$(dirname "$0")/../tap.bash"
: "${VERDICT_BUILD:?its build folder}"
here=$(cd "$(dirname "$0")" && pwd)
top=$(realpath "$here/../../..")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
modules=$VERDICT_BUILD/recipes

yaml=(ci/github-actions.yml .github/workflows/verdict.yml ci/gitlab-ci.yml ci/kubernetes-job.yaml)
if command -v yamllint >/dev/null; then
	is "yamllint" "$(cd "$top" && yamllint -f parsable \
		-d '{extends: default, rules: {line-length: {max: 120}, document-start: disable, truthy: {check-keys: false}}}' \
		"${yaml[@]}" 2>&1)" ""
else
	skip "yamllint" "yamllint is not installed"
fi
if command -v shellcheck >/dev/null; then
	is "shellcheck" "$(cd "$top/ci" && shellcheck install-deps run-shard merge-shards package 2>&1)" ""
else
	skip "shellcheck" "shellcheck is not installed"
fi

# Sets reason, where there are no modules.
install_modules() {
	reason=
	if ! command -v npm >/dev/null; then
		reason="npm is not installed"
		return
	fi
	mkdir -p "$modules"
	cmp -s "$here/recipes/package-lock.json" "$modules/installed" && return
	cp "$here/recipes/package.json" "$here/recipes/package-lock.json" "$modules/"
	(cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund) >"$work/npm.log" 2>&1 ||
		reason="npm cannot install: $(grep -m 1 . "$work/npm.log")"
	[ -n "$reason" ] || cp "$here/recipes/package-lock.json" "$modules/installed"
}

check() {
	(cd "$modules" && node "$here/recipes/check.mjs" "$@" 2>&1)
}

# KIND FILE SED MESSAGE: nothing is wrong with it; what is changed in it so is found
recipe() {
	local kind=$1 file=$2 wrong

	wrong=$work/$(basename "$file")
	is "$kind: $file" "$(check "$kind" "$top/$file")" ""
	sed -E "$3" "$top/$file" >"$wrong"
	has "$kind: $file, made wrong" "$(check "$kind" "$wrong")" "$4"
}

install_modules
if [ -z "$reason" ]; then
	for file in ci/github-actions.yml .github/workflows/verdict.yml; do
		recipe github $file 's/matrix\.shard/matrix.shart/' 'property "shart" is not defined'
		recipe github $file 's/^( +)runs-on: .*/\1/' '"runs-on" section is missing'
		recipe github $file 's/needs: \[shard,/needs: [shards,/' 'job "shards" which does not exist'
	done
	recipe kubernetes ci/kubernetes-job.yaml 's/^  completions: 4/  completions: four/' integer
	recipe kubernetes ci/kubernetes-job.yaml '/^      restartPolicy/s/Never/Sometimes/; s/^      containers:/      container:/' containers
	recipe container ci/Containerfile 's/^WORKDIR/WORKDI/' 'Unknown instruction'
	# gitlab-ci-local wants a clone of something.
	mkdir "$work/clone"
	cd "$work/clone" || exit 1
	git init -q .
	git -c user.name=x -c user.email=x@example.com commit -q --allow-empty -m x
	git remote add origin git@example.com:x/x.git
	cp "$top/ci/gitlab-ci.yml" .gitlab-ci.yml
	gitlab() {
		NO_COLOR=1 node "$modules/node_modules/gitlab-ci-local/src/index.js" "$@" 2>&1
	}
	has "gitlab: ci/gitlab-ci.yml" "$(gitlab --list)" "verdict: [[]1/4] *verdict: [[]4/4] *report *[[]verdict]"
	sed -i 's/parallel: 4/parallel: none/' .gitlab-ci.yml
	has "gitlab: ci/gitlab-ci.yml, made wrong" "$(gitlab --list)" "parallel"
	cd / || exit 1
else
	skip "linters of GitHub's workflows, GitLab's pipelines, Kubernetes's jobs and container files" "$reason"
fi

# What Jenkins reads is Groovy.
if command -v groovy >/dev/null && groovy --version >/dev/null 2>&1; then
	cat >"$work/parse.groovy" <<-'END'
		import org.codehaus.groovy.control.*
		def unit = new CompilationUnit()
		unit.addSource(new File(args[0]))
		unit.compile(Phases.CONVERSION)
	END
	is "groovy: ci/Jenkinsfile" "$(groovy "$work/parse.groovy" "$top/ci/Jenkinsfile" 2>&1)" ""
	sed 's/^    stages {/    stages {{/' "$top/ci/Jenkinsfile" >"$work/Jenkinsfile"
	has "groovy: ci/Jenkinsfile, made wrong" "$(groovy "$work/parse.groovy" "$work/Jenkinsfile" 2>&1)" "Jenkinsfile: "
else
	skip "groovy: ci/Jenkinsfile" "groovy is not installed"
fi
tap_done
