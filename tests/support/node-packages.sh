#!/bin/sh
# node-packages.sh - fetches what portal.mjs needs into build/node, once; fails where npm or its
# registry is out of reach.
set -eu
cd "$(dirname "$0")/../.."
wanted=tests/integration/package.json
! cmp -s $wanted build/node/installed || exit 0
mkdir -p build/node
cp $wanted build/node/package.json
timeout 90 npm install --prefix build/node --no-save --no-audit --no-fund --ignore-scripts \
    --fetch-retries=1 --fetch-timeout=10000
cp $wanted build/node/installed
