#include "repo/business/domain.h"

#define KF_ROW_T kf_domain_row_t
static const kf_col_t domain_cols[] = {
    KF_COL(domain, "domain")};
const kf_lease_t kf_lease_domains = {
    {"work_domains", "SELECT domain FROM kf.work_domains($1::int, $2::int) domain", 2, KF_LEASE},
    KF_SHAPE(domain_cols)};
#undef KF_ROW_T

static const kf_stmt_t told = {
    "domain_told",
    "SELECT kf.domain_told($1::text, CASE WHEN $2::jsonb IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text($2::jsonb)) END)",
    2, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_domain_told(kf_db_t *db, const char *domain, const char *texts, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &told, p, KF_TEXT(domain), KF_TEXT(texts));
}
