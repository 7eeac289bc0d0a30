#ifndef KFM_LOG_BRIDGE_H
#define KFM_LOG_BRIDGE_H
/*
 * The library's log goes to httpd's error log.
 *
 * Every log line of the module begins with an id, `KFLOGNO(00201) "text"`, unique
 * in the tree. It contains no personal data, no token and no secret.
 */
#include <httpd.h>

#include <http_config.h>
#include <http_log.h>

#define KFLOGNO(n) "KF" #n ": "

/** Points lib's kf_log() at the main server's log. */
void kfm_log_bridge_set(server_rec *s);

#endif
