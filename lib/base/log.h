#ifndef KF_BASE_LOG_H
#define KF_BASE_LOG_H
/*
 * The library's log: a callback. The module points it at ap_log_error, the
 * command at stderr, the unit tests at nothing. Ids are our own ("KF00042: "),
 * one per place, unique in the source tree (checked by `make check`).
 * Never log personal data, a token or a secret.
 */
typedef enum {
    KF_LOG_ERROR,
    KF_LOG_WARNING,
    KF_LOG_NOTICE,
    KF_LOG_INFO,
    KF_LOG_DEBUG
} kf_log_level_t;

typedef void kf_log_fn(kf_log_level_t level, const char *text, void *baton);

/** Sets the process-wide sink; call it once, before threads start. NULL = silence. */
void kf_log_set(kf_log_fn *fn, void *baton);

/** Writes one line, `KF%05d: text`; control characters are escaped by the sink. */
void kf_log(kf_log_level_t level, int id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
