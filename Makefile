# Two commands to know: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS ?= tests
WORKERS ?= auto
WORDS := pne_tracker/translations/es/LC_MESSAGES

.DEFAULT_GOAL := help
.PHONY: help setup run test unit check format bench soak words lock sbom clean

help: ## what can be made here
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed. Name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) 2>/dev/null || uv venv --seed --quiet $(VENV) 2>/dev/null \
		|| { rm -rf $(VENV); echo "This Python cannot make a virtual environment. On Debian: apt install python3-venv"; exit 1; }

$(VENV)/.app: requirements/app.txt pyproject.toml | $(BIN)/python
	@echo "Installing what the application needs (about a minute, once) ..."
	@$(PIP) install --require-hashes -r requirements/app.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.app
	@echo "Installing what the tests and checks need (once) ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/.dev ## the virtual environment with everything in it

run: $(VENV)/.app ## database, demo clinic and server at http://127.0.0.1:5000
	@$(BIN)/pne-tracker start

test: $(VENV)/.dev ## the whole test suite, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n $(WORKERS) $(TESTS)

unit: $(VENV)/.dev ## the pure part of the tests, in seconds
	@$(BIN)/python -m pytest -n 0 -q tests/domain

check: $(VENV)/.dev ## lint, format, types, import contracts, templates, dead dependencies
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint templates --check --lint --quiet
	@$(BIN)/deptry . --no-ansi
	@$(MAKE) --no-print-directory sbom
	@git ls-files --error-unmatch uv.lock >/dev/null 2>&1 && { echo "uv.lock records addresses: remove it"; exit 1; } || true

format: $(VENV)/.dev ## write the code and templates the way `make check` wants them
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@$(BIN)/djlint templates --reformat --quiet || true

bench: $(VENV)/.dev ## the benchmark: JSON on standard output, a table on standard error
	@$(BIN)/python -m tests.bench

soak: $(VENV)/.dev ## the long form of the reliability tests
	@PNE_SOAK=1 $(BIN)/python -m pytest -n $(WORKERS) -m soak $(TESTS)

words: $(VENV)/.dev ## bring the Spanish catalogue up to the pages, then compile it
	@$(BIN)/pybabel --quiet extract -F babel.cfg -k _l --no-location --sort-output --omit-header -o messages.pot .
	@sed '/^$$/q' $(WORDS)/messages.po > messages.head
	@$(BIN)/pybabel --quiet update -i messages.pot -o $(WORDS)/messages.po -l es --no-fuzzy-matching --no-wrap --ignore-obsolete --omit-header
	@cat messages.head $(WORDS)/messages.po > messages.pot && mv messages.pot $(WORDS)/messages.po && rm messages.head
	@$(BIN)/pybabel --quiet compile -i $(WORDS)/messages.po -o $(WORDS)/messages.mo

lock: ## renew the hash locks (needs uv)
	@cd requirements && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url app.in -o app.txt
	@cd requirements && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -c app.txt dev.in -o dev.txt

sbom: $(VENV)/.dev ## what the application is made of, as CycloneDX JSON in instance/sbom.json
	@mkdir -p instance && $(BIN)/python requirements/sbom.py > instance/sbom.json

clean: ## remove the virtual environment and caches, keep the data
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info
