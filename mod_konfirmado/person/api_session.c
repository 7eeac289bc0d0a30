/* The API of sessions: login, logout, session, sessions. */
#include <string.h>

#include "base/limits.h"
#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/origin.h"
#include "http/reply.h"
#include "json/encode.h"
#include "person/person.h"

#define MAX_ANSWER (16 * 1024)

/* Writes expires_at of this session, from the list of the person's sessions. */
static kf_err_t *put_end(kf_buf_t *buf, kfm_call_t *call, const kf_member_t *member)
{
    const char *text;
    json_t *list, *item;
    size_t i;

    KF_TRY(kf_flow_session_list(&text, kfm_flow(call), member, call->pool));
    KF_TRY(kfm_admin_parse(&list, call, text));
    json_array_foreach(json_object_get(list, "items"), i, item) {
        if (json_is_true(json_object_get(item, "current"))) {
            kf_json_str(buf, "expires_at", json_string_value(json_object_get(item, "expires_at")));
            return NULL;
        }
    }
    kf_json_null(buf, "expires_at");
    return NULL;
}

static void put_tenant(kf_buf_t *buf, const kf_tenant_t *tenant)
{
    kf_json_open_key(buf, "tenant", '{');
    kf_json_uuid(buf, "id", &tenant->id);
    kf_json_str(buf, "name", tenant->name);
    kf_json_str(buf, "subdomain", tenant->subdomain);
    kf_json_str(buf, "time_zone", tenant->time_zone);
    kf_json_str(buf, "language", tenant->language);
    kf_json_str(buf, "currency", tenant->currency);
    kf_json_close(buf, '}');
}

static kf_err_t *answer_session(kfm_call_t *call, const kf_session_t *session)
{
    const kf_person_t *person = &session->person;
    kf_member_t *member = kfm_auth_member(call);
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 1024, MAX_ANSWER);
    kf_json_open(&buf, '{');
    kf_json_open_key(&buf, "user", '{');
    kf_json_uuid(&buf, "id", &person->staff);
    kf_json_str(&buf, "name", person->name);
    kf_json_str(&buf, "email", person->email);
    kf_json_str(&buf, "role", person->owner ? "owner" : "staff");
    kf_json_str(&buf, "language", person->language);
    kf_json_bool(&buf, "second_factor", person->second_factor);
    kf_json_close(&buf, '}');
    put_tenant(&buf, call->tenant);
    kf_json_bool(&buf, "read_only", person->suspended);
    kf_json_str(&buf, "csrf_token", session->csrf);
    KF_TRY(put_end(&buf, call, member));
    kf_json_close(&buf, '}');
    return kfm_reply_buf(call, 200, &buf);
}

/* Requires an email with a password, or a ticket with a code. */
static kf_err_t *judge_members(const kf_json_value_t *v, kfm_call_t *call)
{
    const bool ticket = v[KFM_AT(login, ticket)].present;
    const bool wanted[KFM_N(login)] = {
        [KFM_AT(login, email)] = !ticket, [KFM_AT(login, password)] = !ticket, [KFM_AT(login, code)] = ticket};
    kf_err_t *bad = NULL;

    for (size_t i = 0; i < KFM_N(login); i++) {
        if (wanted[i] && !v[i].present) {
            kf_err_add(&bad, kf_err_wrong(call->pool, kfm_login_fields[i].name, KF_WRONG_REQUIRED, "This is required."));
        }
    }
    if (ticket && (v[KFM_AT(login, email)].present || v[KFM_AT(login, password)].present)) {
        kf_err_add(&bad, kf_err_field(call->pool, KF_E_INVALID, kfm_login_fields[KFM_AT(login, ticket)].name,
                                      "Send either the ticket or the email and the password."));
    }
    return bad;
}

kf_err_t *kfm_handle_api_login(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_login_wish_t wish;
    kf_json_value_t v[KFM_N(login)];
    kf_login_t login;
    kf_err_t *err;

    KF_TRY(kfm_origin_own(call));
    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(judge_members(v, call));
    wish = (kf_login_wish_t){call->tenant ? &call->tenant->id : NULL, v[KFM_AT(login, email)].s,
                             v[KFM_AT(login, password)].s, v[KFM_AT(login, ticket)].s, v[KFM_AT(login, code)].s};
    err = kf_flow_login(&login, kfm_flow(call), visit, &wish, call->pool);
    if (err && login.ticket) {
        kfm_reply_member(call, "ticket", login.ticket);
    }
    KF_TRY(kfm_auth_counted(call, visit, err));
    KF_TRY(kfm_auth_keep_device(call, visit));
    KF_TRY(kfm_auth_enter(call, &login));
    return answer_session(call, kfm_auth_session(call));
}

kf_err_t *kfm_handle_api_logout(kfm_call_t *call)
{
    KF_TRY(kf_flow_logout(kfm_flow(call), kfm_auth_member(call), call->pool));
    kfm_auth_cookie_clear(call);
    return kfm_reply_empty(call, 204);
}

kf_err_t *kfm_handle_api_session(kfm_call_t *call)
{
    return answer_session(call, kfm_auth_session(call));
}

kf_err_t *kfm_handle_api_sessions(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kf_flow_session_list(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_api_session_revoke(kfm_call_t *call)
{
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kf_flow_session_revoke(kfm_flow(call), kfm_auth_member(call), &id, call->pool));
    return kfm_reply_empty(call, 204);
}
