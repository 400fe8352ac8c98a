# Everything that is done by hand here is done the same way by .ci/run. `make` alone prints the list.
PYTHON ?= python3
V := .venv
PY := $(V)/bin/python
PYTEST := $(PY) -m pytest
# One process a core, and no more than eight: each has its own copy of the database.
PARALLEL := -n logical --maxprocesses=8 --dist=worksteal
TEST_SETTINGS := DJANGO_SETTINGS_MODULE=ecoquartier.config.settings.test
# What a production would write, for the checks that ask for it; nothing connects to this database.
PRODUCTION := DJANGO_SETTINGS_MODULE=ecoquartier.config.settings.base DATABASE_URL=postgresql://label@localhost/label \
	BASE_URL=https://label.example.fr SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(64))')

help:            ## cette liste
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):[^#]*## */\1\t/' | expand -t 18

# --- Installer et lancer

setup: $(V)/.base ## installe l’environnement Python (fait d’office par run et test)
	@echo "Environnement prêt."

run: $(V)/.base   ## lance tout : base, données, site et travailleur (PORT=, BIND=, DEBUG=1)
	@$(PY) manage.py dev

demo: $(V)/.base  ## efface les données de démonstration et les charge de nouveau
	@$(PY) manage.py reset_demo

# --- Tester

test: $(V)/.dev   ## toute la suite, sauf les parcours dans un navigateur (ARGS=…)
	@$(PYTEST) -q $(PARALLEL) --ignore=tests/e2e $(ARGS)

test-fast: $(V)/.dev ## les tests en échec d’abord, arrêt au premier (ARGS=tests/dossiers)
	@$(PYTEST) -q -x --ff --ignore=tests/e2e $(ARGS)

test-e2e: $(V)/.e2e ## parcours et accessibilité dans Chromium
	@$(PYTEST) -q tests/e2e $(ARGS)

bench: $(V)/.dev  ## ce que coûtent les pages, à côté de ce qui leur est comparé (ARGS="--dossiers 467 --only liste")
	@$(PY) -m tests.bench $(ARGS)

# --- Vérifier

DOCS := $(if $(wildcard src/ecoquartier/ops/management/commands/generate_docs.py),docs)
SOURCES := find src tests tools manage.py -name '*.py'
TEMPLATES := find src -name '*.html'
CHECKS := $(filter-out $(SKIP),lock format lint words idioms templates types imports migrations django deploy $(DOCS) test)

check: $(V)/.dev  ## tout ce que vérifie l’intégration continue, sans s’arrêter au premier échec (SKIP=test)
	@failed=; for step in $(CHECKS); do \
		echo "— $$step"; $(MAKE) --no-print-directory -s check-$$step || failed="$$failed $$step"; \
	done; \
	if [ -n "$$failed" ]; then echo "Échec :$$failed"; exit 1; else echo "Tout est en ordre."; fi

lint: check-lint check-words check-idioms ## ruff, les mots anglais du code, ce que Django abandonne
types: check-types    ## mypy, là où sont les règles
imports: check-imports ## l’ordre des applications et de leurs pièces

check-lock: # no host of an index, no local path in what everybody installs
	! grep -nE '://|^--' requirements/*.txt
check-format: $(V)/.dev
	$(V)/bin/ruff format --check --output-format concise .
check-lint: $(V)/.dev
	$(V)/bin/ruff check --quiet --output-format concise .
check-words: $(V)/.dev
	$(SOURCES) | xargs $(V)/bin/typos --format brief
check-idioms: $(V)/.dev # what Django gives up
	$(SOURCES) | xargs $(V)/bin/django-upgrade --target-version 5.2 --check
check-templates: $(V)/.dev
	$(V)/bin/djlint --lint --quiet src/ecoquartier
	$(TEMPLATES) | xargs $(V)/bin/djade --target-version 5.2 --check
check-types: $(V)/.dev
	$(V)/bin/mypy --no-error-summary
check-imports: $(V)/.dev
	PYTHONPATH=src $(V)/bin/lint-imports --no-logo --cache-dir var/cache/imports
check-migrations: $(V)/.dev
	$(TEST_SETTINGS) $(PY) manage.py makemigrations --check --dry-run
check-django: $(V)/.dev
	$(TEST_SETTINGS) $(PY) manage.py check --fail-level WARNING
check-deploy: $(V)/.dev
	$(PRODUCTION) $(PY) manage.py check --deploy --fail-level WARNING
check-docs: $(V)/.dev
	$(TEST_SETTINGS) $(PY) manage.py generate_docs --check
check-test: test

# --- Écrire

fix: $(V)/.dev    ## met en forme, range les imports, corrige ce qui peut l’être
	$(SOURCES) | xargs $(V)/bin/django-upgrade --target-version 5.2 || true
	$(TEMPLATES) | xargs $(V)/bin/djade --target-version 5.2 || true
	$(V)/bin/ruff check --fix --quiet . || true
	$(V)/bin/ruff format --quiet .

docs-generated: $(V)/.dev ## écrit de nouveau les pages produites par le code
	$(TEST_SETTINGS) $(PY) manage.py generate_docs

messages: $(V)/.base ## refait les pluriels de locale/fr (demande GNU gettext)
	$(PY) tools/fill_plurals.py

migration: $(V)/.base ## une migration nommée (app=… name=…)
	@test -n "$(name)" || { echo "Écrivez : make migration app=dossiers name=ce_qui_change"; exit 2; }
	$(PY) manage.py makemigrations $(app) --name $(name)
	@test ! -x $(V)/bin/ruff || $(V)/bin/ruff format --quiet src/ecoquartier/*/migrations

lock:            ## résout de nouveau les dépendances (avec uv)
	for kind in base dev e2e; do \
		uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
			--no-emit-index-url --no-emit-find-links $(ARGS) requirements/$$kind.in -o requirements/$$kind.txt || exit 1; \
	done
	@$(MAKE) --no-print-directory -s check-lock

clean:           ## efface l’environnement et les caches, jamais les données de var/
	rm -rf $(V) var/cache

# --- L’environnement : un fichier témoin par jeu de dépendances, que l’outil tient à jour

$(V)/.base $(V)/.dev $(V)/.e2e: FORCE
	@command -v $(PYTHON) >/dev/null || { echo "Il faut Python 3.11 ou plus récent : apt-get install python3"; exit 2; }
	@$(PYTHON) tools/environment.py $(@:$(V)/.%=%)
FORCE:

.PHONY: help setup run demo test test-fast test-e2e bench check lint types imports fix docs-generated migration lock clean \
	$(CHECKS:%=check-%)
