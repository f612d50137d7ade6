# Two commands for people: `make demo` and `make test`. Everything is set up by itself in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where a machine forbids it, each of the many processes of the tests would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
READY := $(VENV)/.ready

.PHONY: demo test pytest lint bench mutants lock clean

demo: $(READY)
	@if [ -t 0 ] && [ -t 1 ]; then $(BIN)/interlock demo; else $(BIN)/interlock demo --script examples/tour.txt; fi

# Types are checked beside the tests: each alone leaves a core with nothing to do.
test: $(READY)
	@$(MAKE) --no-print-directory -j 2 lint pytest

pytest: $(READY)
	@$(BIN)/python -m pytest -n 4

lint: $(READY)
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY)
	@$(BIN)/python -m benchmarks

# Writes small wrongs into bot/policy, one at a time, and fails where tests notice fewer than 90 % of them.
# Sentences are left alone and not counted: tests assert codes, people read sentences. Nothing is written to disk.
mutants: $(READY)
	@$(BIN)/python -m tests.mutants

# Dependencies come locked with hashes, what builds them included; the project itself is installed from here.
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install
$(READY): .locks/build.txt .locks/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Interlock needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0])'
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) --require-hashes -r .locks/build.txt
	@$(PIP) --require-hashes --no-build-isolation -r .locks/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

# Needs `uv` on PATH; only for those who change a dependency.
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock"
lock:
	$(COMPILE) pyproject.toml --group build --group dev -o .locks/dev.txt
	$(COMPILE) pyproject.toml -c .locks/dev.txt -o .locks/runtime.txt
	$(COMPILE) --group build -c .locks/dev.txt -o .locks/build.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
