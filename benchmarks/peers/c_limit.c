/*
 * What a machine can do at most: frames to WebSocket viewers, in C, with nothing around it.
 *
 *     c_limit PORT FRAME_BYTES
 *
 * Makes 30 frames a second itself and writes each to every viewer; whoever has not taken the last
 * one wholly misses the next. Knows only the load client of `dev.py bench fanout`, whose handshake
 * has the key of RFC 6455's example.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MAX_FDS = 20000, WEBSOCKET_HEAD = 4, ENVELOPE = 24, FPS = 30 };

static const char ANSWER[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct rest {
    unsigned char *bytes;
    size_t size, sent;
};

/* By file descriptor. */
static bool is_viewer[MAX_FDS];
static struct rest rests[MAX_FDS];
static int highest, poll_fd;
static unsigned char *message;
static size_t message_size;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int fd, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(poll_fd, operation, fd, &event)) fail("epoll_ctl");
}

static void drop(int fd) {
    free(rests[fd].bytes);
    rests[fd] = (struct rest){0};
    is_viewer[fd] = false;
    close(fd);
}

static void stamp(uint32_t sequence) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double now_ms = now.tv_sec * 1e3 + now.tv_nsec / 1e6;
    uint64_t captured;
    memcpy(&captured, &now_ms, 8);
    captured = htobe64(captured);
    sequence = htobe32(sequence);
    memcpy(message + WEBSOCKET_HEAD + 8, &sequence, 4);
    memcpy(message + WEBSOCKET_HEAD + 12, &captured, 8);
}

static void send_frame(int fd) {
    if (rests[fd].bytes) return;
    ssize_t sent = send(fd, message, message_size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        drop(fd);
    } else if (sent > 0 && (size_t)sent < message_size) {
        size_t size = message_size - sent;
        rests[fd] = (struct rest){malloc(size), size, 0};
        memcpy(rests[fd].bytes, message + sent, size);
        watch(fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    }
}

static void send_rest(int fd) {
    struct rest *rest = &rests[fd];
    ssize_t sent =
        send(fd, rest->bytes + rest->sent, rest->size - rest->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        drop(fd);
        return;
    }
    if (sent > 0) rest->sent += sent;
    if (rest->sent == rest->size) {
        free(rest->bytes);
        *rest = (struct rest){0};
        watch(fd, EPOLLIN, EPOLL_CTL_MOD);
    }
}

static void admit(int listener) {
    int one = 1, fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        if (fd >= MAX_FDS) fail("too many viewers");
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (fd > highest) highest = fd;
        watch(fd, EPOLLIN, EPOLL_CTL_ADD);
    }
}

/* Whatever a viewer says: first its handshake, then reports that nobody reads here. */
static void hear(int fd) {
    char said[4096];
    ssize_t got = recv(fd, said, sizeof said, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        drop(fd);
    } else if (!is_viewer[fd] && memmem(said, got, "\r\n\r\n", 4)) {
        send(fd, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
        is_viewer[fd] = true;
    }
}

static int listen_on(int port) {
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address)) fail("bind");
    if (listen(listener, 1024)) fail("listen");
    return listener;
}

static int thirty_times_a_second(void) {
    struct timespec period = {.tv_nsec = 1000000000 / FPS};
    struct itimerspec timing = {.it_interval = period, .it_value = period};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    timerfd_settime(timer, 0, &timing, NULL);
    return timer;
}

static void make_message(size_t frame_bytes) {
    message_size = WEBSOCKET_HEAD + frame_bytes;
    message = calloc(1, message_size);
    message[0] = 0x82;
    message[1] = 126;
    message[2] = frame_bytes >> 8;
    message[3] = frame_bytes & 255;
    message[WEBSOCKET_HEAD] = 1;
    message[WEBSOCKET_HEAD + 7] = 1;
}

int main(int argc, char **argv) {
    size_t frame_bytes = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (frame_bytes < 126 || frame_bytes > 65535) {
        fprintf(stderr, "c_limit PORT FRAME_BYTES, the latter from 126 to 65535\n");
        return 2;
    }
    make_message(frame_bytes);
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_on(atoi(argv[1])), timer = thirty_times_a_second();
    watch(listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(timer, EPOLLIN, EPOLL_CTL_ADD);
    struct epoll_event events[256];
    uint64_t ticks;
    uint32_t sequence = 0;
    while (true) {
        int ready = epoll_wait(poll_fd, events, 256, -1);
        for (int at = 0; at < ready; at++) {
            int fd = events[at].data.fd;
            if (fd == listener) {
                admit(fd);
            } else if (fd == timer) {
                if (read(timer, &ticks, sizeof ticks) > 0) stamp(++sequence);
                for (int viewer = 0; viewer <= highest; viewer++)
                    if (is_viewer[viewer]) send_frame(viewer);
            } else {
                if (events[at].events & EPOLLOUT) send_rest(fd);
                if (events[at].events & ~EPOLLOUT) hear(fd);
            }
        }
    }
}
