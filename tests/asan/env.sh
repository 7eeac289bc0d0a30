#!/bin/sh
# Prepares DIR and prints, one variable per line, the environment in which httpd runs a module built with clang and
# --enable-asan. The sanitizer runtime is preloaded first, then the pool guard. Reports are written to DIR/report.PID;
# tests/asan/gate DIR shows them.
#
#   env $(tests/asan/env.sh DIR) ...      KF_HTTPD_PRELOAD and KF_HTTPD_LSAN_OPTIONS are LD_PRELOAD and
#                                         LSAN_OPTIONS for httpd alone
#
# httpd's own leaks are recognised by frames in libraries without frame pointers, so httpd uses the slow unwinder. Our
# commands, of which a test runs hundreds, do not. Stacks are cut at eight frames.
set -eu

if [ $# -ne 1 ] || [ "$1" = --help ]; then
    echo 'usage: tests/asan/env.sh DIR' >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
case $here$dir in
    *[[:space:]:]*)
        echo "tests/asan/env.sh: $here and $dir must not contain a space or colon" >&2
        exit 2 ;;
esac
# httpd's children run as another user and write their own reports.
chmod 1777 "$dir"

runtime=$(clang -print-file-name=libclang_rt.asan-x86_64.so)
if [ ! -f "$runtime" ]; then
    echo 'tests/asan/env.sh: clang has no shared sanitizer runtime: install the Debian package libclang-rt-dev' >&2
    exit 1
fi
symbolizer=
for name in llvm-symbolizer llvm-symbolizer-14; do
    symbolizer=${symbolizer:-$(command -v "$name" || true)}
done
for name in poolguard nodlclose; do
    clang -O1 -g -fPIC -shared "$here/$name.c" -o "$dir/$name.so" -ldl -lpthread
done
# Children that cannot enter the source folder read it.
cp "$here/lsan.supp" "$dir/"

cat <<TXT
KF_HTTPD_PRELOAD=$runtime:$dir/poolguard.so:$dir/nodlclose.so
KF_SANITIZER_DIR=$dir
ASAN_OPTIONS=detect_leaks=1:malloc_context_size=8:exitcode=66:log_path=$dir/report:detect_stack_use_after_return=1:strict_string_checks=1
UBSAN_OPTIONS=print_stacktrace=1:log_path=$dir/report
LSAN_OPTIONS=suppressions=$dir/lsan.supp:print_suppressions=0
KF_HTTPD_LSAN_OPTIONS=suppressions=$dir/lsan.supp:print_suppressions=0:fast_unwind_on_malloc=0
ASAN_SYMBOLIZER_PATH=$symbolizer
TXT
