# Each target does its own set-up; see README.md.
SEED ?= seeds/2025-02-indigo.txt
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help episode script test coverage check audit bench train clean

help: ## List what make can do
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

episode: .venv/ready ## Build the episode of SEED=seeds/NAME.txt (default: 2025-02-indigo)
	@$(BIN)/podcast make "$(SEED)"

script: .venv/ready ## Write the script of SEED, for you to edit; make no sound
	@$(BIN)/podcast script "$(SEED)"

test: .venv/ready-dev ## Run all tests
	@$(BIN)/python -m pytest -n auto --dist loadgroup

coverage: .venv/ready-dev ## Run all tests and tell which lines and branches none of them takes
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest -n auto --dist loadgroup
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

check: .venv/ready-dev audit ## Check the code: ruff, format, types, bandit; and what it is built on
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml podcast

audit: .venv/ready-dev ## Ask whether anything in requirements.txt is known to be vulnerable
	@$(BIN)/python .ci/audit.py

bench: .venv/ready-dev ## Run every benchmark, about half an hour, and write docs/benchmarks.md
	@$(BIN)/python bench/run.py

train: ## Learn the punctuation model again: DATA=folder of spoken_zh (see training/)
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet -r training/requirements.txt
	PYTHONPATH=. .venv-train/bin/python training/train.py "$(DATA)" -o .venv-train/punctuate.pt
	PYTHONPATH=. .venv-train/bin/python training/export.py .venv-train/punctuate.pt -o podcast/punctuate/punctuate.onnx

clean: ## Remove what can be made again: .venv and out/.cache; episodes stay
	rm -rf .venv .venv-train out/.cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage build ./*.egg-info

# Debian's python3 has venv without pip; then the system's pip puts one in.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "podcast needs Python 3.10 or newer; set PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && \
	  $(PYTHON) -m pip --python .venv install --quiet pip; } || \
	  { rm -rf .venv; echo "Python cannot make .venv; install its venv module (Debian: python3-venv)" >&2; exit 1; }

.venv/ready: requirements.txt pyproject.toml | .venv/bin/python
	@echo "setting up .venv (once)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/ready-dev: requirements-dev.txt .venv/ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
