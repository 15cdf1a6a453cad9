# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run plan test lint java bench docs clean

$(VENV)/ready: requirements/dev.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: $(VENV)/ready
	$(BIN)/lokal brief examples/kaluga/*.yaml --on 2026-12-01 $(if $(LOKAL_LANG),--lang $(LOKAL_LANG))

plan: $(VENV)/ready
	$(BIN)/lokal plan examples/plan/kaluga.yaml --html kaluga-plan.html $(if $(LOKAL_LANG),--lang $(LOKAL_LANG)) || test $$? -eq 1

# Spark runs on a Java runtime; a machine without one gets it from its own packages.
java:
	command -v java >/dev/null || (apt-get update -qq && apt-get install -qq -y default-jre-headless >/dev/null)

test: $(VENV)/ready lint java
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: $(VENV)/ready
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy

# What the benches compare with is installed apart, so that the package's own environment stays as users have it.
$(VENV)-bench/ready: requirements/dev.txt requirements/bench.txt pyproject.toml
	test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt -r requirements/bench.txt
	$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

bench: $(VENV)-bench/ready
	$(VENV)-bench/bin/python bench/run.py

docs: $(VENV)/ready
	$(BIN)/python docs/make.py

clean:
	rm -rf $(VENV) $(VENV)-bench build dist src/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
