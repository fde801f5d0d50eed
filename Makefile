# make        .venv with quizgen in it, and the shipped banks compiled into dist/
# make test   what the tests need, and all tests
# make lint   ruff, mypy and pyright
# make torture  the attacks of tests/torture with their full numbers: hours
# make oldest   the tests with the oldest libraries that pyproject.toml allows
# make fuzz   a coverage-guided fuzzer on all that is read: an hour
# make mutants  whether tests notice slips in decoding, lowering, grading and the lock: hours
# make bench  speed and memory, as ratios within one run

PYTHON ?= python3
BIN := .venv/bin
OLDEST := .venv-oldest/bin
BANKS := $(shell find banks templates quizgen -type f -not -name '*.pyc')

.PHONY: all test torture fuzz mutants oldest lint format bench clean

all: dist/quiz.apkg

dist/quiz.apkg: .venv/quizgen $(BANKS)
	$(BIN)/quizgen build -d dist

.venv/bin/python:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

.venv/quizgen: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/test: pyproject.toml .venv/quizgen
	$(BIN)/python -m pip install --quiet --group test
	@touch $@

.venv/lint: pyproject.toml .venv/quizgen
	$(BIN)/python -m pip install --quiet --group lint
	@touch $@

test: .venv/test
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

torture: .venv/test
	QUIZGEN_TORTURE=1 $(BIN)/python -m pytest -n auto tests/torture

.venv/fuzz: pyproject.toml .venv/test
	$(BIN)/python -m pip install --quiet --group fuzz
	@touch $@

fuzz: .venv/fuzz
	$(BIN)/python -m tests.torture.fuzz

.venv/mutants: pyproject.toml .venv/test
	$(BIN)/python -m pip install --quiet --group mutants
	@touch $@

mutants: .venv/mutants
	$(BIN)/python -m mutmut run

.venv-oldest/test: pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	$(OLDEST)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(OLDEST)/python -m tests.torture.oldest > .venv-oldest/oldest.txt
	$(OLDEST)/python -m pip install --quiet --editable . --group test -c .venv-oldest/oldest.txt
	@touch $@

oldest: .venv-oldest/test
	$(OLDEST)/python -m pip check
	$(OLDEST)/python -m pytest -n auto --ignore=tests/torture

lint: .venv/lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

format: .venv/lint
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: .venv/test
	$(BIN)/python -m tests.bench

clean:
	rm -rf .venv .venv-oldest dist build mutants .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis
