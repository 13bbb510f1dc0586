#!/bin/bash
# mutations.sh - breaks the code on purpose, one promise at a time, in a copy of its own: whatever should
# see it must go red. Ends with 1 if something was not caught.
#   mutations.sh [NAME…]     those alone; without names all of them, some ten minutes
set -u
cd "$(dirname "$0")/../.." || exit 2
copy=build/mutations
uncaught=0 caught=0

# What is built comes along, with its dates: so only what was broken is built again.
fresh() {
    mkdir -p $copy
    tar cf - --exclude=./.git --exclude=./$copy --exclude=./build/integration.* . | tar xf - -C $copy
}

built() { make -C $copy -j2 "$@" >$copy/build/mutation.log 2>&1; }
build_unit() { built "build/release/tests/unit/$1"; }
build_simulation() { built build/release/tests/simulation/simulate; }
build_chaos() { built all && built programs MODE=fault; }
unit() { (cd $copy && tests/support/with-postgres.sh "build/release/tests/unit/$1"); }
simulation() { $copy/build/release/tests/simulation/simulate --schedules 50000; }
chaos() { (cd $copy && CHAOS_PARTS=$1 CHAOS_SECONDS=20 CHAOS_SEED=1 /usr/bin/python3 tests/chaos/chaos.py); }

# mutation NAME 'WHAT BREAKS' FILE SED CHECK…
mutation() {
    local name=$1 what=$2 file=$3 edit=$4
    shift 4
    [ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $name "* ]] || return 0
    fresh
    sed -i -E "$edit" "$copy/$file"
    if cmp -s "$file" "$copy/$file"; then
        echo "STALE   $name: the edit fits $file no more"
        uncaught=$((uncaught + 1))
        return
    fi
    if ! "build_$1" "${@:2}"; then
        echo "UNBUILT $name: see $copy/build/mutation.log"
        uncaught=$((uncaught + 1))
        return
    fi
    if "$@" >$copy/build/$name.log 2>&1; then
        echo "MISSED  $name: $what ($*)"
        uncaught=$((uncaught + 1))
    else
        echo "caught  $name: $what ($*): $(grep -aE 'BROKEN|FAIL |:F:|error:' $copy/build/$name.log | head -n 1 | cut -c1-160)"
        caught=$((caught + 1))
    fi
}
only=("$@")

mutation I1-number 'what was known is acknowledged under a new number' services/intake/insert.c \
    's/item->state = is_stored \? ITEM_STORED : ITEM_KNOWN/item->state = ITEM_STORED/' chaos T7
mutation I1-answer 'a pipeline counts as committed though it failed at its end' services/common/db_batch.c \
    's/batch->failure\.r < 0/false/' unit common/check_db
mutation I2-done 'anybody may finish a delivery, and any' services/intake/dispatch.c \
    's/holder \? holder_parcel\(holder, delivery_id\) : NULL/holder \&\& delivery_id ? TAILQ_FIRST(\&holder->out) : NULL/' unit intake/check_dispatch
mutation I2-poison 'what killed five workers is read a sixth time' services/classifier/pick.h \
    's/PICK_DEAD_FROM = 5/PICK_DEAD_FROM = 500/' simulation
mutation I3-owner 'a lost lane is written to' include/ekc/lane.h \
    's/" AND owner = " owner " AND/" AND " owner " <> 0 AND/' unit common/check_lane
mutation I4-swap 'a cursor moves from wherever it stands' services/statistics/store.c \
    's/" AND c\.lane_id = step\.lane AND c\.pos = step\.old /" AND c.lane_id = step.lane /' unit statistics/check_counting
mutation I4-old 'a batch that was counted is counted again' services/statistics/follow.c \
    's/if \(seq <= lane->pos\)/if (seq < lane->pos)/' unit statistics/check_ledger
mutation death-late 'a passed deadline counts as a death' services/intake/dispatch_loss.c \
    '/is_late = true;/{n;s/take_back.*/{ holder_take(holder, parcel); TAILQ_INSERT_TAIL(\&d->doubted, parcel, link); }/}' unit intake/check_dispatch
mutation death-farewell 'a farewell counts as a death' services/intake/dispatch_loss.c \
    's/if \(holder->is_leaving\)/if (false)/' unit intake/check_dispatch
mutation feed-credit 'more is told than a listener can hold' services/common/feed_listener.c \
    's/listener->held_bytes \+ len <= listener->credit_bytes/len > 0/' unit common/check_feed
mutation late-whole 'who was late is believed to have done what joined its parcel since' services/intake/dispatch.c \
    's/parcel->delivery_id = 0; .*$/;/' simulation
mutation death-lost 'what a dead worker held is taken for done' services/intake/dispatch_loss.c \
    's/^    queue_part\(d, whole, rest, 0\);/    parcel_put(\&d->pool, rest);/' simulation
mutation death-silent 'a worker is buried after a quarter of the silence' services/intake/dispatch_loss.c \
    's/heard_ms > patience_ms/heard_ms > patience_ms \/ 4/' simulation
mutation poison-beside 'suspects are judged beside others' services/classifier/pick.c \
    's/if \(deaths\[i\] < PICK_ALONE_FROM\)/if (deaths[i] < 99)/' simulation
mutation batch-skips 'what is left of a halved batch is forgotten' services/classifier/batch.c \
    's/^    batch->from = batch->to;/    batch->from = batch->count;/' simulation
mutation I4-gap 'a batch that never came is counted as if it had' services/statistics/follow.c \
    's/if \(seq == lane->pos \+ 1\)/if (seq > lane->pos)/' simulation
mutation I4-forget 'what was counted before a refused page is counted on' services/statistics/ledger.c \
    '/^void ledger_forget/,/^}/s/    clear_page\(&ledger->growing\);//' simulation
echo "$caught caught, $uncaught not"
[ $uncaught = 0 ]
