#ifndef KF_NET_MAIL_CHANNEL_H
#define KF_NET_MAIL_CHANNEL_H
/* The channel that mails leave by: a server and a sender. */
#include "net/resend.h"
#include "net/smtp.h"

/* The ports of mail servers that merchants may name; the operator's rules may allow more. */
#define KF_MAIL_PORTS {465, 587, 2525}

typedef struct kf_mail_channel_t {
    const kf_smtp_t *smtp;     /* one of these two */
    const kf_resend_t *resend;
    const char *from_name;     /* may be NULL */
    const char *from_address;
} kf_mail_channel_t;

#endif
