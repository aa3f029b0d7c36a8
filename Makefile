# The few commands of the project; `make` alone lists them.
# Needs git, make and Python 3.11 or later with venv; everything else is fetched into .venv.

PYTHON ?= python3
UV     ?= uv
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq
PYTEST := $(BIN)/python -m pytest -n logical
LOCK   := $(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
          --no-header --no-annotate --no-emit-index-url --quiet

.DEFAULT_GOAL := help
.PHONY: help install dev run test test-all bench check format lock clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.project ## Make .venv, with the tool and its front-end assets in it
	@$(BIN)/python tools/vendor_assets.py

dev: $(VENV)/.project $(VENV)/.dev
	@$(BIN)/python tools/vendor_assets.py --dev

run: install ## Start the tool and a demo LMS, and print the address to open
	@$(BIN)/traam demo

test: dev ## Run the tests (under 5 minutes)
	@$(PYTEST) -m "not long"

test-all: dev ## Run the long tests that `make test` leaves out, and all on PostgreSQL (under 30 minutes)
	@$(PYTEST) -m long
	@$(PYTEST) --database=postgresql -m "not browser and not long" tests/lti_tool tests/conformance tests/e2e tests/faults
	@$(PYTEST) --database=postgresql -m long tests/engines

bench: dev ## Measure launches, grades and the outbox, beside ltijs and a bare Flask view (QUICK=1: a try)
	@$(BIN)/python -m bench $(if $(QUICK),--quick)

check: dev ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: dev ## Put the code into the house's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## Write the lock files again (needs uv)
	@$(LOCK) --group build -o requirements.lock
	@$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) --all-extras -c requirements-dev.lock -o requirements-engines.lock

clean: ## Remove what was installed and built; your data in var/ stay
	@rm -rf $(VENV) node_modules lti_tool/web/static/vendor build dist
	@rm -rf .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis

# Each step leaves a stamp, so that a second call has nothing to do.

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "This project needs Python 3.11 or later; try: make $(MAKECMDGOALS) PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' \
	  || { echo "This Python has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.locked: requirements.lock $(VENV)/.python
	@echo "Installing the dependencies…"
	@$(PIP) install --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.locked
	@echo "Installing the test tools…"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
