#include "net/http_transfer.h"

#include "base/limits.h"
#include "crypto/hash.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_MS 15000
#define DEFAULT_CONNECT_MS 5000
#define BODY_GUESS 2048
#define USER_AGENT "Konfirmado/1"

static kf_err_t *internal(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "An outgoing request could not be made."),
                          "%s", cause);
}

/* -- callbacks of libcurl -- */

/* The last check before connect(): this is the real address, whatever the name resolved to before. */
static curl_socket_t on_socket(void *baton, curlsocktype purpose, struct curl_sockaddr *to)
{
    kf_transfer_t *t = baton;
    const void *addr = to->family == AF_INET6
                           ? (const void *)&((struct sockaddr_in6 *)(void *)&to->addr)->sin6_addr
                           : (const void *)&((struct sockaddr_in *)(void *)&to->addr)->sin_addr;

    (void)purpose;
    if (!inet_ntop(to->family, addr, t->ip, sizeof(t->ip))) {
        t->ip[0] = '\0';
    }
    /* one denied address rejects the name: public and private addresses together are an attack */
    if (t->guard && !t->refused) {
        t->refused = kf_guard_connect_denied(t->guard, t->host, &to->addr);
    }
    if (t->refused) {
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *baton)
{
    kf_transfer_t *t = baton;
    size_t n = size * count;
    size_t room = t->keep - t->body.len;

    kf_buf_bytes(&t->body, bytes, n < room ? n : room);
    t->got += n;
    if (t->got > t->cap) {
        t->too_large = 1;
        return 0;
    }
    return n;
}

/* -- setting up -- */

static int is_token(const char *text)
{
    if (!*text) {
        return 0;
    }
    for (const char *c = text; *c; c++) {
        if (!apr_isalnum(*c) && !strchr("!#$%&'*+-.^_`|~", *c)) {
            return 0;
        }
    }
    return 1;
}

static int is_value(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if ((*c < ' ' && *c != '\t') || *c == 0x7f) {
            return 0;
        }
    }
    return 1;
}

static kf_err_t *add_header(kf_transfer_t *t, const char *line)
{
    struct curl_slist *list = curl_slist_append(t->headers, line);

    if (!list) {
        return internal(t->p, "out of memory");
    }
    t->headers = list;
    return NULL;
}

static kf_err_t *add_header_pair(kf_transfer_t *t, const char *name, const char *value)
{
    char *line;
    kf_err_t *err;

    if (!is_token(name) || !is_value(value)) {
        return kf_err(t->p, KF_E_INVALID, "A header of an outgoing request is not valid.");
    }
    /* libcurl's own notation: a semicolon makes a header with an empty value */
    line = *value ? apr_pstrcat(t->p, name, ": ", value, NULL) : apr_pstrcat(t->p, name, ";", NULL);
    err = add_header(t, line);
    kf_wipe(line, strlen(line));
    return err;
}

static kf_err_t *set_headers(kf_transfer_t *t)
{
    const apr_table_t *table = t->req->headers;
    const apr_array_header_t *array = table ? apr_table_elts(table) : NULL;

    /* no waiting for "100 Continue", no content type of libcurl's own choice */
    KF_TRY(add_header(t, "Expect:"));
    if (!table || !apr_table_get(table, "Content-Type")) {
        KF_TRY(add_header(t, "Content-Type:"));
    }
    for (int i = 0; array && i < array->nelts; i++) {
        const apr_table_entry_t *entry = &APR_ARRAY_IDX(array, i, apr_table_entry_t);

        KF_TRY(add_header_pair(t, entry->key, entry->val));
    }
    return NULL;
}

static CURLcode set_method(kf_transfer_t *t)
{
    const kf_http_req_t *req = t->req;
    const char *method = req->method ? req->method : "GET";
    CURLcode rc = CURLE_OK;

    if (strcmp(method, "HEAD") == 0) {
        return curl_easy_setopt(t->easy, CURLOPT_NOBODY, 1L);
    }
    if (req->body || strcmp(method, "POST") == 0) {
        rc = curl_easy_setopt(t->easy, CURLOPT_POSTFIELDSIZE_LARGE,
                              (curl_off_t)(req->body ? req->body_len : 0));
        rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_POSTFIELDS, req->body ? req->body : "");
    }
    return rc ? rc : curl_easy_setopt(t->easy, CURLOPT_CUSTOMREQUEST, method);
}

