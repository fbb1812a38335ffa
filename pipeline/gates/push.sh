# shellcheck shell=bash
# Pushes by digest: nothing can be pulled by name before it is signed. Then reads every layer back.
digest=$(crane digest --tarball "$OUT/sbom/image.tar")
crane push "$OUT/sbom/image.tar" "$REPOSITORY@$digest" --image-refs "$FOLDER/reference"
crane validate --remote "$REPOSITORY@$digest"
