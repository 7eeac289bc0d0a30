#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_int.h"

#define FIRST_SIZE 256

void kf_db_session_forget(kf_db_session_t *session)
{
    if (session) {
        free(session->prepared);
        memset(session, 0, sizeof(*session));
    }
}

static const kf_stmt_t **find(const kf_db_session_t *session, const kf_stmt_t *stmt)
{
    size_t at = ((uintptr_t)stmt >> 4) * 2654435761u;

    for (;; at++) {
        const kf_stmt_t **slot = &session->prepared[at & (session->size - 1)];

        if (!*slot || *slot == stmt) {
            return slot;
        }
    }
}

static bool grow(kf_db_session_t *session)
{
    const kf_stmt_t **old = session->prepared;
    size_t n = session->size, size = n ? 2 * n : FIRST_SIZE;
    const kf_stmt_t **prepared = calloc(size, sizeof(*prepared));

    if (!prepared) {
        return false;
    }
    session->prepared = prepared;
    session->size = size;
    for (size_t i = 0; i < n; i++) {
        if (old[i]) {
            *find(session, old[i]) = old[i];
        }
    }
    free(old);
    return true;
}

const kf_stmt_t **kf_db_session_slot(kf_db_session_t *session, const kf_stmt_t *stmt)
{
    if (2 * (session->count + 1) > session->size && !grow(session)) {
        return NULL;
    }
    return find(session, stmt);
}
