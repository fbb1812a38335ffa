#!/bin/sh
# Fails unless the programs just laid out run and say these versions: check-node.sh <node> <yarn>
set -eu
says() {
  found=$("$1" --version) || { echo "$1 does not run" >&2; exit 1; }
  # shellcheck disable=SC2254 # a pattern on purpose
  case $found in $2) ;; *) echo "expected $1 to say $2, it says $found" >&2; exit 1 ;; esac
}
says node "v$1"
says yarn "$2"
says npm '[0-9]*'
says corepack '[0-9]*'
