#ifndef KFM_LOG_BRIDGE_H
#define KFM_LOG_BRIDGE_H
/*
 * The library's log goes to httpd's error log.
 *
 * Every line of ours begins with an id, `KFLOGNO(00201) "text"`, unique in the
 * tree. No personal data, no token, no secret in it.
 */
#include <httpd.h>

#include <http_config.h>
#include <http_log.h>

#define KFLOGNO(n) "KF" #n ": "

/** Points lib's kf_log() at the main server's log. */
void kfm_log_bridge_set(server_rec *s);

#endif
