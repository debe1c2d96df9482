# Each target first installs what it needs into .venv; see README.md.
SEED ?= seeds/2025-02-indigo.txt
ENGINE ?=
PYTHON ?= python3
BIN := .venv/bin
CYCLONEDX := 7.5.0
# One process more than there are processors: tests that wait leave theirs to others.
SPREAD = -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder
# The fast tests do not wait, and each process more has to import all of them.
QUICK = -n $(shell getconf _NPROCESSORS_ONLN) --dist loadfile --no-loadscope-reorder --hypothesis-profile few
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python
LISTEN := $(UV) --editable '.[listen]' 2>/dev/null || $(PIP) --editable '.[listen]' || true
# The networks are fetched before any test: two tests that fetched the same one would meet.
FETCH = for name in kokoro-zh whisper-base; do PODCAST_MODELS="$(abspath $(1))" $(BIN)/podcast voices add $$name --yes >/dev/null || true; done
LOCK := pyproject.toml --universal --python-version 3.10 --no-annotate --no-header --generate-hashes

# Python keeps what it compiles, even where it is told not to: a run of the tests starts hundreds of
# processes, and each of them would compile every module that it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help episode studio script test test-voices quick coverage check types audit bench picture lock sbom train train-taught train-hesitations train-acoustic train-titles train-paragraphs clean

help: ## List the targets of this file
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16

episode: .venv/ready ## Build the episode of SEED=seeds/NAME.txt (default: 2025-02-indigo); ENGINE=kokoro, RECORDING=FILE
	@$(if $(filter kokoro,$(ENGINE)),$(BIN)/podcast voices add kokoro-zh --yes >/dev/null)
	@$(BIN)/podcast make "$(SEED)" $(if $(ENGINE),--engine "$(ENGINE)") $(if $(RECORDING),--recording "$(RECORDING)")

studio: .venv/ready ## Open the studio, in which episodes are made in the browser; SEED= opens one
	@$(BIN)/podcast studio $(if $(filter command line environment,$(origin SEED)),"$(SEED)")

script: .venv/ready ## Write only the script of SEED, as a page that you can edit
	@$(BIN)/podcast script "$(SEED)"

test: .venv/ready-dev ## Run all tests; VOICES=build/voices: also those of test-voices, at the same time
	@$(if $(VOICES),$(LISTEN))
	@$(if $(VOICES),$(call FETCH,$(VOICES)))
	@PODCAST_TEST_VOICES="$(VOICES)" $(BIN)/python -m pytest $(SPREAD) $(if $(VOICES),-rs)

test-voices: .venv/ready-dev ## Let the real neural voice speak and the real recogniser hear it; fetches 200 MB, once
	@$(LISTEN)
	@$(call FETCH,build/voices)
	@PODCAST_TEST_VOICES=build/voices $(BIN)/python -m pytest tests/engines/test_kokoro_real.py tests/published/test_listen_real.py -rs

quick: .venv/ready-dev ## Run the fast tests (a minute), which need no network, server, browser or cluster
	@$(BIN)/python -m pytest $(QUICK) -m "not slow and not network and not server and not browser and not cluster"

coverage: .venv/ready-dev ## Run all tests and list the lines and branches that none of them runs
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest $(SPREAD)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

check: .venv/ready-dev types audit ## Check style, types, imports, spelling, unused code and vulnerabilities
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/codespell
	@$(BIN)/vulture
	@$(BIN)/bandit --quiet --recursive --configfile pyproject.toml podcast

types: .venv/ready-dev ## Check the types
	@$(BIN)/mypy

audit: .venv/ready-dev ## Look up known vulnerabilities of the packages in requirements.txt
	@$(BIN)/python .ci/audit.py

bench: .venv/ready-dev ## Run every benchmark (about half an hour) and write docs/benchmarks.md
	@$(BIN)/python bench/run.py

picture: episode .venv/ready-dev ## Draw docs/studio.png and docs/episode.png, the pictures of the READMEs, with Chromium
	@$(BIN)/python docs/picture.py "$(SEED)" "out/$(basename $(notdir $(SEED)))"

lock: .venv/ready-dev ## Write requirements.txt and requirements-dev.txt again after a change of pyproject.toml
	@$(BIN)/uv pip compile --quiet $(LOCK) --output-file requirements.txt
	@$(BIN)/uv pip compile --quiet $(LOCK) --extra dev --output-file requirements-dev.txt

