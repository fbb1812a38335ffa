#!/bin/sh
# mmdebstrap's last step: what the official Debian and node images add to the packages. configure.sh <rootfs> <folder>
set -eu
root=$1 from=$2
chroot "$root" groupadd --gid 1000 node
chroot "$root" useradd --uid 1000 --gid node --shell /bin/bash --create-home node

# apt in a stage works unchanged: the machine's archive, and its options (a frozen mirror has expired Release files).
rm -f "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d/* "$root"/etc/apt/apt.conf.d/99mmdebstrap "$root"/var/cache/apt/*.bin
cp "$from/debian.sources" "$root/etc/apt/sources.list.d/debian.sources"
cp "$from/apt.conf" "$root/etc/apt/apt.conf.d/99archive"
cat > "$root/etc/apt/apt.conf.d/docker" <<'CONF'
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Apt::AutoRemove::SuggestsImportant "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
APT::Update::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/archives/partial/*.deb /var/cache/apt/*.bin || true"; };
CONF
[ ! -e "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" ] || mv "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$root/etc/dpkg/dpkg.cfg.d/docker"
echo force-unsafe-io > "$root/etc/dpkg/dpkg.cfg.d/docker-apt-speedup"

# A package installed in a build must not start its service.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"
