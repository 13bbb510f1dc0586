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

by_hand="as root: apt-get install --no-install-recommends$missing"
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
log=$(mktemp)
conf=/etc/postgresql-common/createcluster.d/ekc.conf
made=
clean() {
    rm -f "$log"
    [ -z "$made" ] || $as_root rm -f "$conf"
    [ -z "$made" ] || $as_root rmdir -p --ignore-fail-on-non-empty "$(dirname "$conf")"
}
trap clean EXIT
trap 'exit 130' INT TERM

# The PostgreSQL package would make and start a cluster of its own; this one is told not to.
no_cluster() {
    [ ! -e "$conf" ] || return 0
    $as_root mkdir -p "$(dirname "$conf")"
    made=yes
    echo 'create_main_cluster = false' | $as_root tee "$conf" >/dev/null
}

# Old lists may do where fresh ones cannot be had; a machine that has just started may hold the
# lock for a while.
install() {
    $as_root apt-get update -q || true
    # shellcheck disable=SC2086 # a list of names
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $missing
}

echo "Installing from Debian:$missing"
if ! $as_root true; then
    echo "prepare: this needs root, and sudo does not give it; $by_hand" >&2
    exit 1
fi
case $missing in *" postgresql"*) no_cluster ;; esac
if ! install >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    echo "prepare: apt-get failed, see above; $by_hand" >&2
    exit 1
fi
