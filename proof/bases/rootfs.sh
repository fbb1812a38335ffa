#!/usr/bin/env bash
# Makes the root file system of a node image: rootfs.sh slim|full <folder>; writes <folder>/rootfs.tar.
# <folder>/sources.list names the archive, <folder>/apt.conf how to reach it; both come from the machine (archive.ts).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
variant=$1 out=$2
export SOURCE_DATE_EPOCH=1789689600 # when the official base layer was made; fixed, so that the archive is reproducible
export TMPDIR=$out
options=(--quiet --variant=minbase --format=tar --aptopt="$out/apt.conf")
case $variant in
  full) packages=$(paste -sd, "$here/rootfs/full.packages") ;;
  slim)
    packages=adduser
    for path in doc groff info linda lintian locale man; do options+=(--dpkgopt="path-exclude=/usr/share/$path/*"); done
    options+=(--dpkgopt='path-include=/usr/share/doc/*/copyright') # licences stay
    ;;
  *) echo "rootfs.sh: expected slim or full, got $variant" >&2; exit 2 ;;
esac
# The mounts of a chroot in a namespace of their own: they end with the processes, however those end.
private=()
[ "$(id -u)" != 0 ] || private=(unshare --mount)
"${private[@]}" mmdebstrap "${options[@]}" --include="$packages" \
  --customize-hook="\"$here/rootfs/configure.sh\" \"\$1\" \"$out\"" \
  trixie "$out/rootfs.part" "$out/sources.list"
mv "$out/rootfs.part" "$out/rootfs.tar"
