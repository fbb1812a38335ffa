BASES ?= auto
BASES_FILE := out/bases.json

##@ Prove (this repository)

.PHONY: prove ci
# The image first: many proofs build the same one, and whoever removes its last name takes it from what still needs it.
prove: image tools-if-possible ## every control taken away, interrupts, reproducibility; minutes
	@$(VITEST) --project=prove --project=alone

# make test, then make prove, as one run: it ends with the sum of both.
ci: image variant-bases tools-if-possible
	@$(VITEST)

.PHONY: doctor
doctor: toolchain/bin/node ## say what is missing here and how to get it
	@node proof/doctor.ts

.PHONY: mutate
mutate: setup ## take each control away, one at a time, and see who notices (ONLY=text: those that contain it)
	@node proof/mutants/main.ts $(if $(ONLY),--only '$(ONLY)')

.PHONY: pins
pins: toolchain ## pin doctor: digests, dead bases, Node support dates, actions, update bots (ONLINE=1: registries must answer)
	@node proof/pins/main.ts $(if $(ONLINE),--online)

.PHONY: tools
tools: toolchain ## bring the pinned tools of pipeline/tools.json (ONLY="syft grype": those); minutes the first time
	@node proof/tools/main.ts $(ONLY)

.PHONY: tools-if-possible
tools-if-possible: toolchain
	@node proof/tools/main.ts --optional

.PHONY: attack-supply-chain
attack-supply-chain: pipeline-tools ## every attack on the way from push to admitted, and who refuses it in its own words
	@node proof/tools/main.ts kyverno-cli
	@node proof/attack-matrix/main.ts

.PHONY: patch-drill
patch-drill: setup pipeline-tools ## a finding appears in what runs: notice, bump, rebuild, roll out, revoke, timed (WRITE=1: the runbook)
	@node proof/tools/main.ts etcd kube-apiserver kubectl kyverno jq oras
	@node proof/patch-drill/main.ts $(if $(WRITE),--write)

.PHONY: sigstore-up sigstore-down sigstore-tools
sigstore-tools: toolchain
	@node proof/tools/main.ts cosign fulcio ctlog rekor-server timestamp-server >&2
sigstore-up: sigstore-tools ## start a complete Sigstore on loopback; . out/sigstore/env lets cosign sign --yes IMAGE use it
	@node proof/sigstore/up.ts
sigstore-down: toolchain ## end it; its keys stay in out/sigstore
	@node proof/sigstore/down.ts

# The pipeline here runs within a registry and a Sigstore of its own.
AROUND := node proof/gates/around.ts
pipeline: pipeline-tools

.PHONY: grype
grype: toolchain
	@node proof/tools/main.ts grype
vulnerabilities: grype

.PHONY: pipeline-tools
pipeline-tools: toolchain
	@node proof/tools/main.ts cosign crane docker-registry syft grype fulcio ctlog rekor-server timestamp-server

# Set-up here also brings the engine and the base images.
setup: engine bases

# Variants have bases that nothing else needs; they are made only for whoever builds one.
.PHONY: variant-bases
variant-bases: engine
	@node proof/bases/resolve.ts --mode $(BASES) --out $(BASES_FILE) --variants
test variants $(VARIANTS:%=variant-%) $(VARIANTS:%=attack-%): variant-bases

.PHONY: engine
engine: toolchain ## start the container engine; as root on a bare Debian also install it
	@node proof/engine/up.ts

.PHONY: bases
bases: engine ## get the base images: BASES=hub pulls, local rebuilds them here, auto asks the registry once
	@node proof/bases/resolve.ts --mode $(BASES) --out $(BASES_FILE)
