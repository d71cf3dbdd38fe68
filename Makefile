# `make run` starts the desk, `make demo` shows one, `make test` proves it. All set themselves up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

# Commands and tests start many processes: each would compile every source again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run demo test check bench mutations torture strings
.DELETE_ON_ERROR:

run: $(VENV)/.ready-run
	@exec $(BIN)/intake run

# A made-up newsroom in var/demo, thrown away by the next one.
demo: $(VENV)/.ready-run
	@exec $(BIN)/intake demo

test: $(VENV)/.ready-dev check
	$(BIN)/python -m pytest -n 2 --durations 20
	$(BIN)/python -m pytest -n 2 --durations 20 --database postgresql

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Takes one promise at a time out of a copy of the sources and demands that a test goes red.
mutations: $(VENV)/.ready-dev
	$(BIN)/python -m tests.mutations

# Kills listener and worker hundreds of times while mail comes in; other numbers: TORTURE="--messages 10000 --each 50".
torture: $(VENV)/.ready-dev
	$(BIN)/python -m tests.torture $(TORTURE)

# How fast it is, each figure beside its limit in the same run; some rows: BENCH="S1 S7".
bench: $(VENV)/.ready-dev
	$(BIN)/python -m tests.bench $(BENCH)

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is missing. Cure: install it (Debian: apt install python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than 3.11. Cure: install a newer one and call: make PYTHON=python3.11 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments. Cure: apt install python3-venv."; exit 1; }
	@echo "Setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)

# editables and hatchling are in the lock, so that nothing is fetched without a hash.
$(VENV)/.ready-run: $(VENV)/bin/python .ci/requirements.lock pyproject.toml
	@echo "Installing the locked dependencies"
	@$(PIP) install --require-hashes -r .ci/requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready-run .ci/requirements-dev.lock
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r .ci/requirements-dev.lock
	@touch $@

# The words of the pages: gather them, bring the Arabic catalogue up to date without guessing, compile it.
CATALOGUE := intake/web/translations
ERRORS    := -k Missing -k NotAllowed -k IllegalAction -k NoDisclaimer -k LetterFault -k phrase -k __init__
strings: $(VENV)/.ready-dev
	$(BIN)/pybabel -q extract -F $(CATALOGUE)/babel.cfg -k _l -k lazy_gettext $(ERRORS) --no-location --sort-output -o $(CATALOGUE)/messages.pot .
	$(BIN)/pybabel -q update -i $(CATALOGUE)/messages.pot -d $(CATALOGUE) --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap
	@rm $(CATALOGUE)/messages.pot
	$(BIN)/pybabel -q compile -d $(CATALOGUE)
