# shellcheck shell=bash
# As a stranger would: the registry's bytes against their digests, then every statement of each type by exactly this
# identity. The sign statement by name: "cosign verify" is content with any statement, an SBOM alone too.
crane validate --remote "$SUBJECT"
while read -r type name; do
  cosign verify-attestation --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" \
    --type "$type" "$SUBJECT" < /dev/null > "$FOLDER/$name.jsonl"
done < "$FOLDER/types"
# And again by a verifier that shares no code with cosign, with its own checks, where it is installed.
command -v image-audit-registry || exit 0
root=$(find "${TUF_ROOT:-$HOME/.sigstore/root}" -name trusted_root.json | head -n 1)
image-audit-registry "$SUBJECT" --trust "$TRUST" --bases policies/bases.json --trusted-root "$root" --json \
  > "$FOLDER/again.json" || [ $? -eq 1 ]
