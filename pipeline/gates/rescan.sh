# shellcheck shell=bash
# As a stranger would: the SBOMs that were signed with the release, one of each platform, joined, against what is known
# today. And what lies beside the image: on a registry without the referrers API the list does not say of what type.
cosign verify-attestation --certificate-identity "$IDENTITY" --certificate-oidc-issuer "$ISSUER" \
  --type https://cyclonedx.org/bom "$SUBJECT" |
  jq --slurp 'map(.payload | @base64d | fromjson.predicate) | .[0] + {components: map(.components[])}' > "$FOLDER/sbom.json"
grype "sbom:$FOLDER/sbom.json" --vex policies/openvex.json --output "json=$FOLDER/scan.json"
oras discover --format go-template='{{range .referrers}}{{println .digest}}{{end}}' "$SUBJECT" |
  xargs -I {} oras manifest fetch --output "$FOLDER/{}" "$REPOSITORY@{}"
