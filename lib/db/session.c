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
    kf_db_session_t next = *session;

    next.size = session->size ? 2 * session->size : FIRST_SIZE;
    next.prepared = calloc(next.size, sizeof(*next.prepared));
    if (!next.prepared) {
        return false;
    }
    for (size_t i = 0; i < session->size; i++) {
        if (session->prepared[i]) {
            *find(&next, session->prepared[i]) = session->prepared[i];
        }
    }
    free(session->prepared);
    *session = next;
    return true;
}

const kf_stmt_t **kf_db_session_slot(kf_db_session_t *session, const kf_stmt_t *stmt)
{
    if (2 * (session->count + 1) > session->size && !grow(session)) {
        return NULL;
    }
    return find(session, stmt);
}
