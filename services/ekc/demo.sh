#!/bin/sh
# demo.sh - the main job: a centre comes up, takes its whole synthetic history, sorts and counts
# it, prints the report and proves it, and goes down again.
#   KEEP=1 leaves it up; TOTAL and SEED make other histories.
set -eu
cd "$(dirname "$0")/../.."
ekc=build/bin/ekc
# Its own home whatever EKC_HOME says: the demo begins and ends by removing what is there.
export EKC_HOME=build/demo
history=$EKC_HOME/history.tsv
journal=$EKC_HOME/journal.jsonl
is_up=

purge() { rm -f "$history" "$journal" && $ekc down --purge; }
leave() {
    if [ -n "$is_up" ] && [ "${KEEP:-0}" != 0 ]; then
        rm -f "$history" "$journal"
        echo "The centre stays up. To look:    EKC_HOME=$EKC_HOME $ekc status"
        echo "                     To end it:  EKC_HOME=$EKC_HOME $ekc down --purge"
    else
        purge
    fi
}
purge >/dev/null 2>&1 || true
trap leave EXIT
trap 'exit 130' INT TERM

since() { echo $(($(date +%s) - $1)); }
start=$(date +%s)
$ekc up
is_up=yes
echo
$ekc sample --history --total "${TOTAL:-168300}" --seed "${SEED:-1}" --out "$history"
feed=$(date +%s)
$ekc submit --file "$history" --journal "$journal" --wait
fed=$(since "$feed")
echo
$ekc report
echo
$ekc verify --journal "$journal"
echo
$ekc status
echo
echo "Fed, sorted and counted in $fed s; from ekc up to the proof: $(since "$start") s."
