#include "repo/domain.h"

#include "repo/work.h"

/* A claim whose answer was lost ends with its lease. */
static const kf_stmt_t due = {
    "work_domains", "SELECT d FROM kf.work_domains($1::int, $2::int) d", 2, KF_STMT_REPEATABLE};

static const kf_stmt_t told = {
    "domain_told",
    "SELECT kf.domain_told($1::text, CASE WHEN $2::jsonb IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text($2::jsonb)) END)",
    2, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_domains_due(apr_array_header_t **out, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &due, p, KF_INT4(limit), KF_INT4(KF_WORK_LEASE_S)));
    *out = apr_array_make(p, limit, sizeof(const char *));
    for (int i = 0; i < kf_db_rows(res); i++) {
        APR_ARRAY_PUSH(*out, const char *) = kf_db_text(res, i, 0);
    }
    return NULL;
}

kf_err_t *kf_repo_domain_told(kf_db_t *db, const char *domain, const char *texts, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &told, p, KF_TEXT(domain), KF_TEXT(texts));
}
