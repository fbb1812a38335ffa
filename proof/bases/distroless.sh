#!/usr/bin/env bash
# Makes the root file system of the distroless image: distroless.sh <folder>; writes <folder>/rootfs.tar.
# Packages are unpacked, never installed: no maintainer script runs and no shell comes along.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1 tree=$1/tree
export SOURCE_DATE_EPOCH=1789689600
mkdir -p "$out/lists/partial" "$out/cache/archives/partial" "$out/debs" "$tree"
# An apt of its own: the machine's package lists stay as they are.
cat "$out/apt.conf" - > "$out/apt-own.conf" <<CONF
Dir::Etc::sourcelist "$out/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$out/lists";
Dir::State::status "/dev/null";
Dir::Cache "$out/cache";
APT::Sandbox::User "";
CONF
export APT_CONFIG=$out/apt-own.conf
apt-get -qq update
packages=()
while read -r package; do packages+=("$package"); done < "$here/rootfs/distroless.packages"
(cd "$out/debs" && apt-get -qq download "${packages[@]}" ca-certificates)
dpkg-deb -x "$out"/debs/base-files_*.deb "$tree" # first: /lib and /bin become links into /usr
mkdir -p "$tree/var/lib/dpkg/status.d"
for deb in "$out"/debs/*.deb; do
  case $deb in */ca-certificates_*) dpkg-deb -x "$deb" "$out/ca" ;; *) dpkg-deb -x "$deb" "$tree" ;; esac
  record=$tree/var/lib/dpkg/status.d/$(dpkg-deb -f "$deb" Package) # so that scanners see the package
  dpkg-deb -f "$deb" > "$record"
  dpkg-deb -I "$deb" md5sums > "$record.md5sums"
done
mkdir -p "$tree/etc/ssl/certs" "$tree/usr/share/doc/ca-certificates" "$tree/home/nonroot"
cat "$out"/ca/usr/share/ca-certificates/mozilla/*.crt > "$tree/etc/ssl/certs/ca-certificates.crt"
cp "$out/ca/usr/share/doc/ca-certificates/copyright" "$tree/usr/share/doc/ca-certificates/"
cp -R "$here/files/distroless/." "$tree/"
chmod 0755 "$tree" "$tree/home"
chmod 0700 "$tree/root" "$tree/home/nonroot"
chmod 1777 "$tree/tmp"
pack() { tar --numeric-owner --format=gnu --sort=name --mtime=@$SOURCE_DATE_EPOCH -C "$tree" "$@"; }
pack --owner=0 --group=0 --exclude=./home/nonroot -cf "$out/rootfs.part" .
pack --owner=65532 --group=65532 -rf "$out/rootfs.part" ./home/nonroot
mv "$out/rootfs.part" "$out/rootfs.tar"
