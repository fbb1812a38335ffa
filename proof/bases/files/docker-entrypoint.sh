#!/bin/sh
# Start-up of the node images: an option, an unknown word or a plain file is for node; anything else is a command.
set -e
runs_alone() {
  case $1 in -*) return 1 ;; esac
  found=$(command -v "$1") && [ -n "$found" ] || return 1
  # dash finds a plain file in the current folder although it cannot run it: https://bugs.debian.org/874264
  [ ! -f "$1" ] || [ -x "$1" ]
}
runs_alone "${1-}" || set -- node "$@"
exec "$@"
