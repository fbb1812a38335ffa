#!/usr/bin/env bash
# The release, with the commands by which anybody verifies what it names. --target is what the tag already is.
set -euo pipefail
mkdir -p out
identity=$(sed -n 's/.*"identity": "\(.*\)".*/\1/p' policies/trust.json)
issuer=$(sed -n 's/.*"issuer": "\(.*\)".*/\1/p' policies/trust.json)
cat > out/notes.md <<NOTES
\`$IMAGE\`

Verify that the release workflow signed exactly this digest:

\`\`\`sh
cosign verify-attestation --type https://sigstore.dev/cosign/sign/v1 \\
  --certificate-identity $identity \\
  --certificate-oidc-issuer $issuer \\
  $IMAGE
\`\`\`

And by an independent verifier, with the twelve points of the checklist: \`make checklist IMAGE=$IMAGE\`.
NOTES
set -x
gh release create "$VERSION" --verify-tag --title "$VERSION" --notes-file out/notes.md
