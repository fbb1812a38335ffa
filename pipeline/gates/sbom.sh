# shellcheck shell=bash
# The image as it will be pushed, and what is in it. By ID: a tag can be moved between two commands.
docker image save --output "$FOLDER/image.tar" "$IMAGE_ID"
SYFT_CHECK_FOR_APP_UPDATE=false syft scan "docker-archive:$FOLDER/image.tar" --source-name "$REPOSITORY" --source-version "$IMAGE_ID" \
  --output "spdx-json=$FOLDER/sbom.spdx.json" --output "cyclonedx-json=$FOLDER/sbom.cdx.json"
