/*
 * Faults of a disk, switched on by files that appear in FAULTS_SWITCHES, for the files in FAULTS_DIR:
 *
 *   hold-sync    a sync, or a write through an O_DSYNC descriptor, does not begin before the switch is
 *                gone; the file `holding` says that one waits, and a file `permit` lets one go, which
 *                removes it
 *   fail-sync    fsync and fdatasync fail with EIO
 *   fail-dsync   writes through an O_DSYNC descriptor fail with EIO
 *   full         every other write fails with ENOSPC
 *
 * Loaded by LD_PRELOAD, before record.so where both are: what a fault prevents is then not recorded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *root, *switches;

__attribute__((constructor)) static void begin(void) {
  root = getenv("FAULTS_DIR");
  switches = getenv("FAULTS_SWITCHES");
}

static void switch_path(char *path, const char *name) {
  snprintf(path, PATH_MAX, "%s/%s", switches, name);
}

static int is_on(const char *name) {
  char path[PATH_MAX];
  int saved = errno;
  switch_path(path, name);
  int on = !access(path, F_OK);
  errno = saved;
  return on;
}

static int is_inside(int fd) {
  char link[40], path[PATH_MAX];
  if (!root || !switches) return 0;
  int saved = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, PATH_MAX - 1);
  errno = saved;
  size_t root_bytes = strlen(root);
  return count > (ssize_t)root_bytes && !strncmp(path, root, root_bytes) && path[root_bytes] == '/';
}

static void wait_while_held(void) {
  char path[PATH_MAX];
  if (!is_on("hold-sync")) return;
  switch_path(path, "holding");
  close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  char permit[PATH_MAX];
  switch_path(permit, "permit");
  while (is_on("hold-sync") && unlink(permit)) usleep(1000);
  unlink(path);
}

/* The error that the call is to fail with, or 0. */
static int fault_of_sync(int fd) {
  if (!is_inside(fd)) return 0;
  wait_while_held();
  return is_on("fail-sync") ? EIO : 0;
}
static int fault_of_write(int fd) {
  if (!is_inside(fd)) return 0;
  if (!(fcntl(fd, F_GETFL) & O_DSYNC)) return is_on("full") ? ENOSPC : 0;
  wait_while_held();
  return is_on("fail-dsync") ? EIO : 0;
}

/* Defines `name` as: the fault, if there is one, else what the next library does. */
#define FAULTY(type, name, fault, parameters, arguments)                   \
  type name parameters {                                                   \
    static type(*next) parameters;                                         \
    if (!next) next = (type(*) parameters)dlsym(RTLD_NEXT, #name);         \
    int error = fault;                                                     \
    if (!error) return next arguments;                                     \
    errno = error;                                                         \
    return -1;                                                             \
  }

FAULTY(int, fsync, fault_of_sync(fd), (int fd), (fd))
FAULTY(int, fdatasync, fault_of_sync(fd), (int fd), (fd))
FAULTY(ssize_t, write, fault_of_write(fd), (int fd, const void *bytes, size_t count),
       (fd, bytes, count))
FAULTY(ssize_t, writev, fault_of_write(fd), (int fd, const struct iovec *parts, int count),
       (fd, parts, count))
FAULTY(ssize_t, pwrite64, fault_of_write(fd), (int fd, const void *bytes, size_t count, off64_t at),
       (fd, bytes, count, at))
FAULTY(ssize_t, pwritev64, fault_of_write(fd),
       (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