CURLcode kf_transfer_longs(kf_transfer_t *t, const kf_transfer_long_t *rows)
{
    CURLcode rc = CURLE_OK;

    for (; rows->option && !rc; rows++) {
        rc = curl_easy_setopt(t->easy, rows->option, rows->value);
    }
    return rc;
}

CURLcode kf_transfer_strings(kf_transfer_t *t, const kf_transfer_string_t *rows)
{
    CURLcode rc = CURLE_OK;

    for (; rows->option && !rc; rows++) {
        rc = rows->value ? curl_easy_setopt(t->easy, rows->option, rows->value) : CURLE_OK;
    }
    return rc;
}

static CURLcode set_longs(kf_transfer_t *t)
{
    const kf_http_req_t *req = t->req;
    long guarded = req->guard != NULL;
    const kf_transfer_long_t longs[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_FOLLOWLOCATION, 0},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_HTTP_CONTENT_DECODING, 0},
        /* a hanging resolver must not delay the end of its transfer */
        {CURLOPT_QUICK_EXIT, 1},
        {CURLOPT_TIMEOUT_MS, req->timeout_ms ? req->timeout_ms : DEFAULT_TIMEOUT_MS},
        {CURLOPT_CONNECTTIMEOUT_MS,
         req->connect_timeout_ms ? req->connect_timeout_ms : DEFAULT_CONNECT_MS},
        {CURLOPT_FRESH_CONNECT, guarded},
        {CURLOPT_FORBID_REUSE, guarded},
        {CURLOPT_DNS_CACHE_TIMEOUT, guarded ? 0 : 60},
        {CURLOPT_HTTP_VERSION, guarded ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS},
        {0, 0},
    };

    return kf_transfer_longs(t, longs);
}

static CURLcode set_strings(kf_transfer_t *t)
{
    const kf_http_req_t *req = t->req;
    const kf_transfer_string_t strings[] = {
        {CURLOPT_URL, req->url},
        {CURLOPT_USERAGENT, USER_AGENT},
        {CURLOPT_PROXY, ""},
        {CURLOPT_PROTOCOLS_STR,
         req->guard && !kf_guard_allows_http(req->guard) ? "https" : "http,https"},
        {CURLOPT_CAINFO, req->ca_file},
        {0, NULL},
    };

    return kf_transfer_strings(t, strings);
}

CURLcode kf_transfer_watch(kf_transfer_t *t)
{
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);

    return rc ? rc : curl_easy_setopt(t->easy, CURLOPT_OPENSOCKETDATA, t);
}

static CURLcode set_callbacks(kf_transfer_t *t)
{
    CURLcode rc = kf_transfer_watch(t);

    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->reason);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
    if (t->req->connect_to && !rc) {
        t->connect_to = curl_slist_append(NULL, t->req->connect_to);
        rc = curl_easy_setopt(t->easy, CURLOPT_CONNECT_TO, t->connect_to);
    }
    return rc;
}

static kf_err_t *set_up(kf_transfer_t *t)
{
    CURLcode rc;

    if (t->req->method && !is_token(t->req->method)) {
        return kf_err(t->p, KF_E_INVALID, "The method of an outgoing request is not valid.");
    }
    KF_TRY(set_headers(t));
    rc = set_longs(t);
    rc = rc ? rc : set_strings(t);
    rc = rc ? rc : set_method(t);
    rc = rc ? rc : set_callbacks(t);
    return rc ? internal(t->p, curl_easy_strerror(rc)) : NULL;
}

kf_err_t *kf_transfer_open(kf_transfer_t **out, const kf_http_req_t *req, apr_pool_t *p)
{
    kf_transfer_t *t = apr_pcalloc(p, sizeof(*t));
    kf_err_t *err;

    t->req = req;
    t->p = p;
    t->cap = req->answer_cap ? req->answer_cap : KF_MAX_ANSWER;
    t->keep = req->answer_keep && req->answer_keep < t->cap ? req->answer_keep : t->cap;
    t->guard = req->guard;
    if (req->guard) {
        KF_TRY(kf_guard_check_url(req->guard, req->url, p));
        KF_TRY(kf_guard_url_host(&t->host, req->url, p));
    }
    kf_buf_init(&t->body, p, t->keep < BODY_GUESS ? t->keep : BODY_GUESS, t->keep);
    t->easy = curl_easy_init();
    if (!t->easy) {
        return internal(p, "out of memory");
    }
    err = req->mail ? kf_smtp_open(t) : set_up(t);
    if (err) {
        kf_transfer_close(t);
        return err;
    }
    *out = t;
    return NULL;
}

