#ifndef KF_FLOW_PEER_H
#define KF_FLOW_PEER_H
/*
 * Availability of the providers of payments, calendars and mail: each call is counted.
 * An outage is one line in the log when it begins and one when it ends, regardless of
 * how many calls fail in between.
 *
 * Merchants' own systems and mail servers are not peers: the merchants look after them.
 */
#include "net/http.h"

#define KF_PEER_SMTP "smtp"
#define KF_PEER_RESEND "resend"

/** Records the result of a call to a peer. NULL: it went to none. */
void kf_peer_told(const char *peer, const kf_http_req_t *req, const kf_http_res_t *res);

#endif
