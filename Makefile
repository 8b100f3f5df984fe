# make demo | test | lint | bench | docs: each makes .venv itself when it is missing or out of date.
# `make PYTHON=/path/to/python` chooses the Python; `make test ARGS="-k roles"` passes arguments on.

PYTHON = python3 python3.14 python3.13 python3.12 python3.11
BIN := .venv/bin
READY := .venv/.ready
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard influence_graph/language/*/LC_MESSAGES/*.po))
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: install demo test lint bench docs

install: $(READY) $(CATALOGUES)

demo: install
	$(BIN)/influence-graph demo demo $(ARGS)

test: install
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

lint: install
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install
	$(BIN)/python -m benchmarks $(ARGS)

docs: install
	$(BIN)/python docs/commands.py > docs/cli.md

# The build tools come first and are used as installed, so that a later run needs no network.
$(READY): setup.cfg setup.py pyproject.toml constraints.txt
	@$(BIN)/python -c '' 2>/dev/null || { \
	    for python in $(PYTHON); do \
	        if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	            echo "Installing into .venv: a few minutes and about 1.1 GB the first time."; \
	            exec $$python -m venv --clear .venv; \
	        fi; \
	    done; \
	    echo "influence-graph needs Python 3.11 or newer, and there is none on the path:" \
	        "install one, or name it with make PYTHON=/path/to/python3." >&2; \
	    exit 1; \
	}
	@$(PIP) setuptools babel
	@PYTHONWARNINGS=ignore $(PIP) --no-build-isolation --editable '.[test,server]'
	@touch $@

%.mo: %.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