/* -- the end -- */

void kf_transfer_close(kf_transfer_t *t)
{
    if (t->easy) {
        curl_easy_cleanup(t->easy);
        t->easy = NULL;
    }
    if (t->mail) {
        kf_smtp_close(t);
    }
    for (struct curl_slist *item = t->headers; item; item = item->next) {
        kf_wipe(item->data, strlen(item->data));
    }
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->connect_to);
    t->headers = t->connect_to = NULL;
}

/* A timeout before anything was sent is not a timeout of the answer. */
static kf_http_outcome_t timeout_of(const kf_transfer_t *t)
{
    curl_off_t resolved = 0, ready = 0;

    curl_easy_getinfo(t->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
    curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &ready);
    if (ready > 0) {
        return KF_HTTP_TIMEOUT;
    }
    return resolved > 0 ? KF_HTTP_CONNECT : KF_HTTP_RESOLVE;
}

static kf_http_outcome_t outcome_of(const kf_transfer_t *t, CURLcode code)
{
    if (code == CURLE_OK) {
        return KF_HTTP_OK;
    }
    if (t->refused) {
        return KF_HTTP_DENIED;
    }
    switch (code) {
    case CURLE_WRITE_ERROR:
        return !t->too_large ? KF_HTTP_OTHER : t->req->answer_cut ? KF_HTTP_OK : KF_HTTP_TOO_LARGE;
    case CURLE_COULDNT_RESOLVE_HOST:
        return KF_HTTP_RESOLVE;
    case CURLE_COULDNT_CONNECT:
        return KF_HTTP_CONNECT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
        return KF_HTTP_TLS;
    case CURLE_OPERATION_TIMEDOUT:
        return timeout_of(t);
    default:
        return KF_HTTP_OTHER;
    }
}

/* libcurl's detailed message only where it cannot contain what was sent. */
static const char *error_of(const kf_transfer_t *t, kf_http_outcome_t outcome, CURLcode code)
{
    switch (outcome) {
    case KF_HTTP_OK:
        return NULL;
    case KF_HTTP_DENIED:
        return "the address is not a public one";
    case KF_HTTP_TOO_LARGE:
        return "the answer is too large";
    case KF_HTTP_TLS:
        return apr_pstrdup(t->p, t->reason[0] ? t->reason : curl_easy_strerror(code));
    default:
        return curl_easy_strerror(code);
    }
}

static int is_replayed(kf_transfer_t *t)
{
    struct curl_header *header;

    return curl_easy_header(t->easy, "Idempotent-Replayed", 0, CURLH_HEADER, -1, &header) == CURLHE_OK
           && !strcmp(header->value, "true");
}

static void read_info(kf_http_res_t *res, kf_transfer_t *t)
{
    long status = 0;
    curl_off_t total = 0, retry = 0;
    char *type = NULL, *ip = NULL;

    curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t->easy, CURLINFO_TOTAL_TIME_T, &total);
    curl_easy_getinfo(t->easy, CURLINFO_RETRY_AFTER, &retry);
    curl_easy_getinfo(t->easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
    res->status = (int)status;
    res->latency_ms = (int)(total / 1000);
    res->retry_after_s = retry > 0 && retry <= INT32_MAX ? (int)retry : 0;
    res->replayed = !t->mail && is_replayed(t);
    res->content_type = type ? apr_pstrdup(t->p, type) : NULL;
    res->remote_ip = apr_pstrdup(t->p, ip && *ip && !t->refused ? ip : t->ip);
}

kf_http_res_t *kf_transfer_result(kf_transfer_t *t, CURLcode code)
{
    kf_http_res_t *res = apr_pcalloc(t->p, sizeof(*res));

    read_info(res, t);
    res->outcome = outcome_of(t, code);
    res->error = error_of(t, res->outcome, code);
    res->body = kf_buf_text(&t->body);
    res->body_len = t->body.len;
    res->truncated = t->got > t->body.len;
    if (t->mail) {
        kf_smtp_result(res, t, code);
    }
    return res;
}

kf_http_res_t *kf_transfer_denied(const kf_err_t *why, apr_pool_t *p)
{
    kf_http_res_t *res = apr_pcalloc(p, sizeof(*res));

    res->outcome = KF_HTTP_DENIED;
    res->body = "";
    res->remote_ip = "";
    res->error = why->detail;
    return res;
}
