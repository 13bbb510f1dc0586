#!/bin/sh
# with-postgres.sh - runs a command with a private PostgreSQL, whose conninfo is in EKC_TEST_DB.
#   with-postgres.sh COMMAND [ARG…]
# The server refuses to run as root, so root runs it as the user postgres.
set -eu
bin=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "with-postgres: no PostgreSQL below /usr/lib/postgresql" >&2; exit 1; }

home=$(mktemp -d /tmp/ekc-test.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then
    chown postgres "$home"
    as="setpriv --reuid=postgres --regid=postgres --clear-groups"
fi
stop() {
    (cd / && $as "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1) || true
    rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT TERM

(
    cd /
    $as "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    $as "$bin/pg_ctl" -D "$home/data" -l "$home/log" -w \
        -o "-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off" start >/dev/null
) || { cat "$home/log" >&2; exit 1; }

EKC_TEST_DB="host=$home user=postgres dbname=postgres" "$@"
