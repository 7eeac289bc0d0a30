/*
 * Preloaded into httpd by fault tests: something happens at the N-th call to the
 * database or to another server, counted over all processes.
 *
 *   KF_CRASH_COUNT=FILE   where the count is kept; 64 bytes, shared by all (state_t)
 *   KF_CRASH=<N><how>     how: b  the process is killed before the call
 *                              a  the process is killed after it
 *                              f  the call fails: nothing was sent
 *                              l  the call is made, its answer is lost
 *
 *   KF_CRASH_SKIP=TEXT    statements whose name begins so, and preparing, do not count; nor does
 *                         anything else of a thread that makes them, unless `only` asks for it
 *
 * Without KF_CRASH the file says it too: who writes `wanted`, `how`, perhaps `only`
 * (calls whose name or URL holds this text) and then 0 as the count into it arms a
 * server that runs. Otherwise the calls are only counted, which says how many there
 * are to try. It happens once; the count then stays at CRASH_DONE, and the file
 * names the call. A call is one of
 * PQsendQuery, PQsendQueryParams, PQsendQueryPrepared, PQsendPrepare (with the
 * answer to it), curl_easy_perform, or a
 * transfer of a multi handle: begun by curl_multi_add_handle (b, f), over with
 * curl_multi_info_read (a, l). Where a call "fails" or its answer is lost, the
 * connection to the database is cut too, as it would be.
 */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define CRASH_DONE 1000000

typedef enum { PASS, FAIL, LOSE } fate_t;

typedef struct {
    _Atomic int count;
    int wanted; /* 0: none */
    char how;
    char name[31]; /* of the call at which it happened, or the end of its URL */
    char only[24];
} state_t;

static state_t *state;
static const char *skipped;

static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    if (symbol == NULL) {
        abort();
    }
    memcpy(function, &symbol, sizeof(symbol));
}

__attribute__((constructor)) static void start(void)
{
    const char *file = getenv("KF_CRASH_COUNT"), *what = getenv("KF_CRASH");
    char *end = NULL;
    void *shared;
    int fd;

    if (file == NULL) {
        return;
    }
    fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0 || ftruncate(fd, 64) != 0) {
        abort();
    }
    shared = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared == MAP_FAILED) {
        abort();
    }
    state = shared;
    skipped = getenv("KF_CRASH_SKIP");
    if (what != NULL && *what != '\0') {
        state->wanted = (int)strtol(what, &end, 10);
        state->how = *end;
        if (state->wanted < 1 || *end == '\0' || strchr("bafl", *end) == NULL || end[1] != '\0') {
            abort();
        }
    }
}

static void die(void)
{
    atomic_store(&state->count, CRASH_DONE);
    raise(SIGKILL);
}

/* Set once this thread has run a skipped statement: how many calls such a thread makes depends on
 * timing, so they do not count. */
static __thread bool aside;

static bool is_skipped(const char *name)
{
    if (skipped != NULL && *skipped != '\0' && strncmp(name, skipped, strlen(skipped)) == 0) {
        aside = true;
        return true;
    }
    return state->only[0] != '\0' ? strstr(name, state->only) == NULL : aside;
}

static void keep_name(const char *name)
{
    size_t length = strcspn(name, "?"), most = sizeof(state->name) - 1;
    size_t cut = length > most ? length - most : 0;

    memcpy(state->name, name + cut, length - cut);
    state->name[length - cut] = '\0';
}

static const char *url_of(CURL *easy)
{
    char *url = NULL;

    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
    return url != NULL && *url != '\0' ? url : "curl";
}

/* A library may call another of the counted functions itself. Such a nested call does not count. */
static __thread int inside;

/* Counts a call. Returns its number, or 0 if calls are not counted or the fault has happened. */
static int begin(fate_t *fate, const char *name)
{
    int n;

    *fate = PASS;
    if (state == NULL || inside > 0 || is_skipped(name)
        || atomic_load(&state->count) >= CRASH_DONE) {
        return 0;
    }
    n = atomic_fetch_add(&state->count, 1) + 1;
    if (n != state->wanted) {
        return n;
    }
    keep_name(name);
    if (state->how == 'b') {
        die();
    }
    if (state->how == 'f' || state->how == 'l') {
        atomic_store(&state->count, CRASH_DONE);
        *fate = state->how == 'f' ? FAIL : LOSE;
    }
    return n;
}

static void end_of(int n)
{
    if (n > 0 && n == state->wanted && state->how == 'a') {
        die();
    }
}

