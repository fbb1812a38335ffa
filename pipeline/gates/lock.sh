# shellcheck shell=bash
# Installs what the lock file names into an empty folder, as pnpm-workspace.yaml allows: frozen, no script of a
# stranger, no young release, no lost provenance. And writes the lock file's history, for who rolls it back.
git ls-files --cached --others --exclude-standard -- '*package.json' '*package-lock.json' pnpm-lock.yaml pnpm-workspace.yaml > "$FOLDER/manifests"
tar -c -T "$FOLDER/manifests" | tar -x -C "$FOLDER"
git log --first-parent -m --reverse --patch --format='commit %h' -- pnpm-lock.yaml > "$FOLDER/history"
# Into the clone's own store: where the clone is a mount of its own, pnpm would make a new one among its files.
pnpm --dir "$FOLDER" install --frozen-lockfile --store-dir="$(dirname "$(pnpm store path)")" --config.fetch-retries=0 --reporter=append-only
rm -r "$FOLDER/node_modules"
