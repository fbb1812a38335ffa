#!/usr/bin/env bash
# Scans a released image again from its signed SBOMs and attests each result beside it. Exit 1 when the scan would not
# pass today: the attestation says so already, and admission refuses the image from then on.
set -euo pipefail
mkdir -p out/rescan
subject="$REPOSITORY@$(crane digest "$REPOSITORY:$VERSION")"
identity=$(sed -n 's/.*"identity": "\(.*\)".*/\1/p' policies/trust.json)
issuer=$(sed -n 's/.*"issuer": "\(.*\)".*/\1/p' policies/trust.json)
set -x
cosign verify-attestation --type https://cyclonedx.org/bom --certificate-identity "$identity" \
  --certificate-oidc-issuer "$issuer" "$subject" > out/rescan/sboms.jsonl
node pipeline/rescan.ts "$subject"
