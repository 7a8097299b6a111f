/*
 * WebSocket viewers by the thousand, in one thread, for `dev.py bench fanout`.
 *
 *     viewers PORT FRAME_BYTES PATH ORIGIN COOKIE SUBSCRIBE CAMERA
 *
 * FRAME_BYTES is how long each frame must be; 0 takes any. With a CAMERA, each viewer reports
 * every 5 s how its frames arrive, as pages do.
 *
 * Commands on standard input, each answered by a line of JSON:
 *
 *     hold N       have N viewers, connected and subscribed
 *     measure S    what reaches them in S seconds
 *
 * Of each frame the head is read and checked; the picture is thrown away inside the kernel
 * (MSG_TRUNC, see tcp(7)), so that this program is never what limits a server. How busy it was
 * is part of every answer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_VIEWERS = 9000,
    /* No server's backlog is shorter than daphne's 50. */
    MAX_OPENING = 32,
    ENVELOPE = 24,
    /* The longest head of a WebSocket frame, and our envelope. */
    READ_AHEAD = 10 + ENVELOPE,
    HEAD = 256,
    BUCKETS = 100000,
};
static const double OPENING_S = 30, REPORT_EVERY_S = 5, BUCKET_MS = 0.1;

enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct viewer {
    int fd;
    bool open;
    unsigned char head[HEAD];
    size_t have;
    uint64_t skip; /* bytes of the current message that are still to be thrown away */
    bool in_frame;
    double captured_ms;
    uint32_t session, sequence;
    bool video; /* whose sequence is another than that of pictures */
    uint64_t bytes, frames, frame_bytes;
    double report_s;
};

static struct {
    int port;
    uint64_t frame_bytes;
    const char *path, *origin, *cookie, *subscribe, *camera;
} options;

static struct viewer *viewers[MAX_VIEWERS];
static int count, target, opening, poll_fd;
static unsigned long broken, lost, frames_seen;
static unsigned histogram[BUCKETS];
static double end_s, started_s, started_cpu_s;
static enum { IDLE, HOLDING, MEASURING } doing;

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double cpu_s(void) { return seconds(CLOCK_PROCESS_CPUTIME_ID); }

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void lose(struct viewer *viewer) {
    close(viewer->fd);
    viewer->fd = -1;
    lost++;
    if (!viewer->open) opening--;
    viewer->open = false;
}

static void say(struct viewer *viewer, int opcode, const char *text, size_t length) {
    unsigned char message[8 + 512] = {0x80 | opcode};
    size_t head = 2;
    if (length > 512) return;
    if (length < 126) {
        message[1] = 0x80 | length;
    } else {
        message[1] = 0x80 | 126;
        message[2] = length >> 8;
        message[3] = length & 255;
        head = 4;
    }
    /* Clients must mask; a mask of zeros changes nothing. */
    memcpy(message + head + 4, text, length);
    ssize_t whole = head + 4 + length;
    if (send(viewer->fd, message, whole, MSG_NOSIGNAL | MSG_DONTWAIT) != whole) lose(viewer);
}

static void report(struct viewer *viewer, double latency_ms) {
    char text[256];
    int length = snprintf(text, sizeof text,
        "{\"type\":\"report\",\"camera\":\"%s\",\"sequence\":%u,\"latency_ms\":%.1f,\"bytes\":%llu}",
        options.camera, viewer->sequence, latency_ms, (unsigned long long)viewer->bytes);
    say(viewer, TEXT, text, length);
}

