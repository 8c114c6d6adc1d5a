# Two commands on a fresh machine with Python 3.11 to 3.13, pip and make: `make demo` and `make test`.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made-from-lock
LOCK_TOOLS := build/lock-tools

# The first interpreter that fits and has pip. 3.11 is the version the lock is made for.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	$$python -c 'import sys, venv, pip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' \
	2>/dev/null && { echo $$python; break; }; done)

.PHONY: help setup demo test lint format docs dbt-docs ui lock bench clean

help:  ## show this list
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP)  ## build the environment in .venv from requirements.lock; instant when nothing changed

# The venv is made without pip and filled by the interpreter's own pip, so that a machine without
# the ensurepip module (a bare Debian) serves too. Wheels only: no compiler is needed.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with pip on PATH." \
	  "Fix: install one, or run: make setup PYTHON=/path/to/python3.11" >&2; exit 3; }
	@echo "Installing the locked packages into $(VENV); this takes a minute or two."
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --no-compile --only-binary :all: \
	  --requirement requirements.lock
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --no-compile --no-build-isolation \
	  --editable .
	@touch $@

demo: setup  ## run the whole pipeline on the demo company, in data/demo
	@$(BIN)/mkt demo

test: setup  ## all tests
	@$(BIN)/pytest -q -n 2 --dist loadfile

lint: setup  ## style, types and SQL layout; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfmt --check --no-progressbar dbt_project mkt_pipeline/queries

format: setup  ## bring Python and SQL into the house layout
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfmt --no-progressbar dbt_project mkt_pipeline/queries

docs: setup  ## write the generated parts of the documents anew
	$(BIN)/python docs/generate.py

dbt-docs: setup  ## dbt's own pages (lineage, SQL) as one file below build/; no network
	$(BIN)/python docs/dbt_docs.py

ui: setup  ## the Dagster UI on the workspace data/ (WORKSPACE=data/demo for the demo company)
	@$(BIN)/mkt ui $(if $(WORKSPACE),--workspace $(WORKSPACE))

lock:  ## resolve pyproject.toml into requirements.lock; UPGRADE=1 takes the newest versions
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 with pip on PATH." >&2; exit 3; }
	$(PYTHON) -m venv --without-pip $(LOCK_TOOLS)
	$(PYTHON) -m pip --python $(LOCK_TOOLS)/bin/python install --quiet --only-binary :all: uv
	cp requirements.lock $(LOCK_TOOLS)/requirements.lock
	$(LOCK_TOOLS)/bin/uv pip compile pyproject.toml --group dev --quiet --universal --python-version 3.11 \
	  --only-binary :all: --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	  $(if $(UPGRADE),--upgrade) --output-file $(LOCK_TOOLS)/requirements.lock > /dev/null
	@{ echo "# Every package the project runs and is tested with, pinned; made from pyproject.toml by \`make lock\`."; \
	  grep -v '^#' $(LOCK_TOOLS)/requirements.lock; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

bench: setup  ## the promised figures, measured on this machine; GIGABYTES=1 is the size of the file to land
	@$(BIN)/python -m bench
	@$(BIN)/python bench/landing.py $(if $(GIGABYTES),--gigabytes $(GIGABYTES))

clean:  ## remove what can be made again: the environment, caches, build output, the demo company
	rm -rf $(VENV) build dist .pytest_cache .ruff_cache .mypy_cache .hypothesis data/demo \
	  dbt_project/target dbt_project/logs
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
