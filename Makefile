.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON3 ?= python3
BOT := .venv/bin/bot

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

setup: ## Make the environments (web and engine)
	@$(PYTHON3) -m bot.environments web engine

run: ## Do everything that is needed and run the service (http://127.0.0.1:8000)
	@$(PYTHON3) -m bot.environments web engine
	@exec $(BOT) serve

train: setup ## Train the model when something changed
	@$(BOT) train

setup-dev:
	@$(PYTHON3) -m bot.environments dev engine
	@scripts/system-packages

test: setup-dev ## Run every test
	@scripts/test

check: setup-dev ## Lint and types (ruff, mypy)
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/mypy --python-version 3.10 --python-executable .venv-engine/bin/python --config-file mypy-engine.ini bot/engine actions

readability: setup ## Measure how hard the answers are to read (LiNT-II)
	@$(BOT) readability

antwoorden: setup ## Write docs/antwoorden.md again, for proofreading
	@$(BOT) answers --markdown > docs/antwoorden.md.new && mv docs/antwoorden.md.new docs/antwoorden.md

nlu-report: setup ## Show how well messages are understood, per group, with the confusions
	@$(BOT) train > /dev/null && .venv/bin/python tests/bench/nlu_report.py

widget: setup ## Print the sizes of the chat widget, and the line with its hash for other websites
	@.venv/bin/python -m bot.web.widget

screenshots: setup-dev ## Take the pictures of the README from a running service
	@.venv/bin/python scripts/screenshots.py

screenshots-staff: setup-dev ## Take the pictures of the console, on demo data
	@.venv/bin/python scripts/staff_screenshots.py

bench-nlu: setup ## Measure our NLU beside Rasa's stock pipeline (takes an hour or more)
	@PYTHONWARNINGS=ignore .venv-engine/bin/python tests/bench/nlu_bench.py

htmx: ## Fetch htmx for the staff console again (versions in scripts/vendor-htmx)
	@scripts/vendor-htmx

lock: setup-dev ## Pin the newest versions that fit requirements/*.in
	@scripts/lock

.PHONY: help widget setup run train setup-dev test check readability antwoorden nlu-report screenshots screenshots-staff bench-nlu htmx lock