sbom: .venv/bin/python ## List all packages that the program runs with, with versions and licences, in build/sbom.cdx.json
	@for folder in program lister; do $(BIN)/python -m venv --without-pip build/sbom/$$folder; done
	@$(BIN)/python -m pip --python build/sbom/program install --quiet -r requirements.txt
	@$(BIN)/python -m pip --python build/sbom/lister install --quiet cyclonedx-bom==$(CYCLONEDX)
	@build/sbom/lister/bin/cyclonedx-py environment build/sbom/program --pyproject pyproject.toml \
	  --output-reproducible --output-file build/sbom.cdx.json

# the commit whose network the training begins with
BEFORE = d3c43a1
train: ## Train the punctuation model again: DATA=folder with spoken_zh and spoken_zh2 (see training/)
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet -r training/requirements.txt
	git show $(BEFORE):podcast/text/punctuate/punctuate.onnx > .venv-train/before.onnx
	PYTHONPATH=.:bench .venv-train/bin/python training/train.py "$(DATA)" -o .venv-train/punctuate.pt --start .venv-train/before.onnx
	PYTHONPATH=.:bench .venv-train/bin/python training/export.py .venv-train/punctuate.pt .venv-train/punctuate.pt -o podcast/text/punctuate/punctuate.onnx

# the commit whose network the taught one begins with
TAUGHT = 6addd63
train-taught: ## Train the punctuation model again from a language model, on a GPU: DATA=folder as for train, MODEL=FILE.gguf
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet -r training/requirements.txt
	git show $(TAUGHT):podcast/text/punctuate/punctuate.onnx > .venv-train/before.onnx
	PYTHONPATH=. .venv-train/bin/python training/pages.py .venv-train/repositories "$(DATA)" "$(DATA)"/spoken_zh2/tech_*.jsonl.gz
	PYTHONPATH=.:bench:training .venv-train/bin/python training/distillation/distil.py "$(DATA)" "$(MODEL)" --start .venv-train/before.onnx -o .venv-train/taught
	PYTHONPATH=.:bench .venv-train/bin/python training/export.py .venv-train/taught/one.pt .venv-train/taught/other.pt -o podcast/text/punctuate/punctuate.onnx

train-hesitations: ## Learn the weights that judge hesitations again: DATA=folder with spoken_zh, spoken_zh2 and meetings_zh
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/pip install --quiet -r training/requirements.txt
	PYTHONPATH=.:bench .venv-train/bin/python training/hesitations/learn.py "$(DATA)" -o podcast/text/trim/weights.npz

train-acoustic: .venv/ready ## Train the network that finds lines in recordings: DATA=64k/ of audio-cmn (see training/acoustic/)
	PYTHONPATH=. $(BIN)/python training/acoustic/teach.py "$(DATA)" -o podcast/recording/acoustic.npz

train-titles: .venv/ready ## Learn again which phrases make titles: DATA=folder of meetings_zh, spoken_zh, spoken_zh2 (see training/titles/)
	PYTHONPATH=.:bench $(BIN)/python training/titles/headlines.py "$(DATA)" -o podcast/text/divide/titles.tsv

train-paragraphs: .venv/ready-dev ## Learn again where paragraphs begin: DATA=folder of spoken_zh, spoken_zh2 (see training/paragraphs/)
	PYTHONPATH=.:bench $(BIN)/python training/paragraphs/editors.py "$(DATA)" -o podcast/text/divide/paragraphs.tsv
	PYTHONPATH=. $(BIN)/python bench/paragraphs.py "$(DATA)/spoken_zh/talks.jsonl" "$(DATA)/spoken_zh2/tech_talklike.jsonl.gz"

clean: ## Remove .venv, out/.cache and other files that can be made again; episodes stay
	rm -rf .venv .venv-train out/.cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage build ./*.egg-info

# Debian's python3 makes a .venv without pip; then the system's pip installs one there.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "podcast needs Python 3.10 or newer; set PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m venv --without-pip .venv && \
	  $(PYTHON) -m pip --python .venv install --quiet pip; } || \
	  { rm -rf .venv; echo "Python cannot make .venv; install its venv module (Debian: python3-venv)" >&2; exit 1; }

.venv/ready: requirements.txt pyproject.toml | .venv/bin/python
	@echo "setting up .venv (once)" >&2
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $@

# requirements-dev.txt has all packages of requirements.txt. uv fetches many at a time and compiles
# none, which takes a fraction of pip's time; where uv cannot reach an index, pip installs them.
.venv/ready-dev: requirements-dev.txt pyproject.toml | .venv/bin/python
	@echo "setting up .venv for development (once)" >&2
	@sed -n '/^uv==/,/[^\\]$$/p' requirements-dev.txt | $(PIP) -r /dev/stdin
	@$(UV) --require-hashes -r requirements-dev.txt 2>/dev/null || $(PIP) -r requirements-dev.txt
	@$(PIP) --no-deps --editable .
	@touch .venv/ready $@
