# `make help` lists the targets. Nothing here is needed to build: `swift build` does that. `deps` looks
# for what the system lacks, and asks for neither network nor password when it lacks nothing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
RELEASE_FLAGS := -c release --static-swift-stdlib --product spalt
SPALT := .build/release/spalt
DEMO := TestData/service.ndjson
SOURCES := Sources Tests Fuzz Package.swift
MANUAL := .build/spalt.1

LIBRARY := .build/lib/libspalt.so

.PHONY: help deps build library man docs demo test soak bench format lint tidy fuzz clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1\t\2/' | expand -t 12

deps: ## Install the system packages that are missing.
	@Scripts/install-deps.sh

build: deps ## Build the command in release mode, linked to the Swift runtime statically.
	$(SWIFT) build $(RELEASE_FLAGS)

library: deps ## Build the C library, .build/lib/libspalt.so, with its header and pkg-config file.
	$(SWIFT) build -c release --static-swift-stdlib --target SpaltABI
	@SWIFT="$(SWIFT)" Scripts/build-library.sh

man: build ## Make the manual page, .build/spalt.1; man -l shows it.
	$(SPALT) manual > $(MANUAL)
	@echo $(MANUAL)

docs: build ## Build the library's documentation with warnings as errors, .build/Spalt.doccarchive.
	@SWIFT="$(SWIFT)" Scripts/build-docs.sh

demo: build ## Show the command at work on a small log.
	@run() { echo; echo "$$ $$*"; "$$@"; }; \
	run $(SPALT) $(DEMO) --select ts,level,msg,http.path --to table -n 5; \
	run $(SPALT) $(DEMO) --where "status >= 500 AND msg ~ 'time(d )?out'" --select ts,service,msg --to csv -n 5; \
	run $(SPALT) $(DEMO) --level warn --since 2024-06-11T08:05 --count; \
	run $(SPALT) schema $(DEMO); \
	run $(SPALT) TestData/access.log --where "status >= 500" --select time,host,method,path,status --to table -n 5; \
	run $(SPALT) TestData/service.logfmt --where "latency_ms > 250" --select ts,msg,latency_ms --to csv -n 5; \
	run $(SPALT) TestData/mixed.log --select _line,_format,level,msg,status --on-error keep --to table; \
	run $(SPALT) explain TestData/mixed.log; \
	run $(SPALT) TestData/compressed/* --select _file,_format,status --where "status >= 500" --to csv -n 8; \
	run $(SPALT) $(DEMO) --to none --stats

test: build library ## Run all tests, those of the command and the C library on release builds.
	SPALT_BINARY=$(abspath $(SPALT)) SPALT_LIBRARY=$(abspath $(LIBRARY)) $(SWIFT) test

soak: build ## Change files while they are read, 1,000 times: make soak RUNS=50.
	Scripts/soak.py --spalt $(SPALT) --runs $(or $(RUNS),1000)
	SPALT_SOAK_RUNS=$(or $(RUNS),1000) $(SWIFT) test --filter 'ChangingFileSoak'

bench: build ## Measure against the rivals: make bench ARGS='--refault --only ndjson'.
	python3 Benchmarks/run.py --spalt $(SPALT) $(ARGS)

format: ## Format the Swift sources.
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

lint: ## Check format and style of the Swift sources.
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

tidy: ## Check what the formatter does not: unsafe code, imports, file lengths.
	python3 Scripts/tidy.py

fuzz: deps ## Run all fuzz targets: make fuzz SECONDS_IN_ALL=600.
	Fuzz/run.sh $(or $(SECONDS_IN_ALL),60)

clean: ## Remove everything that was built.
	rm -rf .build .build-* Fuzz/.build Fuzz/.build-* Benchmarks/.build Benchmarks/.build-*
