/*
 * Records what a process does to the files of one directory (POWER_CUT_DIR) and what it sends on TCP
 * sockets, in one order, into POWER_CUT_LOG. Loaded by LD_PRELOAD; recording.ts reads the log.
 *
 * The order is that of one lock, held over each call and its record. Only what may take long is let
 * go of: a sync is a record where it begins and one where it has ended, and so is a write through an
 * O_DSYNC descriptor, because only what has ended is known to be on disk. sync_file_range and
 * msync promise nothing that counts here: the one flushes no disk cache, the other is about mappings,
 * and a writable mapping is a record by itself, which the reader refuses.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct record { /* then the path, then the bytes */
  uint32_t kind, path_bytes;
  uint64_t id, offset, bytes;
};

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static const char *root;
static size_t root_bytes;
static uint64_t last_id;
static int log_fd = -1;

__attribute__((constructor)) static void begin(void) {
  const char *log = getenv("POWER_CUT_LOG");
  root = getenv("POWER_CUT_DIR");
  if (!log || !root) return;
  root_bytes = strlen(root);
  log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void put(const void *bytes, size_t count) {
  if (syscall(SYS_write, log_fd, bytes, count) == (ssize_t)count) return;
  fprintf(stderr, "record.c: the log can not be written: %s\n", strerror(errno));
  abort(); /* half a record would pass for less than was done */
}

static void emit(char kind, const char *path, uint64_t id, uint64_t offset, const struct iovec *parts,
                 uint64_t bytes) {
  struct record head = {(uint32_t)kind, strlen(path), id, offset, parts ? bytes : 0};
  int saved = errno;
  put(&head, sizeof head);
  if (head.path_bytes) put(path, head.path_bytes);
  for (; parts && bytes > 0; parts++) {
    size_t count = parts->iov_len < bytes ? parts->iov_len : bytes;
    if (count) put(parts->iov_base, count);
    bytes -= count;
  }
  errno = saved;
}

static int is_inside(const char *path) {
  return log_fd >= 0 && !strncmp(path, root, root_bytes) && (path[root_bytes] == '/' || !path[root_bytes]);
}

/* 'f' a file of the directory or the directory itself, 's' a TCP socket, 0 anything else. */
static char look(int fd, char *path, uint64_t *port) {
  char link[40];
  struct sockaddr_in peer;
  socklen_t size = sizeof peer;
  if (log_fd < 0 || fd < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  if (count < 0) return 0;
  path[count] = 0;
  if (is_inside(path)) return 'f';
  if (!port || strncmp(path, "socket:", 7) || getpeername(fd, (struct sockaddr *)&peer, &size)) return 0;
  *port = ntohs(peer.sin_port);
  return peer.sin_family == AF_INET ? 's' : 0;
}

enum { AT_POSITION = -1 };

/* Makes the system call that writes `parts` at `at`, and records what it wrote. */
static ssize_t written(const struct iovec *parts, size_t part_count, int64_t at, long call, int fd,
                       long a, long b, long c, long d) {
  char path[PATH_MAX];
  uint64_t port = 0, total = 0, id = 0;
  int saved = errno;
  char what = look(fd, path, &port);
  errno = saved;
  if (!what) return syscall(call, fd, a, b, c, d, 0);
  int flags = what == 'f' ? fcntl(fd, F_GETFL) : 0;
  pthread_mutex_lock(&order);
  if (what == 'f' && at == AT_POSITION) at = lseek(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
  if (flags & O_DSYNC) {
    for (size_t i = 0; i < part_count; i++) total += parts[i].iov_len;
    emit('W', path, id = ++last_id, at, parts, total);
    pthread_mutex_unlock(&order);
  }
  ssize_t done = syscall(call, fd, a, b, c, d, 0);
  if (flags & O_DSYNC) {
    pthread_mutex_lock(&order);
    if (done == (ssize_t)total) emit('E', path, id, 0, NULL, 0);
  } else if (done > 0 && what == 'f') {
    emit('W', path, 0, at, parts, done);
  } else if (done > 0) {
    emit('A', "", 0, port, parts, done);
  }
  pthread_mutex_unlock(&order);
  return done;
}

static ssize_t written_one(const void *bytes, size_t count, int64_t at, long call, int fd, long c,
                           long d) {
  struct iovec part = {(void *)bytes, count};
  return written(&part, 1, at, call, fd, (long)bytes, count, c, d);
}
ssize_t write(int fd, const void *bytes, size_t count) {
  return written_one(bytes, count, AT_POSITION, SYS_write, fd, 0, 0);
}
ssize_t send(int fd, const void *bytes, size_t count, int how) {
  return written_one(bytes, count, AT_POSITION, SYS_sendto, fd, how, 0);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  return written_one(bytes, count, at, SYS_pwrite64, fd, at, 0);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  return pwrite64(fd, bytes, count, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  return written(parts, count, AT_POSITION, SYS_writev, fd, (long)parts, count, 0, 0);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  return written(parts, count, at, SYS_pwritev, fd, (long)parts, count, at, 0);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev64(fd, parts, count, at);
}
ssize_t sendmsg(int fd, const struct msghdr *message, int how) {
  const struct iovec *parts = message->msg_iov;
  return written(parts, message->msg_iovlen, AT_POSITION, SYS_sendmsg, fd, (long)message, how, 0, 0);
}

static int synced(int fd, long call) {
  char path[PATH_MAX];
  if (look(fd, path, NULL) != 'f') return syscall(call, fd);
  pthread_mutex_lock(&order);
  uint64_t id = ++last_id;
  emit('B', path, id, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  int failed = syscall(call, fd);
  pthread_mutex_lock(&order);
  if (!failed) emit('E', path, id, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  return failed;
}
int fsync(int fd) { return synced(fd, SYS_fsync); }
int fdatasync(int fd) { return synced(fd, SYS_fdatasync); }

/* After the call: what size the file has now. */
static int sized(int fd, int failed) {
  char path[PATH_MAX];
  struct stat now;
  if (!failed && look(fd, path, NULL) == 'f' && !fstat(fd, &now)) emit('T', path, 0, now.st_size, NULL, 0);
  pthread_mutex_unlock(&order);
  return failed;
}
int ftruncate64(int fd, off64_t size) {
  pthread_mutex_lock(&order);
  return sized(fd, syscall(SYS_ftruncate, fd, size));
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
int fallocate64(int fd, int mode, off64_t at, off64_t count) {
  pthread_mutex_lock(&order);
  return sized(fd, syscall(SYS_fallocate, fd, mode, at, count));
}
int fallocate(int fd, int mode, off_t at, off_t count) { return fallocate64(fd, mode, at, count); }

static int opened(int folder, const char *name, int flags, mode_t mode) {
  char path[PATH_MAX];
  if (!(flags & (O_CREAT | O_TRUNC))) return syscall(SYS_openat, folder, name, flags, mode);
  pthread_mutex_lock(&order);
  int saved = errno;
  int is_new = syscall(SYS_faccessat, folder, name, F_OK) != 0;
  errno = saved;
  int fd = syscall(SYS_openat, folder, name, flags, mode);
  if (fd >= 0 && look(fd, path, NULL) == 'f') {
    if (is_new) emit('C', path, 0, 0, NULL, 0);
    else if (flags & O_TRUNC) emit('T', path, 0, 0, NULL, 0);
  }
  pthread_mutex_unlock(&order);
  return fd;
}
#define MODE mode_t mode = 0; if (flags & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE return opened(AT_FDCWD, name, flags, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE return opened(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE return opened(folder, name, flags, mode); }
int creat(const char *name, mode_t mode) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int rename(const char *from, const char *to) {
  char both[2 * PATH_MAX];
  pthread_mutex_lock(&order);
  int failed = syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
  snprintf(both, sizeof both, "%s\n%s", from, to);
  if (!failed && is_inside(to)) emit('R', both, 0, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  return failed;
}
int unlink(const char *name) {
  pthread_mutex_lock(&order);
  int failed = syscall(SYS_unlinkat, AT_FDCWD, name, 0);
  if (!failed && is_inside(name)) emit('U', name, 0, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  return failed;
}

void *mmap64(void *where, size_t count, int access, int flags, int fd, off64_t at) {
  char path[PATH_MAX];
  if (fd >= 0 && (access & PROT_WRITE) && (flags & MAP_SHARED) && look(fd, path, NULL) == 'f') {
    pthread_mutex_lock(&order);
    emit('M', path, 0, 0, NULL, 0);
    pthread_mutex_unlock(&order);
  }
  return (void *)syscall(SYS_mmap, where, count, access, flags, fd, at);
}
void *mmap(void *where, size_t count, int access, int flags, int fd, off_t at) {
  return mmap64(where, count, access, flags, fd, at);
}
