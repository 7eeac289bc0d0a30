#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

static kf_log_fn *sink;
static void *sink_baton;

void kf_log_set(kf_log_fn *fn, void *baton)
{
    sink = fn;
    sink_baton = baton;
}

void kf_log(kf_log_level_t level, int id, const char *fmt, ...)
{
    char line[1024];
    va_list ap;
    int n;

    if (!sink) {
        return;
    }
    n = snprintf(line, sizeof(line), "KF%05d: ", id);
    va_start(ap, fmt);
    vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
    va_end(ap);
    sink(level, line, sink_baton);
}
