# shellcheck shell=bash
# Keyless: the identity of this run, as a certificate; the signature in the transparency log.
cosign sign --yes "$SUBJECT"
