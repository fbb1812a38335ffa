# shellcheck shell=bash
# One after the other: two at a time lose entries on a registry without the referrers API, and both report success.
cosign download attestation "$SUBJECT" > "$FOLDER/before.jsonl"
while read -r type predicate; do
  cosign attest --yes --type "$type" --predicate "$FOLDER/$predicate.json" "$SUBJECT" < /dev/null
done < "$FOLDER/attestations"
cosign download attestation "$SUBJECT" > "$FOLDER/after.jsonl"
