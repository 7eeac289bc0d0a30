#include "flow/booking/exports.h"

#include "repo/booking/export.h"
#include "text/csv.h"

#define PIECE (64 * 1024)
#define LONGEST_ROW (32 * 1024) /* from the limits of names, notes and addresses, all quoted */

typedef struct {
    const kf_export_t *wish;
    kf_buf_t buf;
    kf_csv_t csv;
    apr_pool_t *rows; /* of one fetch */
} writer_t;

static kf_err_t *hand_over(writer_t *out, apr_pool_t *p)
{
    KF_TRY(kf_buf_check(&out->buf, "row", p));
    if (out->buf.len) {
        KF_TRY(out->wish->sink(out->buf.data, out->buf.len, out->wish->baton));
    }
    kf_buf_reset(&out->buf);
    return NULL;
}

static void write_head(writer_t *out)
{
    kf_csv_mark(&out->csv);
    for (int i = 0; i < KF_EXPORT_COLUMNS; i++) {
        kf_csv_text(&out->csv, kf_export_columns[i]);
    }
    kf_csv_end_row(&out->csv);
}

static kf_err_t *write_rows(writer_t *out, const kf_db_res_t *res, apr_pool_t *p)
{
    for (int row = 0; row < kf_db_rows(res); row++) {
        for (int i = 0; i < KF_EXPORT_COLUMNS; i++) {
            kf_csv_text(&out->csv, kf_db_text(res, row, i));
        }
        kf_csv_end_row(&out->csv);
        if (out->buf.len >= PIECE) {
            KF_TRY(hand_over(out, p));
        }
    }
    return NULL;
}

static kf_err_t *write_all(writer_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;
    int n;

    KF_TRY(kf_repo_export_open(db, out->wish->tenant, out->wish->filters, p));
    write_head(out);
    do {
        kf_err_t *err = kf_repo_export_fetch(&res, db, out->rows);

        n = err ? 0 : kf_db_rows(res);
        err = err ? err : write_rows(out, res, p);
        if (err) {
            return kf_err_because(p, kf_err(p, err->code, "%s", err->detail), "%s", err->cause ? err->cause : "");
        }
        apr_pool_clear(out->rows);
    } while (n == KF_EXPORT_ROWS);
    return NULL;
}

static kf_err_t *start(kf_db_t *db, const kf_export_t *wish, apr_pool_t *p)
{
    KF_TRY(kf_db_begin(db, p));
    KF_TRY(kf_flow_actor_reads(db, wish->tenant, wish->actor, p));
    KF_TRY(kf_repo_export_start(db, wish->tenant, wish->filters, p));
    return kf_db_commit(db, p);
}

static kf_err_t *run(writer_t *out, kf_db_t *db, apr_pool_t *p)
{
    KF_TRY(start(db, out->wish, p));
    KF_TRY(kf_db_begin(db, p));
    KF_TRY(write_all(out, db, p));
    return kf_db_commit(db, p);
}

kf_err_t *kf_flow_export(const kf_flow_t *flow, const kf_export_t *wish, apr_pool_t *p)
{
    writer_t out = {.wish = wish};
    kf_db_t *db;
    kf_err_t *err;

    kf_buf_init(&out.buf, p, PIECE + LONGEST_ROW, PIECE + LONGEST_ROW);
    kf_csv_init(&out.csv, &out.buf, wish->sep);
    apr_pool_create(&out.rows, p);
    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_flow_give(flow, db, run(&out, db, p)); /* rolls back what is open */
    apr_pool_destroy(out.rows);
    return err ? err : hand_over(&out, p);
}
