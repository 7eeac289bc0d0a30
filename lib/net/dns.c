#include "net/dns.h"

#include <apr_network_io.h>
#include <apr_strings.h>
#include <apr_tables.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/rand.h>
#include <resolv.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

#define PORT 53
#define MOST_SERVERS 3
#define ROUNDS 2
#define PATIENCE_MS 2000
#define ANSWER_BYTES 4096
#define MOST_TEXTS 64

typedef union {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
} address_t;

struct kf_dns_t {
    apr_pool_t *p;
    const char *name;
    address_t servers[MOST_SERVERS];
    int n_servers;
    int tries;
    unsigned char question[NS_PACKETSZ];
    int question_len;
    int fd; /* -1: none */
    int64_t until_ms;
    kf_dns_state_t state;
    apr_array_header_t *texts; /* const char *, NULL at the end */
};

static bool read_server(address_t *out, const char *text, apr_pool_t *p)
{
    char *host, *scope;
    apr_port_t port;

    memset(out, 0, sizeof(*out));
    /* a bare IPv6 address would be read as a host with a port */
    if (inet_pton(AF_INET6, text, &out->in6.sin6_addr) == 1) {
        out->in6.sin6_family = AF_INET6;
        out->in6.sin6_port = htons(PORT);
        return true;
    }
    if (apr_parse_addr_port(&host, &scope, &port, text, p) != APR_SUCCESS || !host || scope) {
        return false;
    }
    if (inet_pton(AF_INET, host, &out->in.sin_addr) == 1) {
        out->in.sin_family = AF_INET;
        out->in.sin_port = htons(port ? port : PORT);
        return true;
    }
    out->in6.sin6_family = AF_INET6;
    out->in6.sin6_port = htons(port ? port : PORT);
    return inet_pton(AF_INET6, host, &out->in6.sin6_addr) == 1;
}

bool kf_dns_is_server(const char *text, apr_pool_t *p)
{
    address_t unused;

    return read_server(&unused, text, p);
}

static void use_system(kf_dns_t *dns, const struct __res_state *res)
{
    for (int i = 0; i < res->nscount && i < MAXNS && dns->n_servers < MOST_SERVERS; i++) {
        address_t *out = &dns->servers[dns->n_servers];

        if (res->nsaddr_list[i].sin_family == AF_INET) {
            out->in = res->nsaddr_list[i];
            dns->n_servers++;
        } else if (res->_u._ext.nsaddrs[i]) {
            out->in6 = *res->_u._ext.nsaddrs[i];
            dns->n_servers++;
        }
    }
}

/* After the question: allows answers larger than 512 bytes (RFC 6891). */
static void add_size(kf_dns_t *dns)
{
    static const unsigned char opt[] = {0, 0, ns_t_opt, ANSWER_BYTES >> 8, ANSWER_BYTES & 0xff, 0, 0, 0, 0, 0, 0};

    memcpy(dns->question + dns->question_len, opt, sizeof(opt));
    dns->question_len += (int)sizeof(opt);
    dns->question[11] = 1; /* records of the additional section */
}

static bool write_question(kf_dns_t *dns, struct __res_state *res)
{
    int room = (int)sizeof(dns->question) - 16;

    dns->question_len = res_nmkquery(res, ns_o_query, dns->name, ns_c_in, ns_t_txt, NULL, 0, NULL, dns->question, room);
    if (dns->question_len < NS_HFIXEDSZ || RAND_bytes(dns->question, 2) != 1) {
        return false;
    }
    add_size(dns);
    return true;
}

static void hang_up(kf_dns_t *dns)
{
    if (dns->fd >= 0) {
        close(dns->fd);
        dns->fd = -1;
    }
}

static apr_status_t cleanup(void *dns)
{
    hang_up(dns);
    return APR_SUCCESS;
}

static void over(kf_dns_t *dns, kf_dns_state_t state)
{
    hang_up(dns);
    dns->state = state;
}

