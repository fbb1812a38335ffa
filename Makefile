# The menu and the dependency graph; whatever is longer than three lines is a script.
# course/ and proof/ add their own targets and can be deleted whole.
export PATH := $(CURDIR)/toolchain/bin:$(PATH)
BASES_FILE :=
IMAGE := hardened-node-api:stage-4
VITEST := node_modules/.bin/vitest run $(if $(MAKE_TERMOUT),,--no-color)

.DEFAULT_GOAL := help
.PHONY: help setup toolchain image run dev clean pipeline check test

##@ Build and run (core)

help: ## this menu
	@awk -f toolchain/menu.awk $(MAKEFILE_LIST)

setup: toolchain ## bring what is missing: Node, pnpm, linters, engine (says what it does; safe to repeat)

toolchain:
	@toolchain/setup.sh

# Only Node itself, for the commands that must not install anything else.
toolchain/bin/node:
	@toolchain/setup.sh node

image: setup ## build docker/4-signed.Dockerfile, the image that ships
	@node pipeline/image.ts --tag $(IMAGE) $(BASES_FILE:%=--bases %)

run: image ## run it in the foreground on 127.0.0.1:3000 under profile.json (PORT=… for another port)
	@node pipeline/run.ts $(IMAGE) $(PORT:%=--port %)

dev: toolchain ## the service itself, without an image, on 127.0.0.1:3000; restarts when a source file changes (PORT=…)
	@LOG_LEVEL=$${LOG_LEVEL:-debug} DRAIN_DELAY_MS=0 HOST=127.0.0.1 ADMIN_HOST=127.0.0.1 ADMIN_PORT=$${ADMIN_PORT:-0} \
	  node --watch --watch-preserve-output apps/api/src/main.ts

clean: toolchain/bin/node ## remove what any command started and left, and out/ (ALL=1: images and toolchain too)
	@node pipeline/clean.ts $(if $(ALL),--all)

##@ Ship (core)

# AROUND: a command that starts what this machine has not, a registry or a signer, and runs the rest within it.
pipeline: setup ## the image through every gate, in order; stops at the first that refuses it
	@$(AROUND) node pipeline/gates/main.ts $(BASES_FILE:%=--bases %)

##@ Test (core)

check: toolchain ## types, lint, unit tests; no engine, a minute or two
	@$(VITEST) --project=unit --project=lint

test: setup ## check, images, ladder: the command to run before a push
	@$(VITEST) --project=unit --project=lint --project=engine

-include course/course.mk proof/proof.mk
