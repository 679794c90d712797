# Works on a machine with nothing but Python 3.11+ and make. uv is used when it is on PATH, else pip.
.DEFAULT_GOAL := help
.PHONY: help demo test lint types docs bench clean
SHELL := /bin/sh

# The first of these that is Python 3.11 or newer; "make demo PYTHON=/path/to/python" overrides.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$p" && break; done)
UV := $(shell command -v uv 2>/dev/null)
VENV ?= .venv
BIN := $(VENV)/bin
SETUP := pyproject.toml setup.py src/pcishield/_version.py $(wildcard src/pcishield/*/*.pyx src/pcishield/*/*.px[di] src/pcishield/drivers/*/*.pyx src/pcishield/drivers/*/*.pxd)
ARGS ?=

help:
	@echo 'make demo    a guarded agent session on an embedded SQLite database'
	@echo 'make test    the tests, with a PostgreSQL and a MariaDB of their own (ARGS="-k name" passes options to pytest, JOBS=2 runs two at once)'
	@echo 'make lint    ruff, mypy, import-linter, codespell, card numbers in the source'
	@echo 'make types   mypy --strict and pyright on the public API'
	@echo 'make docs    the documentation, with warnings as errors, and its examples'
	@echo 'make bench   the benchmarks, as ratios to the raw driver'
	@echo 'make clean   everything that these made'

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo 'pcishield needs Python 3.11 or newer; none was found on PATH. Name one: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	@"$(PYTHON)" -m venv $(VENV)

# pip knows dependency groups from 25.1 on; the demo needs none.
$(VENV)/.pip: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@touch $@

# One stamp per set of dependencies. The package is installed editable, so only a changed set-up reinstalls it.
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
ifdef UV
# uv has settings of its own for certificates and mirrors; where only pip's are set, pip does it.
INSTALL = { uv pip install --quiet --python $(BIN)/python --editable . $(1) || $(PIP_INSTALL) $(1); }
else
INSTALL = $(PIP_INSTALL) $(1)
endif

$(VENV)/.installed: $(SETUP) | $(BIN)/python
	@echo 'installing pcishield into $(VENV) ...'
	@$(call INSTALL,)
	@touch $@

$(VENV)/.installed-%: $(SETUP) | $(BIN)/python $(VENV)/.pip
	@echo 'installing pcishield and the $* dependencies into $(VENV) ...'
	@$(call INSTALL,--group $*)
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@$(BIN)/pcishield demo $(ARGS)

test: $(VENV)/.installed-test
	@$(BIN)/python -m pytest $(if $(JOBS),--numprocesses=$(JOBS) --dist=loadfile) $(ARGS)

lint: $(VENV)/.installed-lint $(VENV)/.installed-types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(BIN)/python scripts/check_pans.py

types: $(VENV)/.installed-types
	$(BIN)/mypy
	$(BIN)/pyright

docs: $(VENV)/.installed-docs
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html

bench: $(VENV)/.installed-bench
	@for script in benchmarks/[a-z]*.py; do $(BIN)/python "$$script" $(ARGS) || exit 1; done

clean:
	rm -rf $(VENV) build dist htmlcov docs/_build .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache .import_linter_cache .tox .nox src/*.egg-info \
		src/pcishield/*/_*.c src/pcishield/*/_*.so src/pcishield/drivers/*/_*.c src/pcishield/drivers/*/_*.so
	find src tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +
