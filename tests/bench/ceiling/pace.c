/*
 * For the benchmark: requests at a fixed rate, each of its own, which h2load cannot do: all its
 * connections walk through one list side by side, and there is one body for all.
 *
 *   pace HOST PORT HOST-HEADER PATH RATE CONNECTIONS LINES LOG
 *
 * LINES has one request a line: a body to POST to PATH, or a path to GET if it begins with "/".
 * The run ends with the last one. LOG gets one line per answer as
 * h2load writes it: start in microseconds, status, microseconds until the end of the answer.
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_BODIES 1000000
#define MAX_CONNECTIONS 256
#define BUFFER 16384
#define ANSWER 262144

typedef struct {
    int64_t start_us;
    int status; /* 0 = not sent, -1 = broken */
    int64_t took_us;
} record_t;

static struct {
    const char *host, *port, *header, *path;
    double rate;
    int connections;
    char **bodies;
    int n;
    record_t *records;
    int64_t begin_ns;
} run;

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int dial(void)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    int one = 1, fd;

    if (getaddrinfo(run.host, run.port, &hints, &found) != 0) {
        return -1;
    }
    fd = socket(found->ai_family, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    if (fd >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    return fd;
}

/* Reads one whole response with a Content-Length. Returns its status, or -1. */
static int read_answer(int fd)
{
    char buf[ANSWER];
    size_t have = 0;

    for (;;) {
        ssize_t got = read(fd, buf + have, sizeof(buf) - 1 - have);
        char *end, *length;

        if (got <= 0) {
            return -1;
        }
        have += (size_t)got;
        buf[have] = '\0';
        end = strstr(buf, "\r\n\r\n");
        length = strcasestr(buf, "\r\nContent-Length:");
        if (end && (!length || have >= (size_t)(end + 4 - buf) + strtoul(length + 17, NULL, 10))) {
            return have > 12 ? (int)strtol(buf + 9, NULL, 10) : -1;
        }
        if (have == sizeof(buf) - 1) {
            return -1;
        }
    }
}

static int ask(int fd, const char *line)
{
    char buf[BUFFER];
    int len;

    if (*line == '/') {
        len = snprintf(buf, sizeof(buf), "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", line, run.header);
    } else {
        len = snprintf(buf, sizeof(buf),
                       "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                       "Content-Length: %zu\r\n\r\n%s",
                       run.path, run.header, strlen(line), line);
    }
    if (len < 0 || (size_t)len >= sizeof(buf) || write(fd, buf, (size_t)len) != len) {
        return -1;
    }
    return read_answer(fd);
}

static void *connection(void *which)
{
    int fd = dial();

    for (int i = (int)(intptr_t)which; i < run.n; i += run.connections) {
        int64_t due = run.begin_ns + (int64_t)(i / run.rate * 1e9), sent;
        struct timespec until = {due / 1000000000, due % 1000000000};

        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
        }
        run.records[i].start_us = now_ns(CLOCK_REALTIME) / 1000;
        sent = now_ns(CLOCK_MONOTONIC);
        run.records[i].status = fd >= 0 ? ask(fd, run.bodies[i]) : -1;
        run.records[i].took_us = (now_ns(CLOCK_MONOTONIC) - sent) / 1000;
        if (run.records[i].status < 0) {
            if (fd >= 0) {
                close(fd);
            }
            fd = dial();
        }
    }
    if (fd >= 0) {
        close(fd);
    }
    return NULL;
}

static int read_bodies(const char *file)
{
    FILE *in = fopen(file, "r");
    char *line = NULL;
    size_t room = 0;

    if (!in) {
        return 0;
    }
    run.bodies = calloc(MAX_BODIES, sizeof(*run.bodies));
    while (run.bodies && run.n < MAX_BODIES && getline(&line, &room, in) > 0) {
        line[strcspn(line, "\n")] = '\0';
        run.bodies[run.n++] = strdup(line);
    }
    free(line);
    fclose(in);
    run.records = calloc((size_t)run.n + 1, sizeof(*run.records));
    return run.bodies && run.records && run.n > 0;
}

int main(int argc, char **argv)
{
    pthread_t threads[MAX_CONNECTIONS];
    FILE *out;

    if (argc != 9) {
        fprintf(stderr, "usage: pace HOST PORT HOST-HEADER PATH RATE CONNECTIONS BODIES LOG\n");
        return 2;
    }
    run.host = argv[1];
    run.port = argv[2];
    run.header = argv[3];
    run.path = argv[4];
    run.rate = strtod(argv[5], NULL);
    run.connections = (int)strtol(argv[6], NULL, 10);
    out = fopen(argv[8], "w");
    if (run.rate <= 0 || run.connections < 1 || run.connections > MAX_CONNECTIONS || !out
        || !read_bodies(argv[7])) {
        fprintf(stderr, "pace: bad arguments, or %s or %s cannot be used\n", argv[7], argv[8]);
        return 2;
    }
    run.begin_ns = now_ns(CLOCK_MONOTONIC) + 200000000;
    for (int i = 0; i < run.connections; i++) {
        if (pthread_create(&threads[i], NULL, connection, (void *)(intptr_t)i) != 0) {
            perror("pace");
            return 1;
        }
    }
    for (int i = 0; i < run.connections; i++) {
        pthread_join(threads[i], NULL);
    }
    for (int i = 0; i < run.n; i++) {
        fprintf(out, "%lld\t%d\t%lld\n", (long long)run.records[i].start_us, run.records[i].status,
                (long long)run.records[i].took_us);
    }
    return fclose(out) == 0 ? 0 : 1;
}
