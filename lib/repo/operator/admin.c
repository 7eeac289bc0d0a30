#include "repo/operator/admin.h"

static const kf_stmt_t tenant_create = {"tenant_create",
                                        "SELECT kf.tenant_create($1::uuid, $2::jsonb)", 2, 0};
static const kf_stmt_t tenant_update = {"tenant_update",
                                        "SELECT kf.tenant_update($1::uuid, $2::jsonb)", 2, 0};
static const kf_stmt_t tenant_suspend = {"tenant_suspend",
                                         "SELECT kf.tenant_suspend($1::uuid, $2::boolean)", 2, 0};
static const kf_stmt_t tenant_list = {"tenant_list", "SELECT doc FROM kf.tenant_list()", 0,
                                      KF_STMT_REPEATABLE};

static const kf_stmt_t service_create = {
    "service_create", "SELECT kf.service_create($1::uuid, $2::uuid, $3::jsonb)", 3, 0};
static const kf_stmt_t service_list = {"service_list", "SELECT doc FROM kf.service_list($1::uuid)",
                                       1, KF_STMT_REPEATABLE};

static const kf_stmt_t professional_create = {
    "professional_create", "SELECT kf.professional_create($1::uuid, $2::uuid, $3::jsonb)", 3, 0};
static const kf_stmt_t professional_hours = {
    "professional_hours_set", "SELECT kf.professional_hours_set($1::uuid, $2::uuid, $3::jsonb)", 3,
    0};
static const kf_stmt_t professional_list = {
    "professional_list", "SELECT doc FROM kf.professional_list($1::uuid)", 1, KF_STMT_REPEATABLE};

static const kf_stmt_t link_create = {
    "link_create", "SELECT kf.link_create($1::uuid, $2::uuid, $3::text, $4::jsonb)", 4, 0};
static const kf_stmt_t link_list = {"link_list", "SELECT doc FROM kf.link_list($1::uuid)", 1,
                                    KF_STMT_REPEATABLE};

static const kf_stmt_t closed_day_add = {
    "closed_day_add", "SELECT kf.closed_day_add($1::uuid, $2::text, $3::text)", 3, 0};
static const kf_stmt_t closed_day_list = {
    "closed_day_list", "SELECT doc FROM kf.closed_day_list($1::uuid)", 1, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_docs(kf_docs_t **out, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args,
                       apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, stmt, args, p));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(const char *));
    for (int i = 0; i < kf_db_rows(res); i++) {
        APR_ARRAY_PUSH(*out, const char *) = kf_db_json(res, i, 0);
    }
    return NULL;
}

static kf_err_t *docs_of(kf_docs_t **out, kf_db_t *db, const kf_stmt_t *stmt,
                         const kf_uuid_t *tenant, apr_pool_t *p)
{
    return kf_repo_docs(out, db, stmt, (const kf_arg_t[]){KF_UUID(tenant)}, p);
}

kf_err_t *kf_repo_tenant_create(kf_db_t *db, const kf_uuid_t *tenant, const char *doc,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &tenant_create, p, KF_UUID(tenant), KF_TEXT(doc));
}

kf_err_t *kf_repo_tenant_update(kf_db_t *db, const kf_uuid_t *tenant, const char *doc,
                                apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &tenant_update, p, KF_UUID(tenant), KF_TEXT(doc));
}

kf_err_t *kf_repo_tenant_suspend(kf_db_t *db, const kf_uuid_t *tenant, bool on, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &tenant_suspend, p, KF_UUID(tenant), KF_BOOL(on));
}

kf_err_t *kf_repo_tenant_standing(const char **out, kf_db_t *db, const kf_uuid_t *tenant, const char *doc, apr_pool_t *p)
{
    static const kf_stmt_t stmt = {"tenant_standing", "SELECT kf.tenant_standing($1::uuid, $2::text::jsonb)", 2, 0};
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &stmt, p, KF_UUID(tenant), KF_TEXT(doc)));
    *out = kf_db_json(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_tenant_list(kf_docs_t **out, kf_db_t *db, apr_pool_t *p)
{
    return kf_repo_docs(out, db, &tenant_list, NULL, p);
}

kf_err_t *kf_repo_tenant_page(kf_docs_t **out, kf_db_t *db, const char *ask, apr_pool_t *p)
{
    static const kf_stmt_t stmt = {"tenant_page", "SELECT doc FROM kf.tenant_page($1::text::jsonb)", 1,
                                   KF_STMT_REPEATABLE};

    return kf_repo_docs(out, db, &stmt, (const kf_arg_t[]){KF_TEXT(ask)}, p);
}

kf_err_t *kf_repo_service_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                 const char *doc, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &service_create, p, KF_UUID(tenant), KF_UUID(id), KF_TEXT(doc));
}

kf_err_t *kf_repo_service_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p)
{
    return docs_of(out, db, &service_list, tenant, p);
}

kf_err_t *kf_repo_professional_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                      const char *doc, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &professional_create, p, KF_UUID(tenant), KF_UUID(id),
                      KF_TEXT(doc));
}

kf_err_t *kf_repo_professional_hours(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                     const char *doc, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &professional_hours, p, KF_UUID(tenant), KF_UUID(id), KF_TEXT(doc));
}

kf_err_t *kf_repo_professional_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                    apr_pool_t *p)
{
    return docs_of(out, db, &professional_list, tenant, p);
}

kf_err_t *kf_repo_link_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                              const char *public_id, const char *doc, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &link_create, p, KF_UUID(tenant), KF_UUID(id), KF_TEXT(public_id),
                      KF_TEXT(doc));
}

kf_err_t *kf_repo_link_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p)
{
    return docs_of(out, db, &link_list, tenant, p);
}

kf_err_t *kf_repo_closed_day_add(kf_db_t *db, const kf_uuid_t *tenant, const char *day,
                                 const char *reason, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &closed_day_add, p, KF_UUID(tenant), KF_TEXT(day), KF_TEXT(reason));
}

kf_err_t *kf_repo_closed_day_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                  apr_pool_t *p)
{
    return docs_of(out, db, &closed_day_list, tenant, p);
}
