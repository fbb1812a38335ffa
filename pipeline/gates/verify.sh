# shellcheck shell=bash
# As a stranger would: the registry's bytes against their digests, then every statement of each type by exactly this
# identity. The sign statement by name: "cosign verify" is content with any statement, an SBOM alone too.
crane validate --remote "$SUBJECT"
while read -r type name; do
  cosign verify-attestation --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" \
    --type "$type" "$SUBJECT" < /dev/null > "$FOLDER/$name.jsonl"
done < "$FOLDER/types"
