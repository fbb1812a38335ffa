LADDER = node packages/ladder/src/main.ts $(BASES_FILE:%=--bases %)

##@ Walk the ladder (course)

.PHONY: demo
demo: setup ## the whole ladder: four images, each built, measured and judged, then the scorecard
	@$(LADDER) demo

.PHONY: stage-1 stage-2 stage-3 stage-4
stage-1 stage-2 stage-3 stage-4: stage-%: setup ## build one stage, measure it, show what improved (ALL=1: every check)
	@$(LADDER) stage $* $(if $(ALL),--all)

.PHONY: run-1 run-2 run-3 run-4
run-1 run-2 run-3 run-4: run-%: setup ## run one stage in the foreground as its contract runs it (PORT=… for another port)
	@$(LADDER) run $* $(PORT:%=--port %)

.PHONY: scorecard
scorecard: setup ## measure all four stages, print the scorecard, write out/scorecard.html
	@$(LADDER) scorecard

.PHONY: page
page: toolchain ## write out/scorecard.html again from the stored results, without an engine
	@$(LADDER) page

.PHONY: readme
readme: toolchain ## bring the table in README.md and docs/scorecard.svg to the contracts and the last figures
	@$(LADDER) readme

.PHONY: compare
compare: setup ## two stages or variants side by side, with evidence and the diff (make compare A=1 B=4)
	@$(LADDER) compare '$(A)' '$(B)'

.PHONY: vulnerabilities
vulnerabilities: setup ## known vulnerabilities of the four images, by a live database; says so where none can be reached
	@$(LADDER) vulnerabilities

.PHONY: attack-1 attack-2 attack-3 attack-4
attack-1 attack-2 attack-3 attack-4: attack-%: setup ## six attacks on one stage: which succeed, and the line that stops the others (ASK=1: guess first)
	@node course/attacks/src/main.ts $* $(if $(ASK),--ask) $(BASES_FILE:%=--bases %)

##@ Choose another final image (course)

VARIANTS := distroless alpine chainguard

.PHONY: variants
variants: setup ## the final images to choose from, side by side: size, packages, libc, shell, start-up, memory, checks
	@$(LADDER) variants

.PHONY: $(VARIANTS:%=attack-%)
$(VARIANTS:%=attack-%): attack-%: setup ## six attacks on one variant: what its shell costs (ASK=1: guess first)
	@node course/attacks/src/main.ts $* $(if $(ASK),--ask) $(BASES_FILE:%=--bases %)

.PHONY: $(VARIANTS:%=variant-%)
$(VARIANTS:%=variant-%): variant-%: setup ## build one variant of the last stage, measure it, judge it (ALL=1: every check)
	@$(LADDER) variant $* $(if $(ALL),--all)

##@ Audit any image (tool)

# The pipeline asks the tool too, where it is installed.
export PATH := $(CURDIR)/packages/ladder/node_modules/.bin:$(PATH)
export WORKLOAD := packages/ladder/workload.json
export MAX_BYTES := 250000000

# IMAGE has a default for other targets. Asked for before set-up begins.
given = $(if $(filter command environment,$(firstword $(origin IMAGE))),,$(error $1))

.PHONY: audit audit-needs-image
audit-needs-image:
	@: $(call given,audit: expected IMAGE=name:tag)
audit: audit-needs-image setup ## check an image: make audit IMAGE=… PROFILE=profile.json (WORKLOAD=…, MAX_BYTES=…)
	@mkdir -p out/run
	@node packages/image-audit/src/main.ts "$$IMAGE" --workload '$(WORKLOAD)' --max-bytes '$(MAX_BYTES)' $(PROFILE:%=--profile '%') --label 'hardened-node-api.run=$(CURDIR)/out/run/$@' --work-dir out/run

TRUST ?= policies/trust.json
TRUSTED_ROOT := trusted_root.json

.PHONY: checklist checklist-needs-image
checklist-needs-image:
	@: $(call given,checklist: expected IMAGE=host/repository@sha256:…)
checklist: checklist-needs-image setup ## the twelve points, each with its checks: make checklist IMAGE=host/repository@sha256:… (TRUST=…, TRUSTED_ROOT=…)
	@mkdir -p out/run
	@node packages/image-audit/src/registry-main.ts "$$IMAGE" --checklist --trust '$(TRUST)' --bases policies/bases.json --trusted-root '$(TRUSTED_ROOT)' --workload '$(WORKLOAD)' --profile profile.json --label 'hardened-node-api.run=$(CURDIR)/out/run/$@' --work-dir out/run
