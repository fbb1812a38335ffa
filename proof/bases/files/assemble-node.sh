#!/bin/sh
# Lays the npm packages out as Node's release archive and Yarn's do: assemble-node.sh <node_modules> all|own
set -eu
npm=$1 headers=$2 here=$(dirname "$0")
for file in bin include share CHANGELOG.md LICENSE README.md; do cp -R "$npm"/node-linux-*/"$file" /usr/local/; done
case $(uname -m) in x86_64) own=linux-x86_64 ;; aarch64) own=linux-aarch64 ;; *) echo "no Node for $(uname -m)" >&2; exit 1 ;; esac
[ "$headers" = all ] || find /usr/local/include/node/openssl/archs -mindepth 1 -maxdepth 1 ! -name "$own" -exec rm -rf {} +
mkdir -p /usr/local/lib/node_modules /opt
cp -R "$npm/npm" "$npm/corepack" /usr/local/lib/node_modules/
cp -R "$npm/yarn" /opt/yarn-v1.22.22
cd /usr/local/bin
ln -s /usr/local/bin/node nodejs
ln -s ../lib/node_modules/npm/bin/npm-cli.js npm
ln -s ../lib/node_modules/npm/bin/npx-cli.js npx
ln -s ../lib/node_modules/corepack/dist/corepack.js corepack
ln -s /opt/yarn-v1.22.22/bin/yarn yarn
ln -s /opt/yarn-v1.22.22/bin/yarnpkg yarnpkg
sh "$here/check-node.sh" 24.21.0 1.22.22
rm -rf /tmp/* /root/.npm /root/.cache
