#!/usr/bin/env bash
# One index over the images that passed the gates, signed with its children, and everything attested of them attested of
# it too: a cluster verifies the digest that is deployed, and that is the index.
set -euo pipefail
tag="$REPOSITORY:$VERSION"
manifests=()
for reference in out/release/*/push/reference; do manifests+=(--manifest "$(cat "$reference")"); done
set -x
crane index append "${manifests[@]}" --tag "$tag"
subject="$REPOSITORY@$(crane digest "$tag")"
cosign sign --yes --recursive "$subject"
# One after the other: two at a time lose entries on a registry without the referrers API, and both report success.
for folder in out/release/*/attest; do
  while read -r type predicate; do
    cosign attest --yes --type "$type" --predicate "$folder/$predicate.json" "$subject" < /dev/null
  done < "$folder/attestations"
done
printf 'image=%s\n' "$subject" >> "$GITHUB_OUTPUT"