static bool send_to(kf_dns_t *dns, const address_t *server)
{
    socklen_t len = server->any.sa_family == AF_INET ? sizeof(server->in) : sizeof(server->in6);

    dns->fd = socket(server->any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return dns->fd >= 0 && connect(dns->fd, &server->any, len) == 0
           && send(dns->fd, dns->question, (size_t)dns->question_len, MSG_NOSIGNAL) == dns->question_len;
}

/* The next server in turn, or the end. */
static void ask_next(kf_dns_t *dns)
{
    bool sent = false;

    while (!sent && dns->tries < ROUNDS * dns->n_servers) {
        hang_up(dns);
        sent = send_to(dns, &dns->servers[dns->tries++ % dns->n_servers]);
    }
    dns->until_ms = kf_clock_ms() + PATIENCE_MS;
    if (!sent) {
        over(dns, KF_DNS_FAILED);
    }
}

kf_dns_t *kf_dns_ask(const char *server, const char *name, apr_pool_t *p)
{
    kf_dns_t *dns = apr_pcalloc(p, sizeof(*dns));
    struct __res_state res;
    bool ready;

    dns->p = p;
    dns->name = apr_pstrdup(p, name);
    dns->fd = -1;
    dns->texts = apr_array_make(p, 4, sizeof(const char *));
    apr_pool_cleanup_register(p, dns, cleanup, apr_pool_cleanup_null);
    memset(&res, 0, sizeof(res));
    if (res_ninit(&res) != 0) {
        dns->state = KF_DNS_FAILED;
        return dns;
    }
    ready = write_question(dns, &res);
    if (server) {
        dns->n_servers = read_server(&dns->servers[0], server, p);
    } else {
        use_system(dns, &res);
    }
    res_nclose(&res);
    if (ready) {
        ask_next(dns);
    } else {
        dns->state = KF_DNS_FAILED;
    }
    return dns;
}

/* The strings of one record, as one text; NULL: malformed. */
static const char *join(const ns_rr *rr, apr_pool_t *p)
{
    const unsigned char *at = ns_rr_rdata(*rr), *end = at + ns_rr_rdlen(*rr);
    char *text = apr_palloc(p, (apr_size_t)ns_rr_rdlen(*rr) + 1), *out = text;

    while (at < end) {
        size_t len = *at++;

        if (len > (size_t)(end - at)) {
            return NULL;
        }
        memcpy(out, at, len);
        out += len;
        at += len;
    }
    *out = '\0';
    return text;
}

static bool is_ours(kf_dns_t *dns, ns_msg *msg)
{
    const unsigned char *id = dns->question;
    ns_rr rr;

    return ns_msg_id(*msg) == (id[0] << 8 | id[1]) && ns_msg_getflag(*msg, ns_f_qr) && ns_msg_count(*msg, ns_s_qd) == 1
           && ns_parserr(msg, ns_s_qd, 0, &rr) == 0 && ns_rr_type(rr) == ns_t_txt
           && strcasecmp(ns_rr_name(rr), dns->name) == 0;
}

static void take_texts(kf_dns_t *dns, ns_msg *msg)
{
    int n = ns_msg_count(*msg, ns_s_an);
    ns_rr rr;

    for (int i = 0; i < n && dns->texts->nelts < MOST_TEXTS && ns_parserr(msg, ns_s_an, i, &rr) == 0; i++) {
        const char *text = ns_rr_type(rr) == ns_t_txt ? join(&rr, dns->p) : NULL;

        if (text) {
            APR_ARRAY_PUSH(dns->texts, const char *) = text;
        }
    }
}

static void take_answer(kf_dns_t *dns, const unsigned char *bytes, int len)
{
    ns_msg msg;
    int code;

    if (ns_initparse(bytes, len, &msg) != 0 || !is_ours(dns, &msg)) {
        return;
    }
    code = ns_msg_getflag(msg, ns_f_rcode);
    if (code != ns_r_noerror && code != ns_r_nxdomain) {
        ask_next(dns);
        return;
    }
    take_texts(dns, &msg);
    over(dns, KF_DNS_TOLD);
}

kf_dns_state_t kf_dns_look(kf_dns_t *dns)
{
    unsigned char bytes[ANSWER_BYTES];

    while (dns->state == KF_DNS_WAITS) {
        ssize_t len = recv(dns->fd, bytes, sizeof(bytes), 0);

        if (len >= 0) {
            take_answer(dns, bytes, (int)len);
        } else if ((errno != EAGAIN && errno != EINTR) || kf_clock_ms() >= dns->until_ms) {
            ask_next(dns);
        } else {
            break;
        }
    }
    return dns->state;
}

const char *const *kf_dns_texts(const kf_dns_t *dns)
{
    APR_ARRAY_PUSH(dns->texts, const char *) = NULL;
    dns->texts->nelts--;
    return (const char *const *)dns->texts->elts;
}
