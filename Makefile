# make setup    the environment in .venv, from the lock file (about 2 minutes)
# make repro    the environment and the whole pipeline on the embedded starter
# make test     all tests but the slow ones, in two workers; the ten slowest are named
# make lint     formatter, linter, type checker, contract
# make bench    what bench/ measures without files of yours (about 6 minutes on 2 cores)
# make acceptance   every promise, tried on a clean clone; writes docs/runs/acceptance.md
# make lock     write requirements.lock and locks/ from the environment
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

# The other scripts of bench/ need a file or the history, or have a limit of minutes: own_data, reruns, same_outputs, score_parser, study_size, heuristic_measures, ledger.
BENCHES := teacher contamination_planted evidence heuristic_planted language_identification train_throughput offline_judges

.PHONY: setup repro test lint bench acceptance lock

# Everything is pinned; on a machine with a GPU pip adds the CUDA packages that torch asks for.
$(VENV)/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q --disable-pip-version-check -r requirements.lock
	$(VENV)/bin/pip install -q --disable-pip-version-check --no-deps -e .
	$(VENV)/bin/domaintune model fetch smollm2
	touch $@

setup: $(VENV)/installed

repro: setup
	dvc repro

# One thread a process: two torch processes with two threads each slow each other up to 30-fold.
test: setup
	OMP_NUM_THREADS=1 pytest -n 2 --dist loadfile --no-loadscope-reorder --durations=10

lint: setup
	ruff format --check .
	ruff check .
	mypy
	domaintune contract check

bench: setup
	for name in $(BENCHES); do python bench/$$name.py || exit 1; done

acceptance: setup
	python tests/acceptance/run.py

lock:
	domaintune lock
