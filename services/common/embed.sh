#!/bin/sh
# embed.sh - writes files as C strings, so that a program carries them inside.
#   embed.sh migrations FILE.sql…   the table of ekc/schema.h, in order of number
#   embed.sh data FILE…             a table { path, text } named ekc_data
set -eu
kind=$1
shift

literal() { sed 's/\\/\\\\/g; s/"/\\"/g; s/.*/"&\\n"/' "$1"; }

if [ "$kind" = migrations ]; then
    echo '#include "ekc/schema.h"'
    echo 'const struct ekc_migration ekc_migrations[] = {'
    for file in "$@"; do echo "$(basename "$file" .sql) $file"; done | sort | while read -r name file; do
        owner=$(basename "$(dirname "$(dirname "$file")")")
        number=$(echo "$name" | sed 's/^0*//; s/_.*//')
        echo "{ $number, \"$name\", \"$owner\","
        literal "$file"
        echo '},'
    done
    echo '};'
    echo 'const size_t ekc_migration_count = sizeof ekc_migrations / sizeof *ekc_migrations;'
else
    echo '#include <stddef.h>'
    echo 'const struct { const char *path, *text; } ekc_data[] = {'
    for file in "$@"; do
        echo "{ \"$file\","
        literal "$file"
        echo '},'
    done
    echo '};'
    echo 'const size_t ekc_data_count = sizeof ekc_data / sizeof *ekc_data;'
fi
