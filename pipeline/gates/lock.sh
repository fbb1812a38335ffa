# shellcheck shell=bash
# Installs what the lock file names into an empty folder, as pnpm-workspace.yaml allows: frozen, no script of a
# stranger, no young release, no lost provenance. And writes the lock file's history, for who rolls it back.
git ls-files --cached --others --exclude-standard -- '*package.json' '*package-lock.json' pnpm-lock.yaml pnpm-workspace.yaml > "$FOLDER/manifests"
tar -c -T "$FOLDER/manifests" | tar -x -C "$FOLDER"
git log --first-parent -m --reverse --patch --format='commit %h' -- pnpm-lock.yaml > "$FOLDER/history"
pnpm --dir "$FOLDER" install --frozen-lockfile --config.fetch-retries=0 --reporter=append-only
rm -r "$FOLDER/node_modules"
