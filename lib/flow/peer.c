#include "flow/peer.h"

#include "base/log.h"
#include "base/metric.h"

typedef enum { TOLD_OK, TOLD_REFUSED, TOLD_FAILED } told_t;

/* A refusal is an answer too: the peer is up. */
static told_t judge(const kf_http_req_t *req, const kf_http_res_t *res)
{
    if (req->mail) {
        return res->outcome == KF_HTTP_OK ? TOLD_OK : res->refused ? TOLD_REFUSED : TOLD_FAILED;
    }
    if (res->outcome != KF_HTTP_OK || res->status >= 500) {
        return TOLD_FAILED;
    }
    return res->status >= 400 ? TOLD_REFUSED : TOLD_OK;
}

void kf_peer_told(const char *peer, const kf_http_req_t *req, const kf_http_res_t *res)
{
    static const char *const words[] = {"ok", "refused", "failed"};
    told_t told = judge(req, res);

    if (!peer) {
        return;
    }
    kf_metric_count_word(KF_M_CALLS, peer, words[told]);
    switch (kf_metric_peer(peer, told != TOLD_FAILED)) {
    case KF_PEER_DOWN:
        kf_log(KF_LOG_WARNING, 406, "%s does not answer (%s, %d): work that needs it waits and is retried", peer,
               kf_http_outcome_text(res->outcome), res->status);
        break;
    case KF_PEER_UP:
        kf_log(KF_LOG_NOTICE, 407, "%s answers again", peer);
        break;
    case KF_PEER_SAME:
        break;
    }
}
