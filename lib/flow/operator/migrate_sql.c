#include "flow/operator/migrate_sql.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 512 /* of one statement; later words are never a table name that we look for */

/* -- tokens -- */

static bool in_name(char c)
{
    return apr_isalnum(c) || c == '_' || c == '.' || c == '"' || (c & 0x80);
}

static const char *skip_line(const char *at)
{
    return at + strcspn(at, "\n");
}

/* Block comments nest. */
static const char *skip_block(const char *at)
{
    int depth = 0;

    do {
        int step = !strncmp(at, "/*", 2) ? 1 : !strncmp(at, "*/", 2) ? -1 : 0;

        depth += step;
        at += step ? 2 : 1;
    } while (*at && depth > 0);
    return at;
}

/* A doubled quote reads as the end of one string and the start of the next: the result is the same. */
static const char *skip_quoted(const char *at)
{
    const char *end = strchr(at + 1, *at);

    return end ? end + 1 : at + strlen(at);
}

/* $tag$ ... $tag$; NULL if there is none. */
static const char *skip_dollars(const char *at, apr_pool_t *p)
{
    size_t len = 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
    const char *tag, *end;

    if (at[len] != '$') {
        return NULL;
    }
    tag = apr_pstrmemdup(p, at, len + 1);
    end = strstr(at + len + 1, tag);
    return end ? end + len + 1 : at + strlen(at);
}

/* Returns the end of the next token. *word: a name or keyword in lower case, one sign, "'" for a string; NULL for
 * space and comments. */
