# shellcheck shell=bash
# What the image is and does when it runs, by image-audit: the tool that reads it is not the one that built it. It is no
# part of what a service needs; where it is not installed the gate is skipped by that name.
command -v image-audit || exit 0
image-audit "$IMAGE_ID" --profile profile.json --workload "$WORKLOAD" --max-bytes "$MAX_BYTES" --json \
  --label "hardened-node-api.run=$RUN" --work-dir "$FOLDER" > "$FOLDER/report.json" || [ $? -eq 1 ]
