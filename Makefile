# Two commands matter: `make run` and `make test`. `make help` explains the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PY := .venv/bin/python
UV := .venv/bin/uv
export HUNTLINE_HOME ?= $(CURDIR)/var
export HUNTLINE_LISTEN ?= 127.0.0.1:8080
CLIENTS := msticpy others responders s3 stix
PORTAL_SOURCES := $(shell find portal -path portal/node_modules -prune -o -type f -print 2>/dev/null)
say = @printf '\033[1m==> %s\033[0m\n' $(1)

.PHONY: help run demo test check fix bench docs portal client lock texts messages test-postgres test-browser test-clients test-corpus test-slow fuzz clean

help: ## Say what each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  \033[1mmake %-14s\033[0m %s\n", $$1, $$2}'

run: .stamps/runtime .stamps/messages .stamps/portal ## Install what is missing, load the demo on first start, serve the portal and the APIs
	@.venv/bin/huntline demo --if-empty
	@exec .venv/bin/huntline serve

test: .stamps/dev .stamps/messages ## Install what is missing and run the tests (no PostgreSQL, no Chromium, no ../shared needed)
	$(call say,"Left out by name here: tests marked postgres$(,) browser$(,) clients$(,) corpus$(,) slow. The script .ci/run runs them all.")
	$(PY) -m pytest -n 2 --dist worksteal -m "not postgres and not browser and not clients and not corpus and not slow"

check: .stamps/dev .stamps/messages .stamps/node ## Lint, types, import contracts, generated files
	$(PY) -m ruff check src tests tools bench
	$(PY) -m ruff format --check src tests tools bench
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) tools/documents.py --check
	$(PY) tools/client.py --check

fix: .stamps/dev ## Format and mend what the linter can
	$(PY) -m ruff check --fix src tests tools bench
	$(PY) -m ruff format src tests tools bench

bench: .stamps/dev ## Print ratios: compiling, ingest against the engine's own insert, hunts against SQL by hand and duckdb-kql
	$(PY) -m bench

docs: .stamps/dev ## Write the generated documents again (requirements, settings, permissions, tables, KQL support)
	$(PY) tools/documents.py

portal: .stamps/portal ## Build the portal
client: .stamps/dev .stamps/node ## Write the API description and generate the portal's typed client from it
	$(PY) tools/client.py

test-postgres: .stamps/dev .stamps/messages ## The suite again, with state in PostgreSQL (HUNTLINE_TEST_POSTGRES, default 127.0.0.1:5432)
	HUNTLINE_DATABASE_URL=$${HUNTLINE_TEST_POSTGRES:-postgres://postgres@127.0.0.1:5432/test} \
	$(PY) -m pytest -n 2 --dist worksteal -m "not browser and not clients and not corpus and not slow" --create-db

test-corpus: .stamps/dev .stamps/messages .stamps/oracle ## Published queries and recorded attacks from ../shared
	$(PY) -m pytest -n 2 --dist worksteal -m corpus

test-slow: .stamps/dev .stamps/messages ## What takes minutes: processes killed many times over, large files, every route by its description
	$(PY) -m pytest -m slow

fuzz: .stamps/dev ## Look for texts that break the query compiler, FUZZ_SECONDS (600) by coverage and as long at random
	PYTHONPATH=src:tests $(PY) -m fuzz random $(or $(FUZZ_SECONDS),600)
	PYTHONPATH=src:tests $(PY) -m fuzz cover $(or $(FUZZ_SECONDS),600)

test-browser: .stamps/dev .stamps/messages .stamps/portal ## The portal in Chromium
	$(PY) -m pytest -m browser

test-clients: .stamps/dev .stamps/messages $(CLIENTS:%=.stamps/clients/%.done) .stamps/clients/javascript.done ## Real clients of the Defender APIs, each in its own environment
	$(PY) -m pytest -m clients

lock: .stamps/uv ## Resolve the dependencies again
	$(UV) pip compile pyproject.toml --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements.lock
	$(UV) pip compile pyproject.toml --group test --group fuzz --group bench --group browser --group lint -c requirements.lock --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements-dev.lock
	for name in $(CLIENTS); do \
	  $(UV) pip compile tests/clients/requirements-$$name.in --generate-hashes --no-emit-index-url --no-header --quiet --upgrade -o requirements-clients-$$name.lock; done

texts: .stamps/dev ## Collect the texts of the code into the translation files
	$(PY) -m babel.messages.frontend --quiet extract -F babel.cfg -k translatable --no-location --omit-header --sort-output -o .stamps/django.pot .
	@for language in ko ja; do \
	  file=src/huntline/web/locale/$$language/LC_MESSAGES/django.po; mkdir -p $$(dirname $$file); \
	  [ -f $$file ] || $(PY) -m babel.messages.frontend --quiet init -i .stamps/django.pot -l $$language -o $$file; \
	  $(PY) -m babel.messages.frontend --quiet update -i .stamps/django.pot -l $$language -o $$file --no-fuzzy-matching --ignore-obsolete --omit-header; done

messages: .stamps/messages ## Compile the translations

clean: ## Remove what was installed and built (not var/, which holds your data)
	rm -rf .venv .stamps portal/node_modules tests/oracle/node_modules tests/clients/javascript/node_modules src/huntline/web/portal .mypy_cache .ruff_cache .pytest_cache

, := ,

.stamps/uv: requirements-bootstrap.lock
	$(call say,"Making a Python environment in .venv")
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.lock
	@mkdir -p .stamps && touch $@

.stamps/runtime: .stamps/uv requirements.lock pyproject.toml
	$(call say,"Installing Python packages")
	$(UV) pip install --python $(PY) --require-hashes -r requirements.lock
	$(UV) pip install --python $(PY) --quiet --no-deps -e .
	@mkdir -p .stamps && touch $@

.stamps/dev: .stamps/runtime requirements-dev.lock
	$(call say,"Installing Python packages for tests and checks")
	$(UV) pip install --python $(PY) --require-hashes -r requirements-dev.lock
	@touch $@

# --use-fuzzy: the catalogues have no header, so that no date changes with every run, and babel takes such a file for fuzzy.
.stamps/messages: .stamps/runtime $(wildcard src/huntline/web/locale/*/LC_MESSAGES/*.po)
	@$(PY) -m babel.messages.frontend --quiet compile --use-fuzzy --directory src/huntline/web/locale --domain django
	@touch $@

.stamps/node: portal/package-lock.json portal/package.json
	$(call say,"Installing the portal's packages")
	cd portal && npm ci --no-audit --no-fund
	@mkdir -p .stamps && touch $@

.stamps/oracle: tests/oracle/package-lock.json
	$(call say,"Installing Microsoft's KQL parser for the tests")
	cd tests/oracle && npm ci --no-audit --no-fund
	@mkdir -p .stamps && touch $@

# Their pins collide with each other's and with ours.
.stamps/clients/%.done: requirements-clients-%.lock .stamps/uv
	$(call say,"Installing clients for the tests: $*")
	$(UV) venv --quiet --clear --python $(PY) .stamps/clients/$*
	$(UV) pip install --quiet --python .stamps/clients/$*/bin/python --require-hashes -r $<
	@touch $@

.stamps/clients/javascript.done: tests/clients/javascript/package-lock.json
	$(call say,"Installing Microsoft's JavaScript client of Graph for the tests")
	cd tests/clients/javascript && npm ci --no-audit --no-fund
	@mkdir -p .stamps/clients && touch $@

.stamps/portal: .stamps/node $(PORTAL_SOURCES)
	$(call say,"Building the portal")
	cd portal && npm run --silent build
	@touch $@
