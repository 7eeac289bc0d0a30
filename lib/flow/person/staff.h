#ifndef KF_FLOW_PERSON_STAFF_H
#define KF_FLOW_PERSON_STAFF_H
/*
 * What an owner does with other people and with API keys. Lists and single
 * rows are documents of the database, as JSON text in the pool. The caller has
 * checked that the member is an owner.
 *
 * A person: {"id","email","name","role","state","language","second_factor","last_login_at","created_at",
 * "invitation_expires_at","version"}; role: owner, staff; state: invited, unverified, active, disabled.
 * A key: {"id","name","hint","scopes","created_at","created_by","expires_at","last_used_at","revoked_at"}.
 * Lists: {"items":[...],"next":null}.
 */
#include "flow/person/sessions.h"

/** All scopes; NULL-terminated. */
extern const char *const kf_scopes[];

kf_err_t *kf_flow_staff_page(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

/** KF_E_NOT_FOUND. */
kf_err_t *kf_flow_staff_get(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                            const kf_uuid_t *staff, apr_pool_t *p);

typedef struct {
    const char *email, *name; /* name may be NULL */
    const char *role;         /* "owner" or "staff" */
    const char *language;     /* of the mail; NULL: the business's */
} kf_invite_wish_t;

/**
 * Invites a person, or invites them again if they have not accepted yet (the former link ends). *json is the person.
 * KF_E_INVALID ("email", "name", "role", "language"), KF_E_CONFLICT of "email": the person already belongs to this
 * business, KF_E_RATE_LIMITED, KF_E_READ_ONLY. An address that has an account elsewhere is invited like any other;
 * accepting tells its owner.
 */
kf_err_t *kf_flow_staff_invite(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                               const kf_invite_wish_t *wish, apr_pool_t *p);

typedef struct {
    int version;              /* 0: any */
    const char *name, *role;  /* NULL: unchanged */
    int enabled;              /* 1: enable, 0: disable, -1: unchanged */
} kf_staff_change_t;

/**
 * Changes a person. Disabling one ends their sessions at once. KF_E_NOT_FOUND, KF_E_PRECONDITION,
 * KF_E_INVALID, KF_E_CONFLICT (the last active owner; a person who never accepted cannot be enabled), KF_E_READ_ONLY.
 */
kf_err_t *kf_flow_staff_change(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                               const kf_uuid_t *staff, const kf_staff_change_t *change, apr_pool_t *p);

kf_err_t *kf_flow_api_key_page(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p);

typedef struct {
    const char *name;
    const char *const *scopes;  /* NULL-terminated, at least 1 */
    kf_instant_t expires_at;    /* 0: never */
} kf_api_key_wish_t;

/**
 * Makes a new key; `key` is shown once, the caller wipes it. KF_E_INVALID ("name", "scopes", "expires_at"),
 * KF_E_CONFLICT (50 live keys), KF_E_READ_ONLY.
 */
kf_err_t *kf_flow_api_key_create(char key[KF_API_KEY_CHARS + 1], const char **json, const kf_flow_t *flow,
                                 const kf_member_t *member, const kf_api_key_wish_t *wish, apr_pool_t *p);

/** Revokes a key at once. KF_E_NOT_FOUND; no error if it has ended already. */
kf_err_t *kf_flow_api_key_revoke(const kf_flow_t *flow, const kf_member_t *member, const kf_uuid_t *key,
                                 apr_pool_t *p);

#endif
