#include "log_bridge.h"

#include "base/log.h"

APLOG_USE_MODULE(konfirmado);

static void to_error_log(kf_log_level_t level, const char *text, void *baton)
{
    static const int levels[] = {APLOG_ERR, APLOG_WARNING, APLOG_NOTICE, APLOG_INFO, APLOG_DEBUG};

    ap_log_error(APLOG_MARK, levels[level], 0, (server_rec *)baton, "%s", text);
}

void kfm_log_bridge_set(server_rec *s)
{
    kf_log_set(to_error_log, s);
}
