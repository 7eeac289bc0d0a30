#ifndef KF_JSON_FIELD_H
#define KF_JSON_FIELD_H
/*
 * The definition of a field of a document or a query: its allowed values, its input in a form, its default,
 * and the option of konfirmadoctl that sets it.
 *
 * A noun has its fields in NOUN/fields.def, rows of
 *
 *     FIELD(notice_min, INT, .max = 525600, .absent = "0", .initial = "60", .unit = "dash.unit.minutes")
 *
 * and everything else reads that table: bodies of the API (json/decode.h), forms (page/form.h), the command
 * (ctl/ctl.h), the database (kf.doc_row, by what `konfirmadoctl migrate` hands it), and the description of the API.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    /* a string: */
    KF_F_TEXT,     /* min..max characters, no kf_utf8_has_control(); max 0: KF_MAX_JSON_TEXT */
    KF_F_AREA,     /* the same of several lines */
    KF_F_URL,      /* https */
    KF_F_WEB,      /* http or https */
    KF_F_GUARDED,  /* the same, if the egress guard allows it (net/guard.h) */
    KF_F_PICTURE,  /* https, or a path of ours */
    KF_F_EMAIL,
    KF_F_COLOR,    /* #RRGGBB */
    KF_F_ZONE,     /* of the time zone database */
    KF_F_CURRENCY, /* ISO 4217 */
    KF_F_SECRET,   /* a form never shows it; empty input: unchanged */
    KF_F_WORD,     /* one of `words` */
    KF_F_CHOICE,   /* one of the form's `options` under its name */
    KF_F_UUID,     /* in a form the same; if nullable, the first choice is none */
    KF_F_DATE,     /* YYYY-MM-DD */
    KF_F_INSTANT,  /* RFC 3339 with an offset */
    KF_F_UNTIL,    /* the same; a form asks for the day whose end is meant, in its zone */
    /* a number: */
    KF_F_INT,      /* min..max when either is set */
    KF_F_MONEY,    /* minor units; a form takes an amount as people type it */
    /* more: */
    KF_F_BOOL,
    KF_F_LINES,    /* an array of texts; a form has one a line */
    KF_F_CHOICES,  /* an array of texts; a form has a checkbox NAME.TEXT for each of its `options` */
    KF_F_IDS,      /* an array of UUIDs; a form has them as CHOICES */
    KF_F_ARRAY,    /* min..max elements; max 0: KF_MAX_JSON_ITEMS */
    KF_F_OBJECT
} kf_field_type_t;

typedef struct {
    const char *name; /* of the member, the column, the input and the messages */
    kf_field_type_t type;
    bool required;       /* of a new one; it must not be null, unless nullable */
    bool nullable;       /* null is allowed, and differs from absent */
    int64_t min, max;
    const char *const *words; /* KF_F_WORD: ends with NULL */

    /* the database */
    const char *absent; /* the default of a new one, as JSON; NULL: null */
    bool apart;         /* kf.doc_row() does not read it: the noun's own functions do */

    /* pages of customers */
    bool shown; /* the offer of a link has it: in the API and on the page where one chooses */

    /* forms */
    bool typed;          /* an empty one is an error there, though it may be left out of a document */
    bool hidden;         /* forms do not have it */
    const char *said;    /* the key of its messages if it is not GROUP.NAME: "mails.note.es" */
    const char *initial; /* of a new one, as it is typed; NULL: empty */
    const char *unit;    /* a word of the catalogue beside it: "dash.unit.minutes" */
    const char *only;    /* "charge_type=partial_fixed": used only with that choice */
    bool section, fold;  /* a heading above; the rest of the form is folded away from here */

    /* konfirmadoctl */
    const char *option, *value, *help; /* "notice", "MINUTES", "how long before it must be booked" */
} kf_field_t;

/* The fields of all nouns end with a NULL noun. */
typedef struct {
    const char *noun;
    const kf_field_t *fields;
    size_t n;
} kf_noun_t;

#endif
