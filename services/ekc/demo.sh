#!/bin/sh
# demo.sh - the main job: a centre comes up, takes its whole synthetic history, sorts and counts
# it, prints the report and proves it, and goes down again. KEEP=1 leaves it up.
set -eu
cd "$(dirname "$0")/../.."
ekc=build/bin/ekc
export EKC_HOME="${EKC_HOME:-$PWD/build/demo}"
total=${TOTAL:-168300}
seed=${SEED:-1}

down() {
    [ -z "${KEEP:-}" ] || { echo "The centre stays up: EKC_HOME=$EKC_HOME $ekc status; $ekc down --purge"; return; }
    $ekc down --purge
}
$ekc down --purge >/dev/null 2>&1 || true
trap down EXIT
trap 'exit 130' INT TERM

$ekc up
start=$(date +%s)
$ekc sample --history --total "$total" --seed "$seed" --out "$EKC_HOME/history.tsv"
$ekc submit --file "$EKC_HOME/history.tsv" --journal "$EKC_HOME/journal.jsonl" --wait
fed=$(date +%s)
echo
$ekc report
echo
$ekc verify --journal "$EKC_HOME/journal.jsonl"
echo
$ekc status
echo "Fed, sorted and counted in $((fed - start)) s; with report and proof $(($(date +%s) - start)) s."
