# shellcheck shell=bash
# The new statement first: an interrupt leaves one too many, which the next run removes, and never none.
cosign attest --yes --type https://cosign.sigstore.dev/attestation/vuln/v1 --predicate "$FOLDER/scan.json" "$SUBJECT"
# A failure decides nothing: ghcr.io refuses to delete, and without the referrers API the entry is off the list before oras
# asks for that. What verifies afterwards is counted, and an older scan that is still there fails the gate.
xargs -I {} oras manifest delete --force "$REPOSITORY@{}" < "$FOLDER/older" || true
cosign verify-attestation --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" \
  --type https://cosign.sigstore.dev/attestation/vuln/v1 "$SUBJECT" > "$FOLDER/scan.jsonl"
