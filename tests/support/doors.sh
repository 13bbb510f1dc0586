#!/bin/bash
# doors.sh - holds the house to its rules: who may include whom. Each rule names what it found.
set -u
cd "$(dirname "$0")/../.." || exit 2
status=0

# rule TITLE ALLOWED PATTERN WHERE…: files of WHERE that match PATTERN must match ALLOWED.
rule() {
    local title=$1 allowed=$2 pattern=$3 found
    shift 3
    found=$(grep -rlE --include='*.[ch]' "$pattern" "$@" | grep -vE "$allowed")
    [ -z "$found" ] || { echo "doors: $title: $found"; status=1; }
}

rule 'ZeroMQ enters by bus' '^services/common/bus[a-z_]*\.[ch]$' '<zmq\.h>' services include
rule 'libpq enters by db' '^services/common/db[a-z_]*\.[ch]$' 'libpq-fe\.h' services include
rule 'generated code enters by wire' '^include/ekc/wire\.h$' 'pb-c\.h' services include
rule 'HTTP enters by admin' '^services/common/(admin|listen)\.[ch]$' 'microhttpd\.h' services include
rule 'names are looked up by resolve' '^services/common/(resolve|listen)\.c$' '<netdb\.h>' services include
rule 'no way up or sideways' '^$' '#include "\.\./' services include tests

for service in intake classifier statistics ekc; do
    others=$(printf '%s\n' intake classifier statistics | grep -vx $service | paste -sd '|')
    rule "$service includes another service" '^$' "#include \"($others)/" services/$service
done
rule 'common knows no service' '^$' '#include "(intake|classifier|statistics|ekc/(commands|rows))/' services/common include

sql='"[^"]*\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b '
rule 'SQL lives in store.c' '/[a-z_]*store[a-z_]*\.c$' "$sql" services/intake services/classifier services/statistics services/ekc

hearts='validate fingerprint number dispatch parcel classify learn weights stems words phrases intern lexicon pick holder dispatch_loss tally query period follow history'
for heart in $hearts; do
    for file in services/*/"$heart".c; do
        [ -e "$file" ] || continue
        rule "the heart $file is pure" '^$' '"ekc/(bus|db|settings|log|loop|wire|lane|peer|feed|ask|post)\.h"|store\.h"|handler\.h"|<time\.h>' "$file"
    done
done
exit $status