static const char *next_token(const char **word, const char *at, apr_pool_t *p)
{
    const char *end = NULL;

    *word = NULL;
    if (apr_isspace(*at)) {
        return at + 1;
    }
    if (!strncmp(at, "--", 2)) {
        return skip_line(at);
    }
    if (!strncmp(at, "/*", 2)) {
        return skip_block(at);
    }
    end = *at == '\'' ? skip_quoted(at) : *at == '$' ? skip_dollars(at, p) : NULL;
    if (end) {
        *word = "'";
        return end;
    }
    for (end = at; in_name(*end);) {
        end = *end == '"' ? skip_quoted(end) : end + 1;
    }
    end = end > at ? end : at + 1;
    *word = apr_pstrmemdup(p, at, (size_t)(end - at));
    for (char *c = (char *)*word; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    return end;
}

/* -- statements -- */

/* The words of the next statement, and its start. Returns the end of its semicolon; NULL at the end. */
static const char *next_stmt(apr_array_header_t *words, const char **first, const char *at, apr_pool_t *p)
{
    apr_array_clear(words);
    while (*at) {
        const char *word, *begin = at;

        at = next_token(&word, at, p);
        if (!word) {
            continue;
        }
        if (!strcmp(word, ";")) {
            if (words->nelts) {
                return at;
            }
            continue;
        }
        if (!words->nelts) {
            *first = begin;
        }
        if (words->nelts < MOST_WORDS) {
            APR_ARRAY_PUSH(words, const char *) = word;
        }
    }
    return words->nelts ? at : NULL;
}

static const char *word_at(const apr_array_header_t *words, int i)
{
    return i < words->nelts ? APR_ARRAY_IDX(words, i, const char *) : "";
}

static bool is(const apr_array_header_t *words, int i, const char *word)
{
    return !strcmp(word_at(words, i), word);
}

/* The first index of a word, or the count if it is missing. */
static int find(const apr_array_header_t *words, const char *word)
{
    int i = 0;

    while (i < words->nelts && !is(words, i, word)) {
        i++;
    }
    return i;
}

static bool has(const apr_array_header_t *words, const char *word)
{
    return find(words, word) < words->nelts;
}

/* Skips words that may precede a name. */
static int name_after(const apr_array_header_t *words, int i)
{
    static const char *const skipped[] = {"if", "not", "exists", "only", "table", "concurrently"};

    for (size_t k = 0; k < sizeof(skipped) / sizeof(*skipped);) {
        if (is(words, i, skipped[k])) {
            i++;
            k = 0;
        } else {
            k++;
        }
    }
    return i;
}

/* The index of the name in CREATE [UNIQUE] INDEX CONCURRENTLY, if it has one. */
static const char *new_index(const apr_array_header_t *words)
{
    const char *name = word_at(words, name_after(words, find(words, "index") + 1));

    return is(words, 0, "create") && has(words, "concurrently") && strcmp(name, "on") ? name : NULL;
}

/* Whether the line before `first` is "-- until no row". */
static bool says_until_none(const char *sql, const char *first)
{
    static const char mark[] = "-- until no row\n";
    size_t len = sizeof(mark) - 1;

    return (size_t)(first - sql) >= len && !strncmp(first - len, mark, len);
}

apr_array_header_t *kf_sql_split(const char *sql, apr_pool_t *p)
{
    apr_array_header_t *out = apr_array_make(p, 8, sizeof(kf_sql_stmt_t));
    apr_array_header_t *words = apr_array_make(p, 64, sizeof(const char *));
    const char *first = sql, *end;

    for (const char *at = sql; (end = next_stmt(words, &first, at, p)); at = end) {
        kf_sql_stmt_t *stmt = apr_array_push(out);

        stmt->text = apr_pstrmemdup(p, first, (size_t)(end - first));
        stmt->concurrently = has(words, "concurrently");
        stmt->index = new_index(words);
        stmt->until_none = says_until_none(sql, first);
    }
    return out;
}

/* -- locks -- */

const char *kf_lock_name(kf_lock_mode_t mode)
{
    static const char *const names[] = {[KF_LOCK_ROWS] = "ROW EXCLUSIVE",
                                        [KF_LOCK_UPKEEP] = "SHARE UPDATE EXCLUSIVE",
                                        [KF_LOCK_SHARE] = "SHARE",
                                        [KF_LOCK_SOLE] = "SHARE ROW EXCLUSIVE",
                                        [KF_LOCK_ALL] = "ACCESS EXCLUSIVE"};

    return names[mode];
}

static void add(apr_array_header_t *locks, const char *table, kf_lock_mode_t mode)
{
    for (int i = 0; i < locks->nelts; i++) {
        kf_sql_lock_t *lock = &APR_ARRAY_IDX(locks, i, kf_sql_lock_t);

        if (!strcmp(lock->table, table)) {
            lock->mode = mode > lock->mode ? mode : lock->mode;
            return;
        }
    }
    if (*table) {
        APR_ARRAY_PUSH(locks, kf_sql_lock_t) = (kf_sql_lock_t){table, mode};
    }
}

/* A foreign key adds a trigger to the table that it references. */
static void add_references(apr_array_header_t *locks, const apr_array_header_t *words)
{
    for (int i = 0; i < words->nelts; i++) {
        if (is(words, i, "references")) {
            add(locks, word_at(words, i + 1), KF_LOCK_SOLE);
        }
    }
}

/* "name, name" of a DROP. */
static void add_list(apr_array_header_t *locks, const apr_array_header_t *words, int i, kf_lock_mode_t mode)
{
    add(locks, word_at(words, i), mode);
    while (is(words, i + 1, ",")) {
        i += 2;
        add(locks, word_at(words, i), mode);
    }
}

/* Statements that name their table after ON. */
static const struct {
    const char *what;
    kf_lock_mode_t made, dropped;
} on_table[] = {
    {"index", KF_LOCK_SHARE, KF_LOCK_ALL},
    {"trigger", KF_LOCK_SOLE, KF_LOCK_ALL},
    {"policy", KF_LOCK_ALL, KF_LOCK_ALL},
    {"rule", KF_LOCK_ALL, KF_LOCK_ALL},
};

static void add_on(apr_array_header_t *locks, const apr_array_header_t *words)
{
    int on = find(words, "on");
    bool drop = is(words, 0, "drop");

    for (size_t i = 0; i < sizeof(on_table) / sizeof(*on_table); i++) {
        int what = find(words, on_table[i].what);

        if (what > 4 || what >= words->nelts) { /* CREATE OR REPLACE CONSTRAINT TRIGGER is the longest */
            continue;
        }
        if (has(words, "concurrently")) {
            add(locks, word_at(words, name_after(words, drop ? what + 1 : on + 1)), KF_LOCK_UPKEEP);
        } else if (drop && on >= words->nelts) {
            add_list(locks, words, name_after(words, what + 1), on_table[i].dropped);
        } else {
            add(locks, word_at(words, name_after(words, on + 1)), drop ? on_table[i].dropped : on_table[i].made);
        }
        return;
    }
}

static void add_stmt(apr_array_header_t *locks, const apr_array_header_t *words)
{
    const char *verb = word_at(words, 0);

    if (!strcmp(verb, "alter") && is(words, 1, "table")) {
        int name = name_after(words, 2);

        add(locks, word_at(words, name), is(words, name + 1, "validate") ? KF_LOCK_UPKEEP : KF_LOCK_ALL);
        add_references(locks, words);
    } else if (!strcmp(verb, "create") && find(words, "table") < 3) {
        add_references(locks, words);
    } else if (!strcmp(verb, "drop") && is(words, 1, "table")) {
        add_list(locks, words, name_after(words, 2), KF_LOCK_ALL);
    } else if (!strcmp(verb, "truncate")) {
        add_list(locks, words, name_after(words, 1), KF_LOCK_ALL);
    } else if (!strcmp(verb, "create") || !strcmp(verb, "drop") || !strcmp(verb, "alter")) {
        add_on(locks, words);
    } else if (!strcmp(verb, "update")) {
        add(locks, word_at(words, name_after(words, 1)), KF_LOCK_ROWS);
    } else if ((!strcmp(verb, "delete") && is(words, 1, "from")) || (!strcmp(verb, "insert") && is(words, 1, "into"))) {
        add(locks, word_at(words, name_after(words, 2)), KF_LOCK_ROWS);
    }
}

static int by_table(const void *a, const void *b)
{
    return strcmp(((const kf_sql_lock_t *)a)->table, ((const kf_sql_lock_t *)b)->table);
}

apr_array_header_t *kf_sql_locks(const char *sql, apr_pool_t *p)
{
    apr_array_header_t *out = apr_array_make(p, 8, sizeof(kf_sql_lock_t));
    apr_array_header_t *words = apr_array_make(p, 64, sizeof(const char *));
    const char *first, *end;

    for (const char *at = sql; (end = next_stmt(words, &first, at, p)); at = end) {
        add_stmt(out, words);
    }
    qsort(out->elts, (size_t)out->nelts, sizeof(kf_sql_lock_t), by_table);
    return out;
}
