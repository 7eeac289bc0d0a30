/* What the migration runner finds in the SQL of migrations. */
#include "flow/operator/migrate_sql.h"
#include "test.h"

#include <apr_strings.h>

static const struct {
    const char *sql, *locks; /* "table mode, ..." */
} texts[] = {
    {"", ""},
    {"ALTER TABLE kf.a ADD COLUMN b int", "kf.a 4"},
    {"alter table if exists only KF.A add b int;;", "kf.a 4"},
    {"ALTER TABLE kf.a VALIDATE CONSTRAINT b", "kf.a 1"},
    {"ALTER TABLE kf.a ADD FOREIGN KEY (b) REFERENCES kf.c", "kf.a 4, kf.c 3"},
    {"CREATE TABLE kf.a (b int REFERENCES kf.c, d int REFERENCES kf.c, e int REFERENCES kf.f)", "kf.c 3, kf.f 3"},
    {"CREATE INDEX a ON kf.b (c)", "kf.b 2"},
    {"CREATE UNIQUE INDEX IF NOT EXISTS a ON ONLY kf.b (c)", "kf.b 2"},
    {"CREATE INDEX ON kf.b (c)", "kf.b 2"},
    {"CREATE INDEX CONCURRENTLY a ON kf.b (c)", "kf.b 1"},
    {"DROP INDEX kf.a, kf.b", "kf.a 4, kf.b 4"},
    {"DROP INDEX CONCURRENTLY IF EXISTS kf.a", "kf.a 1"},
    {"DROP TABLE IF EXISTS kf.b, kf.a", "kf.a 4, kf.b 4"},
    {"TRUNCATE TABLE kf.a", "kf.a 4"},
    {"CREATE OR REPLACE TRIGGER a BEFORE UPDATE OF c ON kf.b FOR EACH ROW EXECUTE FUNCTION kf.c()", "kf.b 3"},
    {"DROP TRIGGER a ON kf.b", "kf.b 4"},
    {"CREATE POLICY a ON kf.b USING (true); DROP POLICY c ON kf.d", "kf.b 4, kf.d 4"},
    {"UPDATE ONLY kf.a SET b = 1; DELETE FROM kf.b; INSERT INTO kf.c SELECT 1", "kf.a 0, kf.b 0, kf.c 0"},
    {"UPDATE kf.a SET b = 1; ALTER TABLE kf.a DROP c; CREATE INDEX ON kf.a (b)", "kf.a 4"},
    {"CREATE FUNCTION kf.a() RETURNS trigger LANGUAGE sql AS $$ ALTER TABLE kf.b ADD c int $$", ""},
    {"CREATE FUNCTION kf.a() RETURNS int AS $x$ $$; DROP TABLE kf.b; $$ $x$; TRUNCATE kf.c", "kf.c 4"},
    {"DROP FUNCTION IF EXISTS kf.a(int, text)", ""},
    {"SELECT 'ALTER TABLE kf.a ADD b int; -- '';'; -- DROP TABLE kf.b;\n/* DROP /* x */ TABLE kf.c; */ TRUNCATE kf.d",
     "kf.d 4"},
    {"SELECT $1::int; TRUNCATE kf.a", "kf.a 4"},
};

START_TEST(locks)
{
    apr_array_header_t *found = kf_sql_locks(texts[_i].sql, kf_test_pool);
    const char *said = "";

    for (int i = 0; i < found->nelts; i++) {
        const kf_sql_lock_t *lock = &APR_ARRAY_IDX(found, i, kf_sql_lock_t);

        said = apr_psprintf(kf_test_pool, "%s%s%s %d", said, *said ? ", " : "", lock->table, (int)lock->mode);
    }
    ck_assert_str_eq(said, texts[_i].locks);
}
END_TEST

START_TEST(statements)
{
    apr_array_header_t *found = kf_sql_split("-- outside a transaction\n"
                                             "CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON kf.b (c);\n"
                                             "-- until no row\nUPDATE kf.b SET c = ';' -- ; x\nWHERE c IS NULL;\n"
                                             "-- the last\nCREATE INDEX CONCURRENTLY ON kf.b (d)",
                                             kf_test_pool);
    const kf_sql_stmt_t *stmts = (const kf_sql_stmt_t *)found->elts;

    ck_assert_int_eq(found->nelts, 3);
    ck_assert_str_eq(stmts[0].text, "CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON kf.b (c);");
    ck_assert_str_eq(stmts[0].index, "a");
    ck_assert(stmts[0].concurrently && !stmts[0].until_none);
    ck_assert_str_eq(stmts[1].text, "UPDATE kf.b SET c = ';' -- ; x\nWHERE c IS NULL;");
    ck_assert(!stmts[1].index && !stmts[1].concurrently && stmts[1].until_none);
    ck_assert(!stmts[2].index && stmts[2].concurrently && !stmts[2].until_none);
}
END_TEST

/* An unterminated construct ends at the end of the text. */
START_TEST(cut_short)
{
    static const char *const cut[] = {"SELECT 'a", "SELECT $$a", "/* a", "-- a", "SELECT \"a", "$", "'", ";", "\"", "/*"};

    ck_assert_int_le(kf_sql_split(cut[_i], kf_test_pool)->nelts, 1);
    ck_assert_int_eq(kf_sql_locks(cut[_i], kf_test_pool)->nelts, 0);
}
END_TEST

Suite *kf_suite_flow_migrate(void)
{
    Suite *suite = suite_create("flow_migrate");
    TCase *tc = kf_test_case(suite, "migrate");

    tcase_add_loop_test(tc, locks, 0, KF_COUNT(texts));
    tcase_add_test(tc, statements);
    tcase_add_loop_test(tc, cut_short, 0, 10);
    return suite;
}
