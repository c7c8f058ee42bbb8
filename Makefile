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

lock: setup-dev ## Pin the newest versions that fit requirements/*.in
	@scripts/lock

.PHONY: help setup run train setup-dev test check lock
