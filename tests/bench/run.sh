#!/bin/bash
# run.sh - the figures of a whole centre, each round on a fresh one; see README.md.
set -eu
cd "$(dirname "$0")/../.."
ekc=build/bin/ekc
latency=${BENCH_LATENCY:-build/release/tests/bench/latency}
rounds=${BENCH_ROUNDS:-5}
total=${BENCH_TOTAL:-168300}
base=${BENCH_PORT_BASE:-9000}
requests=${BENCH_REQUESTS:-500}
beat_us=${BENCH_BEAT_US:-2000}
results=${BENCH_RESULTS:-tests/bench/RESULTS.md}
hertz=$(getconf CLK_TCK)
for program in "$ekc" "$latency"; do
    [ -x "$program" ] || { echo "bench: $program is missing: make bench builds it" >&2; exit 1; }
done

work=$(mktemp -d "$PWD/build/bench.XXXXXX")
figures=$work/figures
export EKC_HOME=$work/home
clean() {
    $ekc down --purge >/dev/null 2>&1 || echo "bench: the centre in $EKC_HOME did not go down" >&2
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM

# A centre's settings are for its own commands alone, else they would outlive it.
in_centre() { (set -a; . "$EKC_HOME/centre.env"; "$@"); }

note() { printf '%s %s %s\n' "$round" "$1" "$2" >> "$figures"; }

# calc EXPRESSION: with two decimals.
calc() { awk "BEGIN { printf \"%.2f\", $1 }"; }

pid_of() { cut -d ' ' -f 1 "$EKC_HOME/run/$1-1.pid"; }

# Processor time in ticks: of a process, of one with the children that it has buried, of all.
ticks_of() { awk '{ sub(/^.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"; }
ticks_with_buried() { awk '{ sub(/^.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$1/stat"; }
busy_ticks() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }

# PostgreSQL's backends come and go: the buried ones stand in their parent.
postgres_ticks() {
    local parent sum child
    read -r parent < "$EKC_HOME/postgres/data/postmaster.pid"
    sum=$(ticks_with_buried "$parent")
    for child in $(cat "/proc/$parent/task/$parent/children"); do
        sum=$((sum + $(ticks_of "$child" 2>/dev/null || echo 0)))
    done
    echo "$sum"
}

take_ticks() {
    local worker
    for worker in intake classifier statistics; do
        ticks[$worker]=$(ticks_of "$(pid_of $worker)")
    done
    ticks[postgres]=$(postgres_ticks)
    ticks[all]=$(busy_ticks)
}

note_noise() {
    note load "$(cut -d ' ' -f 1 /proc/loadavg)"
    note pressure "$(sed -n 's/^some avg10=\([0-9.]*\).*/\1/p' /proc/pressure/cpu 2>/dev/null || echo 0)"
}

# What initdb has written reaches the disk first, else it would be in the figures.
measure_latency() {
    local name p50 p90 p99 max
    sync
    in_centre "$latency" "$requests" "$beat_us" "$work" "127.0.0.1:$((base + 90))" > "$work/latency"
    while read -r name p50 p90 p99 max; do
        note "${name}_p50" "$p50"
        note "${name}_p90" "$p90"
        note "${name}_p99" "$p99"
        note "${name}_max" "$max"
    done < "$work/latency"
}

declare -A ticks before
measure_feed() {
    local from until name user system own=0 took
    take_ticks
    for name in "${!ticks[@]}"; do before[$name]=${ticks[$name]}; done
    from=$EPOCHREALTIME
    TIMEFORMAT='%U %S'
    { time $ekc submit --file "$work/history.tsv" --wait > "$work/sum" 2> "$work/complaints"; } 2> "$work/time" ||
        { cat "$work/complaints" "$work/sum" >&2; exit 1; }
    until=$EPOCHREALTIME
    take_ticks
    read -r user system < "$work/time"
    ticks[submit]=$(awk "BEGIN { printf \"%d\", ($user + $system) * $hertz }")
    before[submit]=0

    note rate "$(calc "$total / ($until - $from)")"
    note acknowledged "$(sed -n 's/.*, \([0-9]*\)\/s$/\1/p' "$work/sum")"
    note repeated "$(sed -n 's/.*repeated messages \([0-9]*\);.*/\1/p' "$work/sum")"
    for name in submit intake classifier statistics postgres; do
        took=$((ticks[$name] - before[$name]))
        own=$((own + took))
        note "cpu_$name" "$(calc "$took * 1e6 / $hertz / $total")"
    done
    note cpu_centre "$(calc "$own * 1e6 / $hertz / $total")"
    note foreign "$(calc "(${ticks[all]} - ${before[all]} - $own) * 100 / $hertz / $(nproc) / ($until - $from)")"
}

measure_memory() {
    local worker pid
    for worker in intake classifier statistics; do
        pid=$(pid_of $worker)
        note "rss_$worker" "$(calc "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status") / 1024")"
        note "peak_$worker" "$(calc "$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status") / 1024")"
    done
}

# An undisturbed round needs no sweep; and all that was sent must be there.
check_round() {
    local all
    $ekc status > "$work/status"
    note sweep "$(awk '$1 == "statistics" { n += $4 } $1 == "sweep" && NF == 3 { n += $3 } END { print n + 0 }' "$work/status")"
    all=$((total + $(in_centre psql -X -At "$(centre_db)" -c 'SELECT count(*) FROM bench')))
    grep -Eq "^ +$all +$all +0\$" "$work/status" ||
        { echo "bench: not $all received and judged:" >&2; cat "$work/status" >&2; exit 1; }
}
centre_db() { sed -n "s/^EKC_DB='\(.*\)'$/\1/p" "$EKC_HOME/centre.env"; }

tell() {
    awk -v round="$round" '$1 == round { f[$2] = $3 } END { printf "round %d: %d/s whole, %d/s acknowledged; " \
        "one inquiry %.2f ms; foreign CPU %.0f %%%s\n", round, f["rate"], f["acknowledged"], f["submit_p50"] / 1000, \
        f["foreign"], f["sweep"] ? "; DISTURBED: " f["sweep"] " by sweep" : "" }' "$figures"
}

settings() {
    echo "rounds=$rounds"
    echo "inquiries=$total"
    echo "requests=$requests"
    echo "beat_us=$beat_us"
    echo "ekc=$(git describe --always --dirty 2>/dev/null || echo unknown)"
    echo "postgres=$(psql --version)"
    echo "compiler=$(${CC:-cc} --version | head -n 1)"
    echo "kernel=$(uname -srm)"
    echo "processors=$(nproc) x$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo | head -n 1)"
}

$ekc sample --history --total "$total" --out "$work/history.tsv" 2>/dev/null
settings > "$work/settings"
for round in $(seq "$rounds"); do
    note_noise
    $ekc up --port-base "$base" > "$work/up" 2>&1 || { cat "$work/up" >&2; exit 1; }
    measure_latency
    measure_feed
    measure_memory
    check_round
    tell
    $ekc down --purge > /dev/null
done
echo
tests/bench/summary.py "$work/settings" "$figures" "$results"
