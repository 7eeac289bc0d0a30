#!/usr/bin/env bash
# Static analysis of lib and mod_konfirmado: gcc -fanalyzer, cppcheck, clang-tidy. Each finds other
# things. The last line is "N passed, N failed", one for each file and tool that has something to say.
#   tests/static.sh [FILE...]      default: every source of lib and mod_konfirmado
#   KF_STATIC="gcc cppcheck tidy"  which tools
#   KF_REPORT=FILE                 a line for each file that has something to say, for tests/run
set -uo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top" || exit 1
tools=${KF_STATIC:-gcc cppcheck tidy}
jobs=$(nproc)
out=$(mktemp -d) || exit 1
trap 'rm -rf "$out"' EXIT
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
    mapfile -t files < <(find lib mod_konfirmado -name '*.c' | sort)
fi

read -r -a system < <(
    {
        pkg-config --cflags libpq libcurl openssl jansson libqrencode libxml-2.0 libical libidn2 zlib
        apr-1-config --cppflags --includes
        apu-1-config --includes
        echo "-I$(apxs -q INCLUDEDIR)"
    } | tr '\n' ' ' | sed 's/-I\/usr/-isystem \/usr/g'
)
flags=(-std=gnu11 -D_GNU_SOURCE '-DKF_VERSION="static"' '-DKF_PKGDATADIR="/usr/share/konfirmado"'
    '-DKF_CONFDIR="/etc/konfirmado"' -Ilib -Imod_konfirmado "${system[@]}")

# Excluded checks, with the reasons:
#   gcc      possible-null-*: malloc without a check, and we have none that a pool does not check;
#            the rest of the analyzer stays.
analyzer=(-fanalyzer -Wno-analyzer-possible-null-dereference -Wno-analyzer-possible-null-argument
    -Wno-analyzer-too-complex)
#   clang-tidy
#     easily-swappable-parameters, reserved-identifier, branch-clone, suspicious-string-compare: taste
#     implicit-widening: products of constants in limits.h, all far below 2^31
#     sizeof-expression: tables of pointers; too-small-loop-variable: a letter from 'a' to 'z'
#     narrowing-conversions: hidden in nearly every index; -Wconversion would be the same
#     macro-parentheses: X-macros and declarations cannot have them
#     not-null-terminated-result: kf_buf_t and jansson carry lengths
#     assignment-in-if-condition: loops over a parser's next piece
#     signed-char-misuse: bytes are compared with character constants
#     cert-dcl37-c, cert-dcl51-cpp: _GNU_SOURCE; cert-err33-c: snprintf into a buffer that fits;
#     cert-str34-c: see signed-char-misuse; cert-msc30-c,50-cpp: no rand() here, another check says so
#     cert-dcl03-c: _Static_assert is used where it can be
#     DeprecatedOrUnsafeBufferHandling: wants Annex K, which glibc has not
#     suspicious-include: tables are .def files
checks='-*,bugprone-*,cert-*,clang-analyzer-*'
for name in bugprone-easily-swappable-parameters bugprone-reserved-identifier bugprone-branch-clone \
    bugprone-suspicious-string-compare bugprone-implicit-widening-of-multiplication-result \
    bugprone-sizeof-expression bugprone-too-small-loop-variable \
    bugprone-narrowing-conversions bugprone-macro-parentheses bugprone-not-null-terminated-result \
    bugprone-assignment-in-if-condition bugprone-signed-char-misuse bugprone-suspicious-include \
    cert-dcl37-c cert-dcl51-cpp cert-err33-c cert-str34-c cert-dcl03-c \
    clang-analyzer-security.insecureAPI.DeprecatedOrUnsafeBufferHandling; do
    checks+=",-$name"
done

# clang's analyzer explores this many states of a function; its default of 225000 takes three times as long.
depth=()
[ -n "${KF_FULL:-}" ] || depth=(-Xclang -analyzer-config -Xclang max-nodes=50000)

# Verified false positives: file, checker, reason.
known='
lib/flow/calendar/sync.c       returnDanglingLifetime     the error that is returned does not point to its argument
lib/flow/calendar/connect.c             returnDanglingLifetime     the same
lib/flow/payment/intake.c              returnDanglingLifetime     the same
lib/flow/payment/intake.c              nullPointerRedundantCheck  hook is NULL only together with err, which returns
lib/text/format.c              ctuPointerArith            the last byte of it, from which it writes backwards
lib/text/mustache_parse.c      CallAndMessage             read_name() sets it or fails
lib/text/validate.c            UndefinedBinaryOperator    a string of two characters was compared before
mod_konfirmado/cfg/cmds.c      uninitialized.Branch       apr_uri_parse() fills the whole struct
mod_konfirmado/ctl/link.c      CallAndMessage             a random text has a first character
mod_konfirmado/ctl/service.c   UndefinedBinaryOperator    parse_amount() sets it or fails
mod_konfirmado/wizard/api_booking.c  CallAndMessage       customer is set unless there is an error
'

with_gcc() {
    gcc -O1 -c -o /dev/null -Wall -Wextra -Wshadow -Wformat=2 -Wstrict-prototypes -Werror \
        "${flags[@]}" "${analyzer[@]}" $(model "$1") "$1"
}

# Every file except the one that creates the errors.
model() {
    [ "$1" = lib/base/err.c ] || echo "-include$top/tests/static.h"
}

# cppcheck reports KF_TRY's local variable as dangling, so it gets a simpler KF_TRY. NULL is a pointer here.
with_cppcheck() {
    cppcheck -q --std=c11 --enable=warning,portability --inline-suppr --suppress=varFuncNullUB --error-exitcode=1 \
        -D__GNUC__=12 '-DKF_TRY(expr)=if((expr)!=0)return(kf_tried(0))' -Ilib -Imod_konfirmado "$1"
}

with_tidy() {
    clang-tidy --quiet "-checks=$checks" '-warnings-as-errors=*' "$1" -- "${flags[@]}" "${depth[@]}" $(model "$1") 2>/dev/null
}

# all_known FILE LOG: whether every warning is one of those.
all_known() {
    local checkers
    checkers=$(awk -v file="$1" '$1 == file { print $2 }' <<<"$known")
    [ -n "$checkers" ] && grep -qF "$checkers" "$2" && ! grep -E '^[^ ]+:[0-9]+:.* (warning|error|portability): ' "$2" | grep -qvF "$checkers"
}

# Runs one tool on one file; leaves a file behind if the tool reports something.
check() {
    local log
    log=$(mktemp "$out/log.XXXXXX")
    if "with_$1" "$2" >"$log" 2>&1 || all_known "$2" "$log"; then
        : >"$out/good.$1.${2//\//_}"
    else
        mv "$log" "$out/bad.$1.${2//\//_}"
        echo "failed 0 $2" >>"$out/files"
    fi
}
trap 'exit 130' INT TERM HUP

total=0
for tool in $tools; do
    for file in "${files[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
            wait -n
        done
        check "$tool" "$file" &
        total=$((total + 1))
    done
done
wait

for log in "$out"/bad.*; do
    [ -f "$log" ] || continue
    echo "--- ${log##*/bad.}"
    cat "$log"
done
if [ -n "${KF_REPORT:-}" ]; then
    sort -u "$out/files" 2>/dev/null >>"$KF_REPORT"
    echo "passed $SECONDS static analysis of ${#files[@]} files" >>"$KF_REPORT"
fi
# an unchecked file is a failure, whatever the reason
passed=$(find "$out" -name 'good.*' | wc -l)
failed=$((total - passed))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