static void finish_frame(struct viewer *viewer) {
    double latency_ms = seconds(CLOCK_REALTIME) * 1000 - viewer->captured_ms;
    viewer->in_frame = false;
    viewer->bytes += viewer->frame_bytes;
    viewer->frames++;
    frames_seen++;
    int bucket = latency_ms < 0 ? 0 : (int)(latency_ms / BUCKET_MS);
    histogram[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    double now_s = seconds(CLOCK_MONOTONIC);
    if (*options.camera && now_s >= viewer->report_s) {
        viewer->report_s = now_s + REPORT_EVERY_S;
        report(viewer, latency_ms);
    }
}

/* The envelope of docs/protocol.md, section 1. */
static void begin_frame(struct viewer *viewer, const unsigned char *envelope, uint64_t length) {
    uint32_t session, sequence;
    uint64_t captured;
    memcpy(&session, envelope + 4, 4);
    memcpy(&sequence, envelope + 8, 4);
    memcpy(&captured, envelope + 12, 8);
    session = be32toh(session);
    sequence = be32toh(sequence);
    captured = be64toh(captured);
    memcpy(&viewer->captured_ms, &captured, 8);
    bool video = envelope[1] == 3;
    bool first = viewer->sequence == 0 || video != viewer->video;
    if ((options.frame_bytes && length != options.frame_bytes) || envelope[0] != 1 ||
        (!first && (session != viewer->session || sequence <= viewer->sequence)))
        broken++;
    viewer->session = session;
    viewer->sequence = sequence;
    viewer->video = video;
    viewer->in_frame = true;
    viewer->frame_bytes = length;
}

/* One message at the start of what was read; false while more of it is needed. */
static bool take_message(struct viewer *viewer) {
    const unsigned char *head = viewer->head;
    if (viewer->have < 2) return false;
    int opcode = head[0] & 15;
    uint64_t length = head[1] & 127;
    size_t size = length == 126 ? 4 : length == 127 ? 10 : 2;
    if (viewer->have < size) return false;
    if (size == 4) length = head[2] << 8 | head[3];
    if (size == 10) {
        memcpy(&length, head + 2, 8);
        length = be64toh(length);
    }
    if (!(head[0] & 0x80) || head[1] & 0x80) broken++;
    if (opcode == BINARY) {
        if (length < ENVELOPE) {
            broken++;
        } else {
            if (viewer->have < size + ENVELOPE) return false;
            begin_frame(viewer, head + size, length);
        }
    } else if (opcode == PING) {
        if (viewer->have < size + length) return false;
        say(viewer, PONG, (const char *)head + size, length);
    } else if (opcode == CLOSE) {
        lose(viewer);
    }
    if (viewer->fd < 0) return false;
    uint64_t whole = size + length;
    size_t here = whole < viewer->have ? whole : viewer->have;
    viewer->have -= here;
    viewer->skip = whole - here;
    memmove(viewer->head, viewer->head + here, viewer->have);
    if (!viewer->skip && viewer->in_frame) finish_frame(viewer);
    return true;
}

/* False when there was nothing to read, or nobody to read from. */
static bool receive(struct viewer *viewer) {
    ssize_t got;
    if (viewer->skip) {
        size_t most = viewer->skip < 1 << 30 ? viewer->skip : 1 << 30;
        got = recv(viewer->fd, NULL, most, MSG_TRUNC | MSG_DONTWAIT);
    } else {
        size_t room = HEAD - viewer->have;
        size_t most = room < READ_AHEAD ? room : READ_AHEAD;
        got = recv(viewer->fd, viewer->head + viewer->have, most, MSG_DONTWAIT);
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (got <= 0) {
        lose(viewer);
        return false;
    }
    if (viewer->skip) {
        viewer->skip -= got;
        if (!viewer->skip && viewer->in_frame) finish_frame(viewer);
        return viewer->fd >= 0;
    }
    viewer->have += got;
    while (!viewer->skip && take_message(viewer)) {}
    return viewer->fd >= 0;
}

static void shake_hands(struct viewer *viewer) {
    char answer[2048];
    ssize_t got = recv(viewer->fd, answer, sizeof answer - 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        lose(viewer);
        return;
    }
    answer[got] = 0;
    char *end = strstr(answer, "\r\n\r\n");
    if (!end) return;
    if (strncmp(answer, "HTTP/1.1 101", 12)) {
        if (!lost) fprintf(stderr, "Refused: %.*s\n", (int)strcspn(answer, "\r"), answer);
        lose(viewer);
        return;
    }
    recv(viewer->fd, answer, end + 4 - answer, 0);
    viewer->open = true;
    opening--;
    if (*options.subscribe) say(viewer, TEXT, options.subscribe, strlen(options.subscribe));
}

static void open_viewer(void) {
    struct viewer *viewer = calloc(1, sizeof *viewer);
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(options.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    char request[4096];
    int one = 1;
    int length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: %s\r\nCookie: %s\r\n"
        "User-Agent: Mozilla/5.0\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        options.path, options.port, options.origin, options.cookie);
    viewer->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (viewer->fd < 0) fail("socket");
    if (connect(viewer->fd, (struct sockaddr *)&address, sizeof address)) fail("connect");
    setsockopt(viewer->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (send(viewer->fd, request, length, MSG_NOSIGNAL) != length) fail("send");
    /* Not all at the same moment. */
    viewer->report_s = seconds(CLOCK_MONOTONIC) + REPORT_EVERY_S * drand48();
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
    if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, viewer->fd, &event)) fail("epoll_ctl");
    viewers[count++] = viewer;
    opening++;
}

static void close_last(void) {
    struct viewer *viewer = viewers[--count];
    if (viewer->fd >= 0) {
        if (!viewer->open) opening--;
        close(viewer->fd);
    }
    free(viewer);
}

static void drop_lost(void) {
    for (int at = 0; at < count; at++) {
        if (viewers[at]->fd >= 0) continue;
        struct viewer *last = viewers[count - 1];
        viewers[count - 1] = viewers[at];
        viewers[at--] = last;
        close_last();
    }
}

static double percentile(double share) {
    unsigned long seen = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        seen += histogram[bucket];
        if (seen > share * frames_seen) return (bucket + 0.5) * BUCKET_MS;
    }
    return BUCKETS * BUCKET_MS;
}

static void answer_measured(double now_s) {
    double passed_s = now_s - started_s;
    uint64_t fewest = count ? UINT64_MAX : 0;
    for (int at = 0; at < count; at++)
        if (viewers[at]->frames < fewest) fewest = viewers[at]->frames;
    printf("{\"viewers\":%d,\"frames\":%lu,\"least_fps\":%.2f,\"p50_ms\":%.1f,\"p99_ms\":%.1f,"
           "\"broken\":%lu,\"lost\":%lu,\"busy\":%.3f}\n",
        count, frames_seen, fewest / passed_s, percentile(0.5), percentile(0.99), broken, lost,
        (cpu_s() - started_cpu_s) / passed_s);
}

static void answer_held(void) {
    int open = 0;
    for (int at = 0; at < count; at++) open += viewers[at]->open;
    printf("{\"viewers\":%d}\n", open);
}

static void obey(const char *command) {
    double number = 0, now_s = seconds(CLOCK_MONOTONIC);
    if (sscanf(command, "hold %lf", &number) == 1) {
        drop_lost();
        target = number < MAX_VIEWERS ? (int)number : MAX_VIEWERS;
        while (count > target) close_last();
        doing = HOLDING;
        end_s = now_s + OPENING_S;
        lost = 0;
    } else if (sscanf(command, "measure %lf", &number) == 1) {
        for (int at = 0; at < count; at++) viewers[at]->frames = 0;
        memset(histogram, 0, sizeof histogram);
        frames_seen = broken = lost = 0;
        doing = MEASURING;
        started_s = now_s;
        started_cpu_s = cpu_s();
        end_s = now_s + number;
    }
}

static void advance(void) {
    double now_s = seconds(CLOCK_MONOTONIC);
    if (doing == HOLDING) {
        while (count < target && opening < MAX_OPENING && !lost) open_viewer();
        if ((count < target || opening) && !lost && now_s < end_s) return;
        answer_held();
    } else if (doing == MEASURING && now_s >= end_s) {
        answer_measured(now_s);
    } else {
        return;
    }
    fflush(stdout);
    doing = IDLE;
}

static void read_commands(void) {
    char line[128];
    ssize_t got = read(STDIN_FILENO, line, sizeof line - 1);
    if (got <= 0) exit(0);
    line[got] = 0;
    obey(line);
}

int main(int argc, char **argv) {
    if (argc != 8) {
        fprintf(stderr, "viewers PORT FRAME_BYTES PATH ORIGIN COOKIE SUBSCRIBE CAMERA\n");
        return 2;
    }
    options.port = atoi(argv[1]);
    options.frame_bytes = strtoull(argv[2], NULL, 10);
    options.path = argv[3];
    options.origin = argv[4];
    options.cookie = argv[5];
    options.subscribe = argv[6];
    options.camera = argv[7];
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event commands = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, STDIN_FILENO, &commands);
    struct epoll_event events[256];
    while (true) {
        int ready = epoll_wait(poll_fd, events, 256, 10);
        for (int at = 0; at < ready; at++) {
            struct viewer *viewer = events[at].data.ptr;
            if (!viewer) {
                /* It may close viewers that have events here: they are polled again. */
                read_commands();
                break;
            }
            if (viewer->fd >= 0 && !viewer->open) shake_hands(viewer);
            if (viewer->fd >= 0 && viewer->open)
                while (receive(viewer)) {}
        }
        advance();
    }
}
