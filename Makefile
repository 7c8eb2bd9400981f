# Every verb works alone on a fresh machine: what it needs is made first, once.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
ARGO ?= v3.5.10 v3.7.15
SCENARIOS ?= scenarios/seeds
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup run test test-fast test-kind nightly nightly-kind browser mutation lint schema doctor bench clean lock

help: ## what can be said here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## everything that a run needs: Python packages, Kubernetes, the releases in ARGO="v3.5.10 v3.7.15"
	@$(BIN)/python -m harness.argo.setup $(ARGO)

run: $(READY) ## the seed scenarios (SCENARIOS=...) on the releases in ARGO="..."; report in reports/latest/
	@$(BIN)/shakedown run $(SCENARIOS) $(foreach release,$(ARGO),--argo $(release))

test: lint setup browser ## all tests: pure, plugin, in a real browser, and on a real cluster
	@$(BIN)/pytest -q -n 2 -m "not real and not browser"
	@$(BIN)/pytest -q -n 2 --dist loadfile -m browser tests/browser
	@$(BIN)/pytest -n 3 --dist loadfile -m "real and not alone and not nightly and not kind" tests/real tests/ci
	@$(BIN)/pytest -m "alone and not nightly and not kind" tests/real

test-kind: setup ## the seeds on real kind: the same verdicts as on the embedded cluster, and nothing left; needs kind and Docker
	@$(BIN)/pytest -m "kind and not nightly"

nightly: lint setup ## the long tests on a real cluster: faults of pods, nodes, controllers, whole Chaos Toolkit experiments
	@$(BIN)/pytest -n 2 --dist loadfile -m "nightly and not alone and not kind"
	@$(BIN)/pytest -m "nightly and alone and not kind"

nightly-kind: setup ## the long tests on real kind: the seeds on two Kubernetes, every fault, kills inside them; needs kind and Docker
	@$(BIN)/pytest -m "kind and nightly"

test-fast: $(READY) ## the tests that need neither cluster nor browser
	@$(BIN)/pytest -q -m "not real and not browser"

browser: $(READY) ## the Chromium in which reports are tested, installed where it is missing
	@$(BIN)/python -m harness.build.chromium

mutation: $(READY) ## break recorded histories on purpose: how many breaks the judges notice; docs/mutation.md
	@$(BIN)/python -m harness.mutation

lint: $(READY) ## ruff, mypy, the layers, and actionlint for .github/workflows
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m harness.build.actionlint

schema: $(READY) ## write the scenarios' JSON Schema anew
	@$(BIN)/shakedown schema > scenarios/scenario.schema.json

doctor: $(READY) ## what this machine can do, and what mends the rest
	@$(BIN)/shakedown doctor

bench: $(READY) ## the tracked figures
	@$(BIN)/shakedown bench

clean: $(READY) ## undo what a killed run left
	@$(BIN)/shakedown clean

lock: ## pin the Python packages anew from pyproject.toml; needs uv
	@uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-annotate \
	  --custom-compile-command 'make lock' pyproject.toml -o requirements.lock

# The lock file lets a second make at the same time wait for the first.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "make: $(PYTHON) is older than 3.11; say make PYTHON=python3.11" >&2; exit 4; }
	@exec 9> $(VENV).lock; flock 9; \
	if [ -e $@ ] && [ $@ -nt requirements.lock ] && [ $@ -nt pyproject.toml ]; then exit 0; fi; \
	rm -f $@; \
	if ! $(PYTHON) -c 'import ensurepip, venv' 2> /dev/null; then \
	  [ "$$(id -u)" = 0 ] || { echo "make: python3-venv is missing: apt-get install python3-venv" >&2; exit 4; }; \
	  echo "installing python3-venv"; \
	  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3-venv; } > /dev/null; \
	fi; \
	echo "installing the Python packages into $(VENV)"; started=$$SECONDS; \
	$(PYTHON) -m venv $(VENV); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	touch $@; echo "installed in $$((SECONDS - started)) s"
