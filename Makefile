# `make` lists the targets. Everything is set up on first use; each step is skipped when it is already done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup build run serve test check fuzz bench bench-durable bench-native bench-start fmt lint doctor clean

PRESET ?= release

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo '  make run GOAL="I want a website for my restaurant, with a menu and table reservations"'

setup: ## install what the build and the program need (Debian packages, by name)
	@scripts/setup

build: setup ## build build/tenon
	@scripts/build $(PRESET) tenon

run: build ## from a sentence to running software: make run GOAL="…" [ARGS="--no-serve"] [INTERVIEW=1]
	@if [ -z "$$GOAL" ]; then echo 'Say what you need: make run GOAL="a website for my restaurant with reservations"' >&2; exit 2; fi
	@exec build/tenon build "$$GOAL" $(if $(INTERVIEW),,--yes) $(ARGS)

serve: build ## serve the newest released app: make serve [PROJECT=name]
	@exec build/tenon preview $(PROJECT)

test: setup ## build and pass all tests
	@scripts/test

chaos: setup ## kill, freeze, cut off and fill up for twenty minutes; writes bench/results/chaos.md: make chaos [CHAOS_SEED=n]
	@scripts/chaos

fuzz: setup ## look for inputs that break what reads them, for hours: make fuzz [FUZZ=name] [TENON_FUZZ_SECONDS=n]
	@scripts/fuzz

bench: setup ## run the benchmarks and write bench/results
	@scripts/bench

bench-durable: setup ## durable execution beside other queues, on an idle machine: make bench-durable [QUICK=1]
	@scripts/bench-durable $(if $(QUICK),--quick)

bench-native: setup ## the native core beside ripgrep, git, ctags and others, on an idle machine: make bench-native [QUICK=1] [TREE=dir]
	@scripts/bench-native $(if $(QUICK),--quick) $(if $(TREE),--tree "$(TREE)")

bench-start: build ## what a start of the program costs beside git and ripgrep
	@/usr/bin/python3 bench/start.py build/tenon

fmt: setup ## format the sources
	@git ls-files '*.cpp' '*.h' ':!tests/fuzz/seeds' | xargs clang-format-19 -i

lint: setup ## formatting, clang-tidy and the order of rooms
	@scripts/lint

doctor: build ## what this machine has, what is missing and what that costs
	@build/tenon doctor

clean: ## remove what was built
	@rm -rf build
