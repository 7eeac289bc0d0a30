#!/bin/sh
# Replays the seeds of every fuzz target that Makefile.am lists. A target without seeds fails.
set -u
: "${KF_SRCDIR:=$(cd "$(dirname "$0")/.." && pwd)}"
: "${KF_BUILD_DIR:=$KF_SRCDIR}"
: "${KF_FUZZ_PROGRAMS:=}"

# Called manually, without the makefile's list: every built target.
if [ -z "$KF_FUZZ_PROGRAMS" ]; then
    KF_FUZZ_PROGRAMS=$(cd "$KF_SRCDIR" && find tests/fuzz -name 'fuzz_*.c' | sed 's/\.c$//' | sort)
fi

failed=0
count=0
for program in $KF_FUZZ_PROGRAMS; do
    name=${program##*/fuzz_}
    corpus=$KF_SRCDIR/tests/fuzz/corpus/$name
    seeds=$(find "$corpus" -type f 2>/dev/null | wc -l)
    count=$((count + 1))
    if [ "$seeds" -eq 0 ]; then
        echo "FAIL: $name has no seeds in tests/fuzz/corpus/$name"
        failed=$((failed + 1))
    elif find "$corpus" -type f -print0 | xargs -0 "$KF_BUILD_DIR/$program"; then
        echo "ok: $name, $seeds seeds"
    else
        echo "FAIL: $name"
        failed=$((failed + 1))
    fi
done
if [ "$count" -eq 0 ]; then
    echo "FAIL: no fuzz target found"
    exit 1
fi
[ "$failed" -eq 0 ]
