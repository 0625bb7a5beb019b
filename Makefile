# Two commands: `make run` and `make test`. Needs Python 3.11 or newer with venv, and make.

PYTHON ?= python3
DEMO ?= 1
HOST ?= 127.0.0.1
PORT ?= 8000
NOTICE ?=
WORKERS ?= 1
VENV := .venv
BIN := $(VENV)/bin
QUICK := not browser and not faults and not long and not services
export ANLAN_DEMO := $(DEMO)

.PHONY: run test test-browser test-faults test-long test-postgres test-services test-tools check bench profile translations screenshots format clean

run: $(VENV)/.run-ready translations profile
	@$(BIN)/anlan serve --host $(HOST) --port $(PORT) --workers $(WORKERS) $(if $(NOTICE),--notice "$(NOTICE)")

test: $(VENV)/.dev-ready translations profile
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "$(QUICK)"

# People at work in headless Chromium.
test-browser: $(VENV)/.dev-ready translations profile
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m browser tests/journeys/browser

# Separate processes on files of their own: killed at any moment, racing, by clocks that differ.
test-faults: $(VENV)/.dev-ready translations profile
	@$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "faults and not long"

# Checks of minutes: generated requests to every address of the API, whole backups, whole crawls.
test-long: $(VENV)/.dev-ready translations profile
	@$(BIN)/python -m pytest -n 2 -q -m long

# The tests of `make test` on a PostgreSQL server of their own in var/postgres (loopback, stopped
# after), and the whole backups.
test-postgres: export ANLAN_TEST_POSTGRES_FAST := 1
test-postgres: $(VENV)/.dev-ready translations profile
	@scripts/with-postgres $(BIN)/python -m pytest -n 2 --dist loadfile -q -m "$(QUICK)"
	@scripts/with-postgres $(BIN)/python -m pytest -n 2 -q -m long tests/site/backup

# A million readings, two senders, three watchers by clocks that differ, some killed on the way.
test-million: $(VENV)/.dev-ready translations
	@ANLAN_TEST_MILLION=1 $(BIN)/python -m pytest -q -m long tests/warning/test_monitoring_processes.py -k million

# Real brokers and servers on loopback, killed on the way: Mosquitto, NATS, on SQLite and on PostgreSQL.
test-services: $(VENV)/.dev-ready translations
	@scripts/install-test-tools services
	@$(BIN)/python -m pytest -q -m services tests/services
	@scripts/with-postgres $(BIN)/python -m pytest -q -m services tests/services

# What the tests use beyond Python: Chromium, PostgreSQL, brokers, Chinese fonts (Debian, as root).
test-tools:
	@scripts/install-test-tools

check: $(VENV)/.dev-ready
	@scripts/check

bench: $(VENV)/.dev-ready translations
	@$(BIN)/anlan bench all

profile: $(VENV)/.run-ready
	@$(BIN)/python scripts/build_profile.py || echo "  outlines: not built, the map says so; try again with: make profile"

translations: $(VENV)/.run-ready
	@$(BIN)/python scripts/translations.py compile

# Pictures for the documentation, taken by the browser journeys.
screenshots: $(VENV)/.dev-ready translations profile
	@ANLAN_SCREENSHOTS=docs/screens $(BIN)/python -m pytest -q tests/journeys/browser

format: $(VENV)/.dev-ready
	@$(BIN)/ruff format src tests scripts bench
	@$(BIN)/ruff check --fix src tests scripts bench

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Anlan needs Python 3.11 or newer; set PYTHON=python3.x")'
	@echo "[1/3] creating $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run-ready: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "[2/3] installing what the program needs (about half a minute, once)"
	@scripts/install requirements/run.txt
	@touch $@

$(VENV)/.dev-ready: requirements/dev.txt $(VENV)/.run-ready
	@echo "[3/3] installing what the tests need (about half a minute, once)"
	@scripts/install requirements/dev.txt
	@touch $@

clean:
	rm -rf $(VENV) var build src/*.egg-info
