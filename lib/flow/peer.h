#ifndef KF_FLOW_PEER_H
#define KF_FLOW_PEER_H
/*
 * Providers of payments, calendars and mail, as far as they answer: each call is
 * counted, and one that does not answer any more is one line in the log when that
 * begins and one when it is over, however many calls fail in between.
 *
 * Merchants' own systems and mail servers are no peers: theirs to see to.
 */
#include "net/http.h"

#define KF_PEER_SMTP "smtp"
#define KF_PEER_RESEND "resend"

/** What a call to a peer gave. NULL: it went to none. */
void kf_peer_told(const char *peer, const kf_http_req_t *req, const kf_http_res_t *res);

#endif
