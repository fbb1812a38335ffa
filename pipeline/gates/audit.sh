# shellcheck shell=bash
# What the lock file brings, development tools included, against the vulnerability database.
pnpm sbom --sbom-format cyclonedx --lockfile-only --out "$FOLDER/sbom.json"
grype "sbom:$FOLDER/sbom.json" --vex policies/openvex.json --output "json=$FOLDER/scan.json"