/* --- libpq --- */

/* Makes libpq notice the cut socket now, not at its next use. */
static void cut(PGconn *conn)
{
    int fd = PQsocket(conn);

    if (fd >= 0) {
        shutdown(fd, SHUT_RDWR);
        PQconsumeInput(conn);
    }
}

/* The server has executed the request, and its answer is lost. */
static void let_it_answer(PGconn *conn)
{
    PGresult *result;

    while ((result = PQgetResult(conn)) != NULL) {
        PQclear(result);
    }
}

static int not_sent(PGconn *conn)
{
    cut(conn);
    return 0;
}

static int after(PGconn *conn, int n, fate_t fate, int sent)
{
    if (n > 0 && n == state->wanted) {
        let_it_answer(conn);
    }
    end_of(n);
    if (fate == LOSE) {
        cut(conn);
    }
    return sent;
}

int PQsendQuery(PGconn *conn, const char *query)
{
    static int (*real)(PGconn *, const char *);
    fate_t fate;
    int n = begin(&fate, query);

    if (real == NULL) {
        find(&real, "PQsendQuery");
    }
    return fate == FAIL ? not_sent(conn) : after(conn, n, fate, real(conn, query));
}

int PQsendQueryParams(PGconn *conn, const char *command, int n_params, const Oid *types,
                      const char *const *values, const int *lengths, const int *formats, int result_format)
{
    static int (*real)(PGconn *, const char *, int, const Oid *, const char *const *, const int *,
                       const int *, int);
    fate_t fate;
    int n = begin(&fate, command);

    if (real == NULL) {
        find(&real, "PQsendQueryParams");
    }
    return fate == FAIL ? not_sent(conn)
                        : after(conn, n, fate, real(conn, command, n_params, types, values, lengths,
                                                    formats, result_format));
}

int PQsendPrepare(PGconn *conn, const char *name, const char *query, int n_params, const Oid *types)
{
    static int (*real)(PGconn *, const char *, const char *, int, const Oid *);
    fate_t fate = PASS;
    int n = skipped ? 0 : begin(&fate, name); /* with others skipped, preparing is too */

    if (real == NULL) {
        find(&real, "PQsendPrepare");
    }
    return fate == FAIL ? not_sent(conn)
                        : after(conn, n, fate, real(conn, name, query, n_params, types));
}

int PQsendQueryPrepared(PGconn *conn, const char *name, int n_params, const char *const *values,
                        const int *lengths, const int *formats, int result_format)
{
    static int (*real)(PGconn *, const char *, int, const char *const *, const int *, const int *, int);
    fate_t fate;
    int n = begin(&fate, name);

    if (real == NULL) {
        find(&real, "PQsendQueryPrepared");
    }
    return fate == FAIL ? not_sent(conn)
                        : after(conn, n, fate, real(conn, name, n_params, values, lengths, formats,
                                                    result_format));
}

/* --- libcurl --- */

CURLcode curl_easy_perform(CURL *easy)
{
    static CURLcode (*real)(CURL *);
    fate_t fate;
    int n = begin(&fate, url_of(easy));
    CURLcode code;

    if (real == NULL) {
        find(&real, "curl_easy_perform");
    }
    if (fate == FAIL) {
        return CURLE_COULDNT_CONNECT;
    }
    inside++;
    code = real(easy);
    inside--;
    end_of(n);
    return fate == LOSE ? CURLE_RECV_ERROR : code;
}

/* The one transfer of a multi handle that is to be killed, or whose answer is to be lost. */
static CURL *_Atomic doomed;

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *easy)
{
    static CURLMcode (*real)(CURLM *, CURL *);
    fate_t fate;
    int n = begin(&fate, url_of(easy));

    if (real == NULL) {
        find(&real, "curl_multi_add_handle");
    }
    if (fate == FAIL) {
        return CURLM_OUT_OF_MEMORY;
    }
    if (n > 0 && n == state->wanted) {
        atomic_store(&doomed, easy);
    }
    return real(multi, easy);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
    static CURLMsg *(*real)(CURLM *, int *);
    CURLMsg *message;

    if (real == NULL) {
        find(&real, "curl_multi_info_read");
    }
    message = real(multi, left);
    if (message != NULL && message->msg == CURLMSG_DONE && message->easy_handle == atomic_load(&doomed)) {
        atomic_store(&doomed, NULL);
        if (state->how == 'a') {
            die();
        }
        message->data.result = CURLE_RECV_ERROR;
    }
    return message;
}
