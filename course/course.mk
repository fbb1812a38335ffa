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
scorecard: setup ## measure what is not measured yet and print the scorecard
	@$(LADDER) scorecard

##@ Audit any image (tool)

WORKLOAD := packages/ladder/workload.json

.PHONY: audit
audit: setup ## check an image: IMAGE=… WORKLOAD=… (this app's unless given) PROFILE=profile.json to run it hardened
	@node packages/image-audit/src/main.ts $(IMAGE) --workload $(WORKLOAD) $(PROFILE:%=--profile %)
