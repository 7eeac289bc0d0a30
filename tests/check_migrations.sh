#!/bin/sh
# An applied migration never changes: sql/migrations/CHECKSUMS lists each by its SHA-256.
set -u
: "${KF_SRCDIR:=$(cd "$(dirname "$0")/.." && pwd)}"
cd "$KF_SRCDIR/sql/migrations" || exit 1

if [ ! -s CHECKSUMS ]; then
    echo "FAIL: sql/migrations/CHECKSUMS is missing or empty"
    exit 1
fi
failed=0
sha256sum --check --strict --quiet CHECKSUMS || failed=1

count=0
before=0
for file in *.sql; do
    [ -f "$file" ] || continue
    count=$((count + 1))
    number=$(echo "$file" | sed -n 's/^0*\([1-9][0-9]*\)_[a-z0-9_]*\.sql$/\1/p')
    if [ -z "$number" ] || [ "$(printf '%04d' "$number")" != "${file%%_*}" ]; then
        echo "FAIL: $file is not named NNNN_name.sql"
        failed=1
        continue
    fi
    if [ "$number" -ne $((before + 1)) ]; then
        echo "FAIL: $file: the number after $before must be $((before + 1))"
        failed=1
    fi
    before=$number
    if ! grep -q "[ *]$file\$" CHECKSUMS; then
        echo "FAIL: $file is not in CHECKSUMS"
        failed=1
    fi
done
if [ "$count" -eq 0 ]; then
    echo "FAIL: no migration found"
    exit 1
fi
# The statements of a supported old release are checked against the functions.
serves=$(sed -n "s/.*VALUES ('serves', '\([0-9][0-9]*\)').*/\1/p" "$KF_SRCDIR/sql/functions/serves.sql")
if [ "${serves:-0}" -lt 1 ] || [ "$serves" -gt "$before" ]; then
    echo "FAIL: sql/functions/serves.sql serves from ${serves:-nothing} on, the last migration is $before"
    failed=1
elif [ "$serves" -lt "$before" ] && [ ! -s "$KF_SRCDIR/tests/sql/served/$serves.sql" ]; then
    echo "FAIL: tests/sql/served/$serves.sql is missing"
    failed=1
fi
echo "migrations: $count checked"
exit "$failed"
