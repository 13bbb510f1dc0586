#!/bin/sh
# prepare.sh - installs the Debian packages that are missing for the purposes given.
#   prepare.sh build run test     purposes as in services/packages
set -eu
here=$(dirname "$0")

wanted=$(for purpose in "$@"; do sed -n "s/^$purpose //p" "$here/packages"; done)
missing=
for package in $wanted; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
if [ -n "$as_root" ] && ! command -v sudo >/dev/null; then
    echo "missing:$missing" >&2
    echo "install them as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing from Debian:$missing"
# The PostgreSQL package would make and start a cluster of its own; this one is told not to.
conf=/etc/postgresql-common/createcluster.d/ekc.conf
if [ ! -e "$conf" ]; then
    $as_root mkdir -p "$(dirname "$conf")"
    echo 'create_main_cluster = false' | $as_root tee "$conf" >/dev/null
    trap '$as_root rm -f "$conf"' EXIT
fi
log=$(mktemp)
install() {
    $as_root apt-get update -q
    # shellcheck disable=SC2086 # a list of names
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}
if ! install >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    exit 1
fi
rm -f "$log"
