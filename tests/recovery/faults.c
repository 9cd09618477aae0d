/* Faults at the n-th occurrence of a system call: preloaded (LD_PRELOAD), armed in a child process by faults.py.
 *
 * Libraries write from C and Rust, so the faults sit below all of them. Calls count when they touch `root`: `write`
 * and `rename` of files, `ledger` for writes to a file with that word in its name, `request` for an HTTP POST.
 * A kill leaves half of the write behind, or comes after the request was sent. A full disk stays full.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PASS, FAIL, KILL };

static char root[4096], place[16];
static long nth;
static int armed, full_disk, log_to = -1;
static atomic_long seen;
static atomic_int full;

/* log_ >= 0: count only, one line a call. */
void arm(const char *root_, const char *place_, long nth_, int full_disk_, int log_)
{
    snprintf(root, sizeof root, "%s/", root_);
    snprintf(place, sizeof place, "%s", place_);
    nth = nth_;
    full_disk = full_disk_;
    log_to = log_;
    seen = full = 0;
    armed = 1;
}

static int no_space(void)
{
    errno = ENOSPC;
    return FAIL;
}

static int strike(const char *here, const char *path)
{
    if (log_to >= 0) {
        char line[4400];
        int size = snprintf(line, sizeof line, "%s %s\n", here, path);
        syscall(SYS_write, log_to, line, size);
        return PASS;
    }
    if (full && strcmp(here, "request"))
        return no_space();
    if (strcmp(here, place) || atomic_fetch_add(&seen, 1) + 1 != nth)
        return PASS;
    if (!full_disk)
        return KILL;
    full = 1;
    return no_space();
}

static long die(void)
{
    kill(getpid(), SIGKILL);
    return -1;
}

static int on_write(int fd)
{
    char link[64], path[4096];
    if (!armed)
        return PASS;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    path[size < 0 ? 0 : size] = 0;
    if (strncmp(path, root, strlen(root)))
        return PASS;
    return strike(strstr(path, "ledger") ? "ledger" : "write", path + strlen(root));
}

static int on_rename(const char *to)
{
    int inside = armed && (*to != '/' || !strncmp(to, root, strlen(root)));
    return inside ? strike("rename", *to == '/' ? to + strlen(root) : to) : PASS;
}

#define WRITER(whole, half) \
    int fault = on_write(fd); \
    if (fault == FAIL) return -1; \
    if (fault == KILL) { half; return die(); } \
    return whole

ssize_t write(int fd, const void *b, size_t n) { WRITER(syscall(SYS_write, fd, b, n), syscall(SYS_write, fd, b, n / 2)); }
ssize_t pwrite(int fd, const void *b, size_t n, off_t at)
{
    WRITER(syscall(SYS_pwrite64, fd, b, n, at), syscall(SYS_pwrite64, fd, b, n / 2, at));
}
ssize_t pwrite64(int fd, const void *b, size_t n, off_t at) { return pwrite(fd, b, n, at); }
ssize_t writev(int fd, const struct iovec *v, int n) { WRITER(syscall(SYS_writev, fd, v, n), syscall(SYS_writev, fd, v, n / 2)); }
ssize_t sendfile(int fd, int in, off_t *at, size_t n) { WRITER(syscall(SYS_sendfile, fd, in, at, n), (void)0); }
ssize_t sendfile64(int fd, int in, off_t *at, size_t n) { return sendfile(fd, in, at, n); }
ssize_t copy_file_range(int in, off_t *from, int fd, off_t *to, size_t n, unsigned flags)
{
    WRITER(syscall(SYS_copy_file_range, in, from, fd, to, n, flags), (void)0);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
    int fault = on_rename(to);
    if (fault == KILL) die();
    return fault == FAIL ? -1 : (int)syscall(SYS_renameat2, a, from, b, to, flags);
}
int renameat(int a, const char *from, int b, const char *to) { return renameat2(a, from, b, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

ssize_t send(int fd, const void *b, size_t n, int flags)
{
    static char posting[4096]; /* the head of a request was sent there, its body is next */
    ssize_t sent = syscall(SYS_sendto, fd, b, n, flags, NULL, 0);
    if (!armed || fd >= (int)sizeof posting)
        return sent;
    int body = posting[fd];
    posting[fd] = n > 5 && !memcmp(b, "POST ", 5);
    return body && strike("request", "") == KILL ? die() : sent;
}
