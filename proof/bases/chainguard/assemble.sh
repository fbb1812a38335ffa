#!/bin/sh
# Lays the look-alike out: assemble.sh <distroless root> <files> <tree>. Runs in the build, as root.
set -eu
distroless=$1 files=$2 tree=$3
cp -a "$distroless/." "$tree"
mv "$tree/nodejs/bin/node" "$tree/usr/bin/node"
rm -rf "$tree/nodejs" "$tree/home/nonroot"
cp "$files/passwd" "$files/group" "$tree/etc/"
install -d -o 65532 -g 65532 "$tree/home/node"
install -d -m 0777 -o 65532 -g 65532 "$tree/app" # as published: everybody may write

# The free image has npm and a busybox with its applets, and dumb-init that its entry point does not use.
mkdir -p "$tree/usr/lib/node_modules"
cp -R /usr/local/lib/node_modules/npm "$tree/usr/lib/node_modules/"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$tree/usr/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$tree/usr/bin/npx"
cp /bin/busybox /usr/bin/dumb-init "$tree/usr/bin/"
for applet in $(/bin/busybox --list | grep -v -e '^dpkg' -e '^rpm'); do # Debian's own additions
  [ -e "$tree/usr/bin/$applet" ] || ln -s busybox "$tree/usr/bin/$applet"
done
for package in busybox-static dumb-init; do dpkg --status "$package" > "$tree/var/lib/dpkg/status.d/$package"; done
