# The two commands: `make run` starts the desk, `make test` proves it. Both set themselves up.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run test check lock strings clean-venv
.DELETE_ON_ERROR:

run: $(VENV)/.ready-run
	@exec $(BIN)/intake run

test: $(VENV)/.ready-dev check
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

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
