# shellcheck shell=bash
# The new statement first: an interrupt leaves one too many, which the next run removes, and never none. A registry may
# refuse to delete, as ghcr.io does: on one without the referrers API the entry is off the list before oras asks for that.
# What counts is what verifies afterwards.
cosign attest --yes --type https://cosign.sigstore.dev/attestation/vuln/v1 --predicate "$FOLDER/scan.json" "$SUBJECT"
xargs -I {} oras manifest delete --force "$REPOSITORY@{}" < "$FOLDER/older" || true
cosign verify-attestation --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" \
  --type https://cosign.sigstore.dev/attestation/vuln/v1 "$SUBJECT" > "$FOLDER/scan.jsonl"
