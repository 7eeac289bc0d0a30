/*
 * For the benchmark: the least that a handler with a database can cost. It takes a connection
 * from mod_dbd, runs the very statement that Konfirmado runs (prepared, binary) through libpq,
 * gives the connection back and writes a short answer. It checks nothing.
 *
 *   /trivial/slots?TENANT&PROFESSIONAL&FROM&TO          epochs in seconds
 *   /trivial/hold?TENANT&SERVICE&PROFESSIONAL&START&LINK
 */
#include <httpd.h>

#include <apr_dbd.h>
#include <apr_strings.h>
#include <endian.h>
#include <http_config.h>
#include <http_protocol.h>
#include <http_request.h>
#include <libpq-events.h>
#include <libpq-fe.h>
#include <mod_dbd.h>
#include <stdlib.h>
#include <string.h>

#define PG_EPOCH INT64_C(946684800)
#define MAX_ARGS 5
#define MAX_PARAMS 10
#define HASH_BYTES 32

enum { SLOTS = 1, HOLD = 2 };

static const char slots_sql[] =
    "SELECT no, starts_at, ends_at, version FROM kf.busy_read($1::uuid, $2::uuid[],"
    " $3::timestamptz, $4::timestamptz)";
static const char hold_sql[] =
    "SELECT claim_id, professional_id, professional_name, slot_start, slot_end, expires_at,"
    " price_cents, charge_cents, currency FROM kf.hold_take($1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid,"
    " $6::timestamptz, $7::bytea, $8::int, $9::text, $10::bytea, NULL, NULL, NULL, NULL, 0)";

typedef struct {
    const char *value[MAX_PARAMS];
    int len[MAX_PARAMS];
    int format[MAX_PARAMS];
    char room[MAX_PARAMS][64];
} params_t;

static int event(PGEventId id, void *data, void *through)
{
    (void)id;
    (void)data;
    (void)through;
    return 1;
}

/* A note on the connection records which statements this session has prepared. */
static int prepared(PGconn *conn, intptr_t what, const char *name, const char *sql)
{
    intptr_t known = (intptr_t)PQinstanceData(conn, event);
    PGresult *res;

    if (known & what) {
        return 1;
    }
    res = PQprepare(conn, name, sql, 0, NULL);
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        PQclear(res);
        return 0;
    }
    PQclear(res);
    PQregisterEventProc(conn, event, "trivial", NULL);
    PQsetInstanceData(conn, event, (void *)(known | what));
    return 1;
}

static void put(params_t *out, int i, const void *data, int len)
{
    memcpy(out->room[i], data, (size_t)len);
    out->value[i] = out->room[i];
    out->len[i] = len;
    out->format[i] = 1;
}

static void put_time(params_t *out, int i, const char *epoch)
{
    uint64_t big = htobe64((uint64_t)((strtoll(epoch, NULL, 10) - PG_EPOCH) * 1000000));

    put(out, i, &big, sizeof(big));
}

static void read_uuid(unsigned char out[16], const char *text)
{
    int n = 0;

    for (; *text && n < 32; text++) {
        unsigned digit = (unsigned)(*text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10);

        if (*text != '-') {
            out[n / 2] = (unsigned char)(n % 2 ? out[n / 2] | digit : digit << 4);
            n++;
        }
    }
}

static void put_uuid(params_t *out, int i, const char *text)
{
    unsigned char id[16] = {0};

    read_uuid(id, text);
    put(out, i, id, sizeof(id));
}

static PGresult *run_slots(PGconn *conn, char **arg)
{
    /* one dimension, no NULLs, of uuid, one element from 1, of 16 bytes */
    uint32_t list[6] = {htobe32(1), 0, htobe32(2950), htobe32(1), htobe32(1), htobe32(16)};
    unsigned char array[sizeof(list) + 16] = {0};
    params_t params = {0};

    if (!prepared(conn, SLOTS, "trivial_slots", slots_sql)) {
        return NULL;
    }
    memcpy(array, list, sizeof(list));
    read_uuid(array + sizeof(list), arg[1]);
    put_uuid(&params, 0, arg[0]);
    put(&params, 1, array, sizeof(array));
    put_time(&params, 2, arg[2]);
    put_time(&params, 3, arg[3]);
    return PQexecPrepared(conn, "trivial_slots", 4, params.value, params.len, params.format, 1);
}

static PGresult *run_hold(PGconn *conn, char **arg)
{
    unsigned char id[16], hash[HASH_BYTES];
    uint64_t now = htobe64((uint64_t)(apr_time_now() / 1000) << 16);
    uint32_t ttl = htobe32(600);
    params_t params = {0};

    if (!prepared(conn, HOLD, "trivial_hold", hold_sql)) {
        return NULL;
    }
    apr_generate_random_bytes(id, sizeof(id));
    apr_generate_random_bytes(hash, sizeof(hash));
    memcpy(id, &now, 6); /* time-ordered, like the module's ids */
    put_uuid(&params, 0, arg[0]);
    put(&params, 1, id, sizeof(id));
    params.value[2] = arg[4];
    put_uuid(&params, 3, arg[1]);
    put_uuid(&params, 4, arg[2]);
    put_time(&params, 5, arg[3]);
    put(&params, 6, hash, sizeof(hash));
    put(&params, 7, &ttl, sizeof(ttl));
    return PQexecPrepared(conn, "trivial_hold", 10, params.value, params.len, params.format, 1);
}

static int answer(request_rec *r, PGresult *(*run)(PGconn *, char **), char **arg)
{
    ap_dbd_t *dbd = ap_dbd_open(r->pool, r->server);
    PGconn *conn = dbd ? apr_dbd_native_handle(dbd->driver, dbd->handle) : NULL;
    PGresult *res = conn ? run(conn, arg) : NULL;
    int rows = PQresultStatus(res) == PGRES_TUPLES_OK ? PQntuples(res) : -1;

    PQclear(res);
    if (dbd) {
        ap_dbd_close(r->server, dbd);
    }
    if (rows < 0) {
        return HTTP_CONFLICT;
    }
    ap_set_content_type(r, "application/json");
    ap_rprintf(r, "{\"rows\":%d}", rows);
    return OK;
}

static int map_to_storage(request_rec *r)
{
    return r->uri && strncmp(r->uri, "/trivial/", 9) == 0 ? OK : DECLINED;
}

static int handler(request_rec *r)
{
    char *arg[MAX_ARGS], *rest = apr_pstrdup(r->pool, r->args ? r->args : "");
    char *state, *at;
    int n = 0;

    if (!r->uri || strncmp(r->uri, "/trivial/", 9) != 0) {
        return DECLINED;
    }
    at = apr_strtok(rest, "&", &state);
    while (at && n < MAX_ARGS) {
        arg[n++] = at;
        at = apr_strtok(NULL, "&", &state);
    }
    if (strcmp(r->uri + 9, "slots") == 0 && n == 4) {
        return answer(r, run_slots, arg);
    }
    if (strcmp(r->uri + 9, "hold") == 0 && n == 5) {
        return answer(r, run_hold, arg);
    }
    return HTTP_NOT_FOUND;
}

static void register_hooks(apr_pool_t *p)
{
    (void)p;
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_FIRST);
}

AP_DECLARE_MODULE(trivial) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0};
