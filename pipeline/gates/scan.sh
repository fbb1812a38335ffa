# shellcheck shell=bash
# Scans the SBOM that will be signed, so that the answer is about what the signature covers.
grype "sbom:$OUT/sbom/sbom.cdx.json" --vex policies/openvex.json --output "json=$FOLDER/scan.json"
