#ifndef KFM_HTTP_REPLY_STREAM_H
#define KFM_HTTP_REPLY_STREAM_H
/*
 * Answers whose length is not known when they begin: sent piece by piece, each
 * gone to the client (or refused by it) before the next one is made.
 *
 * An answer that cannot be finished is cut off so that the client notices: no last
 * chunk, and the connection ends.
 */
#include "http/call.h"

typedef struct kfm_stream_t kfm_stream_t;

/** The head of the answer; headers as http/reply.h says. Nothing is sent before the first piece. */
kf_err_t *kfm_reply_stream_open(kfm_stream_t **out, kfm_call_t *call, int status, const char *type);

/** Sends a piece and waits for it. KF_E_UNAVAILABLE: the client is gone. */
kf_err_t *kfm_reply_stream_write(kfm_stream_t *stream, const void *bytes, apr_size_t len);

/** The end. `whole`: it is all there was to say. */
void kfm_reply_stream_end(kfm_stream_t *stream, bool whole);

#endif
