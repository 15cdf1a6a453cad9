# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run plan test lint bench docs clean

$(VENV)/ready: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: $(VENV)/ready
	$(BIN)/lokal brief examples/kaluga/*.yaml --on 2026-12-01 $(if $(LOKAL_LANG),--lang $(LOKAL_LANG))

plan: $(VENV)/ready
	$(BIN)/lokal plan examples/plan/kaluga.yaml --html kaluga-plan.html $(if $(LOKAL_LANG),--lang $(LOKAL_LANG)) || test $$? -eq 1

test: $(VENV)/ready lint
	$(BIN)/python -m pytest

lint: $(VENV)/ready
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy

bench: $(VENV)/ready
	$(BIN)/python bench/run.py

docs: $(VENV)/ready
	$(BIN)/python docs/make.py

clean:
	rm -rf $(VENV) build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
