#ifndef KFM_HTTP_REPLY_STREAM_H
#define KFM_HTTP_REPLY_STREAM_H
/*
 * Answers whose length is not known in advance. They are sent piece by piece;
 * each is written to the client, or has failed, before the next one is made.
 *
 * An answer that cannot be finished is truncated so that the client notices: the
 * last chunk is missing and the connection is closed.
 */
#include "http/call.h"

typedef struct kfm_stream_t kfm_stream_t;

/** Begins the answer; headers as in http/reply.h. Nothing is sent before the first piece. */
kf_err_t *kfm_reply_stream_open(kfm_stream_t **out, kfm_call_t *call, int status, const char *type);

/** Sends a piece and waits for it. KF_E_UNAVAILABLE: the client is gone. */
kf_err_t *kfm_reply_stream_write(kfm_stream_t *stream, const void *bytes, apr_size_t len);

/** Ends the answer. `whole`: it is complete; otherwise it is truncated. */
void kfm_reply_stream_end(kfm_stream_t *stream, bool whole);

#endif
