/* Answers of Google's token endpoint. The first byte selects the HTTP status, the second the grant (code or
 * refresh). The first line is the payload of an id_token, the rest the body. With bit 1 of the second byte that line
 * is encoded and put into the body, so that inputs get past the encoding. */
#include "fuzz.h"

#include <jansson.h>

#include "calendar/google/google.h"
#include "crypto/hash.h"

#define NONCE "n-0S6_WzA2Mj"
#define NOW (INT64_C(1796083200) * KF_SECOND)

static const int statuses[] = {200, 201, 204, 302, 400, 401, 403, 404, 410, 429, 500, 503, 0};
static const kf_calendar_app_t app = {.client_id = "kf-1", .client_secret = "s",
                                      .redirect_url = "https://k.example.test/cb"};

/* The body with header.payload.signature as its id_token, or as it is. */
static char *put_identity(char *body, size_t *len, const char *claims, apr_pool_t *p)
{
    json_t *root = json_loadb(body, *len, JSON_REJECT_DUPLICATES, NULL);
    char *encoded = apr_palloc(p, KF_BASE64URL_CHARS(strlen(claims)) + 1), *text;

    if (json_is_object(root)) {
        kf_base64url_write(encoded, claims, strlen(claims));
        json_object_set_new(root, "id_token", json_string(apr_pstrcat(p, "e30.", encoded, ".c2ln",
                                                                      NULL)));
        text = json_dumps(root, JSON_COMPACT);
        *len = strlen(text);
        body = apr_pstrmemdup(p, text, *len);
        free(text);
    }
    json_decref(root);
    return body;
}

static void visible(const char *word, const char *what)
{
    FUZZ_CHECK(word && *word, what);
    for (; *word; word++) {
        FUZZ_CHECK(*word > ' ' && *word <= '~', what);
    }
}

/* A second check of the claims: accepted only if they are for us, valid now, and of this consent. */
static void believe(const kf_calendar_token_t *token, const char *claims)
{
    json_t *root = json_loads(claims, JSON_REJECT_DUPLICATES, NULL);
    const char *iss = json_string_value(json_object_get(root, "iss"));
    const char *nonce = json_string_value(json_object_get(root, "nonce"));
    const char *sub = json_string_value(json_object_get(root, "sub"));
    json_t *aud = json_object_get(root, "aud");

    aud = json_array_size(aud) == 1 ? json_array_get(aud, 0) : aud;
    FUZZ_CHECK(iss && strstr(iss, "accounts.google.com"), "believed another issuer");
    FUZZ_CHECK(json_is_string(aud) && strcmp(json_string_value(aud), app.client_id) == 0,
               "believed what is for another");
    FUZZ_CHECK(json_integer_value(json_object_get(root, "exp")) > NOW / KF_SECOND,
               "believed what has expired");
    FUZZ_CHECK(nonce && strcmp(nonce, NONCE) == 0, "believed another consent");
    FUZZ_CHECK(sub && strcmp(sub, token->account_id) == 0, "another account");
    json_decref(root);
}

static void check(const kf_calendar_token_t *token, const kf_http_res_t *res, bool code)
{
    bool got = token->answer.verdict == KF_CALENDAR_GOT;

    FUZZ_CHECK((token->answer.message == NULL) == got, "the message");
    FUZZ_CHECK(token->scopes && token->account_email, "a text is missing");
    if (!got) {
        FUZZ_CHECK(!token->access_token && !token->refresh_token && !token->account_id,
                   "something is left of what failed");
        FUZZ_CHECK(!token->may_read && !token->may_list && !token->may_write, "rights of none");
        return;
    }
    FUZZ_CHECK(res->status >= 200 && res->status < 300 && !res->truncated, "got, but not so");
    visible(token->access_token, "an access token");
    FUZZ_CHECK(token->expires_in_s >= 1 && token->expires_in_s <= 86400, "its life");
    if (token->refresh_token) {
        visible(token->refresh_token, "a refresh token");
    }
    if (code) {
        FUZZ_CHECK(token->refresh_token != NULL, "a code without a refresh token");
        visible(token->account_id, "an account");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned status = fuzz_byte(&in), mode = fuzz_byte(&in);
    const char *claims = fuzz_line(&in, p);
    kf_http_res_t res = {.status = statuses[status % (sizeof(statuses) / sizeof(*statuses))],
                         .truncated = status >= 128, .remote_ip = "192.0.2.1"};
    bool code = mode & 1, put = mode & 2;
    kf_calendar_answer_t answer;
    kf_calendar_token_t token;
    char *body = fuzz_rest(&in, &res.body_len, p);

    body = put ? put_identity(body, &res.body_len, claims, p) : body;
    res.outcome = res.status ? KF_HTTP_OK : KF_HTTP_OTHER;
    res.body = apr_pstrmemdup(p, body, res.body_len);
    memset(&token, 0x55, sizeof(token));
    kf_calendar_google.token_parse(&token, &app, &res, code ? NONCE : NULL, NOW, p);
    check(&token, &res, code);
    if (code && put && token.answer.verdict == KF_CALENDAR_GOT) {
        believe(&token, claims);
    }
    kf_calendar_google.revoke_parse(&answer, &res, p);
    FUZZ_CHECK((answer.message == NULL) == (answer.verdict == KF_CALENDAR_GOT), "the message");
    apr_pool_destroy(p);
    return 0;
}
