#ifndef KF_BASE_LIMITS_H
#define KF_BASE_LIMITS_H
/* All size limits, by name. A buffer without a limit is a bug. Bytes unless said otherwise. */

/* requests */
#define KF_MAX_BODY (256 * 1024)         /* any request body */
#define KF_MAX_PARAM 128                 /* characters of one parameter of a path */
#define KF_MAX_FORM_FIELDS 400           /* fields of one form or query */
#define KF_MAX_JSON_DEPTH 32             /* nesting of a JSON body */
#define KF_MAX_JSON_KEYS 200             /* members of all objects of a JSON body */
#define KF_MAX_JSON_TEXT 4000            /* code points of a string whose field says no other cap */
#define KF_MAX_JSON_ITEMS 100            /* elements of an array whose field says no other cap */
#define KF_MAX_WORK 128                  /* characters of a proof of work */
#define KF_MAX_IDEMPOTENCY_KEY 255       /* characters of Idempotency-Key */
#define KF_MAX_TICKET 512                /* characters of a ticket for the second step of a sign-in */
#define KF_MAX_PROBLEM (64 * 1024)       /* one problem details document */

/* uploads */
#define KF_MAX_UPLOAD (2 * 1024 * 1024)  /* one picture */
#define KF_MAX_UPLOAD_BODY (KF_MAX_UPLOAD + 64 * 1024) /* it and the form around it */
#define KF_MAX_PARTS 16                  /* parts of a multipart form */
#define KF_MAX_PART_HEADERS 2048         /* the header lines of one part */
#define KF_MAX_PART_NAME 64              /* the name of one part's field */
#define KF_MAX_FILE_NAME 255             /* what a browser calls a file */
#define KF_MAX_PICTURE_SIDE 4096         /* pixels */
#define KF_MAX_PNG_CHUNKS 20000
#define KF_MAX_SVG KF_MAX_UPLOAD
#define KF_MAX_SVG_NODES 20000           /* elements and attributes of one picture */
#define KF_MAX_SVG_DEPTH 64

/* people */
#define KF_MIN_NAME 2                    /* characters (code points) */
#define KF_MAX_NAME 100
#define KF_MAX_EMAIL 254
#define KF_MAX_NOTES 1000
#define KF_MAX_PASSWORD_LIST (4 * 1024 * 1024) /* the file of common passwords */
#define KF_MAX_USER_AGENT 300            /* characters kept of a browser's name for itself */

/* availability */
#define KF_MAX_RANGE_DAYS 62             /* days one availability request may span */
#define KF_MAX_PERSON_DAYS 1400          /* professionals x days of one request: more come in parts */
#define KF_MAX_SLOTS 20000               /* starts one answer may hold */

/* the merchant's side */
#define KF_MAX_ADMIN_DOC (4 * 1024 * 1024) /* one document of ours: a page of bookings, a calendar */
#define KF_MAX_OPENAPI (1024 * 1024)     /* the description of the API */
#define KF_MAX_ADMIN_BODY_KEYS 6000      /* members of all objects of a body: a year of days off */
#define KF_MAX_ADMIN_KEYS 400000         /* members of all objects of it */

/* pages */
#define KF_MAX_TEMPLATE (256 * 1024)     /* one template file */
#define KF_MAX_TEMPLATE_DEPTH 32         /* nesting of sections and partials */
#define KF_MAX_PAGE (1024 * 1024)        /* one rendered page */

/* the operator's command */
#define KF_MAX_SQL_FILE (1024 * 1024)     /* one migration or function file */
#define KF_MAX_HOURS 128                  /* spans of one text of opening hours */
#define KF_MAX_CTL_OPTION 64              /* values of one repeatable option */
#define KF_MAX_CTL_KEYS_FILE (16 * 1024)  /* a file of account keys, a key file */

/* outgoing */
#define KF_MAX_ANSWER (256 * 1024)       /* answer of a provider */
#define KF_MAX_ANSWER_KEYS 20000         /* members of all objects of such an answer */
#define KF_MAX_CALLBACK_ANSWER (64 * 1024) /* answer of a merchant: read at most */
#define KF_MAX_CALLBACK_BODY (64 * 1024) /* what a merchant gets, with the largest metadata */
#define KF_MAX_CALLBACK_LOGGED 4096      /* of it: kept in the attempts log */
#define KF_MAX_URL 2048
#define KF_MAX_CHECKOUT_URL 4096         /* of a checkout that a provider made */
#define KF_MAX_RETURN_URL 2000           /* where a booking's customer returns to; also in kf.return_allowed */
#define KF_MAX_MAIL_HEADER 998           /* a value of a mail's head, before it is encoded */
#define KF_MAX_MAIL_FACTS (8 * 1024)     /* the facts of a mail, as JSON */
#define KF_MAX_ICAL (64 * 1024)          /* one invitation */
#define KF_MAX_FEED (4 * 1024 * 1024)    /* one feed of a calendar */
#define KF_MAX_RESEND_BODY (4 * 1024 * 1024) /* one mail as JSON */
#define KF_MAX_RESEND_ANSWER (64 * 1024)
#define KF_MAX_CA_FILE (1024 * 1024)     /* authorities to trust for the mail server */
#define KF_MAX_SECRET_FILE 1024          /* the file with our password for an external server */
#define KF_MAX_HOST 253

/* calendars at providers */
#define KF_MAX_BUSY_ANSWER (1024 * 1024)         /* an answer about busy time */
#define KF_MAX_CALENDAR_ANSWER (8 * 1024 * 1024) /* one page of calendars or events */
#define KF_MAX_CALENDAR_KEYS 400000              /* members of all objects of either */
#define KF_MAX_CALENDAR_ID 300                   /* of a calendar */
#define KF_MAX_CALENDAR_NAME 300                 /* code points kept of its name */
#define KF_MAX_EVENT_KEY 1024                    /* the provider's id of an event */
#define KF_MAX_MEETING_URL 500
#define KF_MAX_CHANNEL_WORD 256                  /* token and resource of a channel */
#define KF_MAX_OAUTH_TOKEN 4096                  /* access and refresh tokens, codes */
#define KF_MAX_ID_TOKEN (16 * 1024)
#define KF_MAX_PAGE_TOKEN 4096                   /* a place in a list: pages and syncing */

#endif
