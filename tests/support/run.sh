#!/bin/sh
# run.sh - runs Check programs one after the other: a line for each that passes, all that it
# said for each that fails, and the sum.
#   run.sh PROGRAM…
passed=0 failed=0 status=0
for program in "$@"; do
    name=${program##*/tests/}
    output=$("$program" 2>&1)
    result=$?
    sum=$(printf '%s\n' "$output" |
        sed -n 's/.*Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).*/\1 \2 \3/p' | tail -n 1)
    read -r checks failures errors <<EOF
${sum:-0 0 1}
EOF
    passed=$((passed + checks - failures - errors))
    failed=$((failed + failures + errors))
    if [ $result = 0 ] && [ -n "$sum" ]; then
        echo "ok    $name ($checks checks)"
        printf '%s\n' "$output" | grep '^not run' || true
    else
        echo "FAIL  $name"
        printf '%s\n' "$output"
        status=1
    fi
done
echo "$passed passed, $failed failed"
exit $status
