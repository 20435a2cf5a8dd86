# Everything runs in .venv, made on first use and again when the lock changes.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.SUFFIXES:
PYTHON ?= $(firstword $(shell command -v python3.11) $(shell command -v python3))
BIN := .venv/bin
READY := .venv/.ready
DEMO := reports/demo
# Where no cache can be kept (HOME read-only or absent), pip and uv are told to do without.
CACHES := export UV_CACHE_DIR="$${UV_CACHE_DIR:-$${XDG_CACHE_HOME:-$$HOME/.cache}/uv}"; \
  { mkdir -p "$$UV_CACHE_DIR" && test -w "$$UV_CACHE_DIR"; } 2>/dev/null || export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
WORKERS ?= auto

help:  ## say what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

report: $(READY)  ## audit the last complete month of the bundled sample
	@$(BIN)/incentive demo $(DEMO)
	@$(BIN)/incentive audit $(DEMO) || test $$? -eq 1  # 1: it found something to look at

test: $(READY)  ## lint, types, the fast tests, and the notebooks cell by cell
	@$(MAKE) --no-print-directory lint & lint=$$!; \
	$(BIN)/pytest -n $(WORKERS) --dist loadscope; tests=$$?; wait $$lint && exit $$tests
	@$(MAKE) --no-print-directory notebooks

quick: $(READY)  ## the tests that import what changed since main, for at most 55 seconds
	$(BIN)/python tests/quick.py -n $(WORKERS)

fmt: $(READY)  ## mend style and layout
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

notebooks: $(READY)  ## run every cell of the shipped notebooks on the bundled sample (nbval)
	@test -d $(DEMO) || $(BIN)/incentive demo $(DEMO)
	@own=$$(mktemp -d) && trap 'rm -rf "$$own"' EXIT && export JUPYTER_RUNTIME_DIR="$$own" IPYTHONDIR="$$own" && \
	  $(BIN)/pytest -n $(WORKERS) --dist loadfile -p no:cacheprovider --nbval-lax notebooks

cover: $(READY)  ## lines and branches of toolkit that the fast tests take, and those that pay rests on and none takes
	$(BIN)/pytest -n $(WORKERS) --cov toolkit --cov-branch --cov-report=
	@$(BIN)/python tests/cover.py

shape: $(READY)  ## sizes, chains and names of the package; TREE=PATH measures another tree
	@$(BIN)/python tests/shape.py $(TREE)

lint: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check -q .
	$(BIN)/mypy

prove: $(READY)  ## the full proofs; figures go to docs/evidence.md
	$(BIN)/pytest -m prove tests

bench: $(READY)  ## speed and memory as ratios; figures go to docs/performance.md
	$(BIN)/pytest -m bench tests/benchmarks

lab: $(READY)  ## open the notebooks in JupyterLab, on this machine only; as root in a container: ALLOW_ROOT=1
	$(BIN)/jupyter lab --ip=127.0.0.1 $(if $(ALLOW_ROOT),--allow-root) notebooks

lock:  ## bring requirements.lock in line with pyproject.toml (needs uv); UPGRADE=--upgrade moves every version
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-strip-extras --no-emit-index-url --all-extras --group dev $(UPGRADE) --output-file requirements.lock pyproject.toml

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv" >&2; exit 4; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V). Set PYTHON=..." >&2; exit 4; }
	@rm -f $(READY)
	@$(CACHES); if command -v uv >/dev/null; then uv venv --quiet --clear --python $(PYTHON) .venv; \
	else $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	    || { echo "This Python lacks venv: sudo apt-get install python3-venv (or python3-full)" >&2; exit 4; }; \
	  $(PYTHON) -m venv --clear .venv && { $(BIN)/pip install --quiet --disable-pip-version-check uv || true; }; fi
	@echo "Installing the locked packages into .venv (once) ..."
	@$(CACHES); UV=$$(command -v uv || ls $(BIN)/uv 2>/dev/null); \
	if [ -n "$$UV" ]; then \
	  export VIRTUAL_ENV=.venv; \
	  "$$UV" pip install --quiet --require-hashes -r requirements.lock && \
	  "$$UV" pip install --quiet --no-deps --no-build-isolation -e .; \
	else \
	  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi
	@# Relative: Python reads this file in the locale's encoding, and LC_ALL=C has no Chinese for a clone's path.
	@for f in .venv/lib/python3*/site-packages/_editable_impl_incentive_toolkit.pth; do echo ../../../.. > "$$f"; done
	@touch $(READY)

.PHONY: help report test quick lint fmt notebooks cover shape prove bench lab lock
