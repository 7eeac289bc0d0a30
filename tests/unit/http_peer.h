#ifndef KF_TESTS_UNIT_HTTP_PEER_H
#define KF_TESTS_UNIT_HTTP_PEER_H
/* A small HTTP server on the loopback, on threads of the test. The path of a request selects its behaviour.
 * start_peer() and stop_peer() are the fixture. */
#include "net/http.h"
#include "test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BIG (300 * 1024)

static int peer_fd;
static int peer_port;
static int peer_connections;
static int peer_stop[2];

static void say(int fd, const char *text)
{
    size_t len = strlen(text);

    for (ssize_t n = 0; len > 0; len -= (size_t)n, text += n) {
        n = send(fd, text, len, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
    }
}

static void say_big(int fd)
{
    char block[1025];

    memset(block, 'b', sizeof(block));
    block[1024] = '\0';
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 307200\r\n\r\n");
    for (int i = 0; i < BIG / 1024; i++) {
        say(fd, block);
    }
}

static void drip(int fd)
{
    say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 100; i++) {
        say(fd, "x");
        usleep(20000);
    }
}

/* Sends the received data as the body. */
static void echo(int fd, const char *request)
{
    char head[100];

    snprintf(head, sizeof(head), "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n", strlen(request));
    say(fd, head);
    say(fd, "Content-Type: text/plain\r\nSet-Cookie: a=b\r\n\r\n");
    say(fd, request);
}

/* 0: the connection ends. */
static int answer(int fd, const char *request)
{
    const char *path = strchr(request, ' ');

    path = path ? path + 1 : "";
    if (strncmp(path, "/echo", 5) == 0) {
        echo(fd, request);
    } else if (strncmp(path, "/big", 4) == 0) {
        say_big(fd);
    } else if (strncmp(path, "/redirect", 9) == 0) {
        say(fd, "HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n");
    } else if (strncmp(path, "/busy", 5) == 0) {
        say(fd, "HTTP/1.1 429 Slow\r\nRetry-After: 17\r\nContent-Length: 2\r\n\r\nno");
    } else if (strncmp(path, "/created", 8) == 0) {
        say(fd, "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n");
    } else if (strncmp(path, "/cut", 4) == 0) {
        say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
        return 0;
    } else if (strncmp(path, "/garbage", 8) == 0) {
        say(fd, "hello there\r\n\r\n");
        return 0;
    } else if (strncmp(path, "/drip", 5) == 0) {
        drip(fd);
        return 0;
    } else {
        char end;

        /* hangs until the test is over */
        (void)!read(peer_stop[0], &end, 1);
        return 0;
    }
    return 1;
}

static void *serve(void *baton)
{
    int fd = (int)(intptr_t)baton;
    char request[8192];
    size_t len = 0;
    ssize_t n;

    while ((n = recv(fd, request + len, sizeof(request) - 1 - len, 0)) > 0) {
        len += (size_t)n;
        request[len] = '\0';
        if (request[0] == 0x16) {
            break; /* a TLS hello: there is no TLS here */
        }
        if (strstr(request, "\r\n\r\n")) {
            if (!answer(fd, request)) {
                break;
            }
            len = 0;
        }
    }
    close(fd);
    return NULL;
}

static void *take(void *baton)
{
    int fd;

    while ((fd = accept(peer_fd, NULL, NULL)) >= 0) {
        pthread_t thread;

        __atomic_add_fetch(&peer_connections, 1, __ATOMIC_SEQ_CST);
        pthread_create(&thread, NULL, serve, (void *)(intptr_t)fd);
        pthread_detach(thread);
    }
    return baton;
}

static int listen_loopback(int *port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(in);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
    ck_assert_int_eq(listen(fd, 64), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&in, &len), 0);
    *port = ntohs(in.sin_port);
    return fd;
}

static pthread_t peer_thread;

static void start_peer(void)
{
    kf_test_setup();
    ck_ok(kf_http_global_init(kf_test_pool));
    ck_assert_int_eq(pipe(peer_stop), 0);
    peer_connections = 0;
    peer_fd = listen_loopback(&peer_port);
    pthread_create(&peer_thread, NULL, take, NULL);
}

static void stop_peer(void)
{
    close(peer_stop[1]);
    shutdown(peer_fd, SHUT_RDWR);
    pthread_join(peer_thread, NULL);
    close(peer_fd);
    kf_test_teardown();
}

#endif
