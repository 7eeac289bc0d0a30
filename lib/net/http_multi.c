#include "net/http_transfer.h"

/* the transfers are a ring around `head`, so that each can be removed on its own */
struct kf_http_multi_t {
    CURLM *handle;
    int cap;
    int in_flight;
    kf_transfer_t head;
    apr_pool_t *p;
};

static kf_err_t *internal(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "Outgoing requests cannot be run."), "%s",
                          cause);
}

/* Removes a transfer from libcurl and the ring; read the answer first, if it is wanted. */
static void leave(kf_transfer_t *t)
{
    if (t->easy) {
        curl_multi_remove_handle(t->multi->handle, t->easy);
    }
    t->prev->next = t->next;
    t->next->prev = t->prev;
    t->multi->in_flight--;
    t->multi = NULL;
    kf_transfer_close(t);
}

/* The request's pool is destroyed before its transfer ends. */
static apr_status_t cancel(void *baton)
{
    kf_transfer_t *t = baton;

    if (t->multi) {
        leave(t);
    }
    return APR_SUCCESS;
}

static apr_status_t end_multi(void *baton)
{
    kf_http_multi_t *multi = baton;

    while (multi->head.next != &multi->head) {
        kf_transfer_t *t = multi->head.next;

        apr_pool_cleanup_kill(t->p, t, cancel);
        leave(t);
    }
    if (multi->handle) {
        curl_multi_cleanup(multi->handle);
        multi->handle = NULL;
    }
    return APR_SUCCESS;
}

kf_err_t *kf_http_multi_create(kf_http_multi_t **out, int cap, apr_pool_t *p)
{
    kf_http_multi_t *multi = apr_pcalloc(p, sizeof(*multi));

    multi->handle = curl_multi_init();
    if (!multi->handle) {
        return internal(p, "out of memory");
    }
    multi->cap = cap;
    multi->p = p;
    multi->head.prev = multi->head.next = &multi->head;
    apr_pool_cleanup_register(p, multi, end_multi, apr_pool_cleanup_null);
    curl_multi_setopt(multi->handle, CURLMOPT_MAXCONNECTS, (long)cap);
    *out = multi;
    return NULL;
}

void kf_http_multi_destroy(kf_http_multi_t *multi)
{
    apr_pool_cleanup_run(multi->p, multi, end_multi);
}

int kf_http_multi_in_flight(const kf_http_multi_t *multi)
{
    return multi->in_flight;
}

int kf_http_multi_room(const kf_http_multi_t *multi)
{
    return multi->cap - multi->in_flight;
}

void kf_http_multi_wake(kf_http_multi_t *multi)
{
    curl_multi_wakeup(multi->handle);
}

/* A URL that the guard refuses also ends as an answer, in the next step like all others. */
static kf_err_t *open_transfer(kf_transfer_t **out, const kf_http_req_t *req, apr_pool_t *p)
{
    kf_err_t *err = kf_transfer_open(out, req, p);

    if (err && err->code == KF_E_EGRESS_DENIED) {
        *out = apr_pcalloc(p, sizeof(**out));
        (*out)->req = req;
        (*out)->p = p;
        (*out)->ready = kf_transfer_denied(err, p);
        return NULL;
    }
    return err;
}

kf_err_t *kf_http_multi_add(kf_http_multi_t *multi, const kf_http_req_t *req,
                            kf_http_done_fn *done, void *baton, apr_pool_t *p)
{
    kf_transfer_t *t;
    CURLMcode rc;

    if (kf_http_multi_room(multi) <= 0) {
        return kf_err(p, KF_E_UNAVAILABLE, "Too many outgoing requests are running.");
    }
    KF_TRY(open_transfer(&t, req, p));
    rc = t->easy ? curl_multi_add_handle(multi->handle, t->easy) : CURLM_OK;
    if (rc) {
        kf_transfer_close(t);
        return internal(p, curl_multi_strerror(rc));
    }
    t->multi = multi;
    t->done = done;
    t->baton = baton;
    t->prev = multi->head.prev;
    t->next = &multi->head;
    t->prev->next = t->next->prev = t;
    multi->in_flight++;
    apr_pool_cleanup_register(p, t, cancel, apr_pool_cleanup_null);
    return NULL;
}

/* Leaves the ring first: `done` may add requests or destroy the request's pool. */
static void finish(kf_transfer_t *t, kf_http_res_t *res)
{
    apr_pool_cleanup_kill(t->p, t, cancel);
    leave(t);
    t->done(t->req, res, t->baton);
}

static kf_transfer_t *next_ready(const kf_http_multi_t *multi)
{
    kf_transfer_t *t = multi->head.next;

    while (t != &multi->head && !t->ready) {
        t = t->next;
    }
    return t == &multi->head ? NULL : t;
}

/* Returns how many ended. What `done` adds runs in the next round, so this always ends. */
static int work(kf_http_multi_t *multi)
{
    int running, queued, ended = 0;
    int most = multi->cap;
    CURLMsg *msg;
    kf_transfer_t *t;

    curl_multi_perform(multi->handle, &running);
    while (ended < most && (t = next_ready(multi))) {
        ended++;
        finish(t, t->ready);
    }
    while ((msg = curl_multi_info_read(multi->handle, &queued))) {
        CURLcode code = msg->data.result;
        char *self = NULL;

        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &self);
        t = (kf_transfer_t *)(void *)self;
        if (msg->msg == CURLMSG_DONE && t) {
            ended++;
            finish(t, kf_transfer_result(t, code));
        }
    }
    return ended;
}

int kf_http_multi_step(kf_http_multi_t *multi, int timeout_ms)
{
    if (work(multi) == 0 && timeout_ms > 0) {
        curl_multi_poll(multi->handle, NULL, 0, timeout_ms, NULL);
        work(multi);
    }
    return multi->in_flight;
}
