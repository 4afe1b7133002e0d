/* The limit: the least a server can do. Accepts on a port of its own, answers every handshake
   with the accept key of the readers' one key, and writes each line of its input, framed once,
   to every reader. What a reader would have to say after its handshake is read and dropped. */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define READERS_MAX 65536
#define LINE_MAX_BYTES 4096
#define EVENTS 1024

static const char ANSWER[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

static int readers[READERS_MAX], place_of[READERS_MAX], count;
static char line[LINE_MAX_BYTES];
static size_t filled;

static void die(const char *why) {
    perror(why);
    exit(1);
}

static void write_to_all(const char *text, size_t size) {
    static uint8_t frame[LINE_MAX_BYTES + 4];
    size_t head = size < 126 ? 2 : 4;
    frame[0] = 0x81;
    frame[1] = size < 126 ? size : 126;
    if (head == 4) {
        frame[2] = size >> 8;
        frame[3] = size & 255;
    }
    memcpy(frame + head, text, size);
    for (int i = 0; i < count; i++) {
        ssize_t sent = send(readers[i], frame, head + size, MSG_NOSIGNAL | MSG_DONTWAIT);
        /* A reader who is gone is met again by epoll. One who is behind would miss a frame. */
        if (sent != (ssize_t)(head + size) && errno != EPIPE && errno != ECONNRESET)
            die("a reader fell behind");
    }
}

static void obey(void) {
    ssize_t got = read(0, line + filled, sizeof line - filled);
    if (got <= 0) exit(0);
    filled += got;
    char *from = line, *end;
    while ((end = memchr(from, '\n', filled - (from - line)))) {
        write_to_all(from, end - from);
        from = end + 1;
    }
    filled -= from - line;
    memmove(line, from, filled);
}

static void greet(int epoll, int listener) {
    int reader, on = 1;
    while ((reader = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (reader >= READERS_MAX) die("too many readers");
        setsockopt(reader, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = reader};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, reader, &event)) die("epoll_ctl");
        place_of[reader] = -1;
    }
}

static void hear(int reader) {
    char buffer[LINE_MAX_BYTES];
    ssize_t got = recv(reader, buffer, sizeof buffer, 0);
    if (got > 0 && place_of[reader] < 0) {
        send(reader, ANSWER, sizeof ANSWER - 1, MSG_NOSIGNAL);
        place_of[reader] = count;
        readers[count++] = reader;
    } else if (got <= 0) {
        if (place_of[reader] >= 0) {
            int last = readers[--count];
            readers[place_of[reader]] = last;
            place_of[last] = place_of[reader];
        }
        close(reader);
    }
}

int main(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0);
    if (bind(listener, (void *)&address, size) || listen(listener, 4096)) die("listen");
    getsockname(listener, (void *)&address, &size);
    printf("{\"port\": %d}\n", ntohs(address.sin_port));
    fflush(stdout);
    int watched[] = {0, listener};
    for (int i = 0; i < 2; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[i]};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, watched[i], &event)) die("epoll_ctl");
    }
    for (;;) {
        struct epoll_event events[EVENTS];
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == 0) obey();
            else if (fd == listener) greet(epoll, listener);
            else hear(fd);
        }
    }
}
