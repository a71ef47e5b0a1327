#include "grader/batch/worker_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "grader/base/cleanup.h"
#include "grader/base/clock.h"
#include "grader/base/file.h"

extern char **environ;

struct worker {
    pid_t pid;   /**< 0: the place is free */
    int process; /**< pidfd */
    int pipe;    /**< what it prints; -1 at its end */
    void *tag;
    uint64_t started, deadline;
    bool timed_out;
    char output[2 * WORKER_OUTPUT_MAX + 1]; /**< halved when full, so the last bytes stay */
    size_t output_size;
};

struct worker_pool {
    size_t count;
    size_t running;
    struct pollfd *polled; /**< two per worker */
    struct worker workers[];
};

static uint64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

int worker_pool_new(unsigned workers, struct worker_pool **pool, struct error *error)
{
    size_t count = workers < 1 ? 1 : workers > WORKER_COUNT_MAX ? WORKER_COUNT_MAX : workers;
    AUTO_FREE struct worker_pool *made = calloc(1, sizeof *made + count * sizeof *made->workers);
    if (made == NULL)
        return error_memory(error);
    made->polled = calloc(2 * count, sizeof *made->polled);
    if (made->polled == NULL)
        return error_memory(error);
    made->count = count;
    *pool = STEAL(made);
    return 0;
}

bool worker_pool_has_room(const struct worker_pool *pool)
{
    return pool->running < pool->count;
}

size_t worker_pool_running(const struct worker_pool *pool)
{
    return pool->running;
}

/* The environment with TMPDIR replaced; the array is the caller's, its first text too. */
static char **make_environment(const char *temporary_folder)
{
    size_t count = 0;
    while (environ[count] != NULL)
        count++;
    char **made = calloc(count + 2, sizeof *made);
    if (made == NULL)
        return NULL;
    if (asprintf(&made[0], "TMPDIR=%s", temporary_folder) < 0) {
        free(made);
        return NULL;
    }
    size_t used = 1;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "TMPDIR=", 7) != 0)
            made[used++] = environ[i];
    return made;
}

static int prepare_files(posix_spawn_file_actions_t *files, int pipe, bool only_output)
{
    int result = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (result == 0)
        result = posix_spawn_file_actions_adddup2(files, pipe, STDOUT_FILENO);
    if (result != 0)
        return result;
    if (only_output)
        return posix_spawn_file_actions_addopen(files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    return posix_spawn_file_actions_adddup2(files, pipe, STDERR_FILENO);
}

static int prepare_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int result = posix_spawnattr_setpgroup(attributes, 0);
    if (result == 0)
        result = posix_spawnattr_setsigmask(attributes, &none);
    if (result == 0)
        result = posix_spawnattr_setsigdefault(attributes, &all);
    if (result == 0)
        result = posix_spawnattr_setflags(
            attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    return result;
}

static int spawn(const struct worker_job *job, int pipe, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    char **environment = make_environment(job->temporary_folder);
    if (environment == NULL)
        return ENOMEM;
    int result = posix_spawn_file_actions_init(&files);
    if (result == 0) {
        result = posix_spawnattr_init(&attributes);
        if (result == 0) {
            result = prepare_files(&files, pipe, job->only_output);
            if (result == 0)
                result = prepare_attributes(&attributes);
            if (result == 0)
                result = posix_spawn(pid, job->program, &files, &attributes,
                                     (char *const *)(uintptr_t)job->argv, environment);
            (void)posix_spawnattr_destroy(&attributes);
        }
        (void)posix_spawn_file_actions_destroy(&files);
    }
    free(environment[0]);
    free(environment);
    return result;
}

static struct worker *free_place(struct worker_pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        if (pool->workers[i].pid == 0)
            return &pool->workers[i];
    return NULL;
}

int worker_pool_start(struct worker_pool *pool, const struct worker_job *job, struct error *error)
{
    struct worker *worker = free_place(pool);
    if (worker == NULL)
        return error_set(error, ERROR_BUG, "no room in the worker pool");
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create a pipe");
    AUTO_CLOSE int reading = ends[0];
    AUTO_CLOSE int writing = ends[1];
    (void)fcntl(reading, F_SETFL, O_NONBLOCK);
    pid_t pid = 0;
    int result = spawn(job, writing, &pid);
    if (result != 0)
        return error_errno(error, ERROR_ENVIRONMENT, result, "cannot start %s", job->program);
    int process = pidfd_open(pid, 0);
    if (process < 0) {
        int reason = errno;
        (void)kill(-pid, SIGKILL);
        (void)waitpid(pid, NULL, 0);
        return error_errno(error, ERROR_ENVIRONMENT, reason, "cannot watch a process");
    }
    worker->pid = pid;
    worker->process = process;
    worker->pipe = reading;
    reading = -1;
    worker->tag = job->tag;
    worker->started = now_ms();
    worker->deadline = worker->started + job->deadline_ms;
    worker->timed_out = false;
    worker->output_size = 0;
    pool->running++;
    return 0;
}

/* Reads what is there; the pipe is closed at its end. */
static void drain(struct worker *worker)
{
    // Bounded: a process that prints without end must not keep us here.
    for (int i = 0; i < 16 && worker->pipe >= 0; i++) {
        if (worker->output_size >= 2 * WORKER_OUTPUT_MAX) {
            memmove(worker->output, worker->output + WORKER_OUTPUT_MAX, WORKER_OUTPUT_MAX);
            worker->output_size = WORKER_OUTPUT_MAX;
        }
        ssize_t got = read(worker->pipe, worker->output + worker->output_size,
                           2 * WORKER_OUTPUT_MAX - worker->output_size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return;
        worker->output_size += (size_t)got;
        if (got == 0) {
            (void)close(worker->pipe);
            worker->pipe = -1;
        }
    }
}

/* The leader has ended. What it left in its group goes too: before waitpid() its number cannot
 * belong to anybody else. */
static int reap(struct worker_pool *pool, struct worker *worker)
{
    int status = 0;
    (void)kill(-worker->pid, SIGKILL);
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    drain(worker);
    (void)close(worker->process);
    if (worker->pipe >= 0)
        (void)close(worker->pipe);
    worker->pid = 0;
    pool->running--;
    return status;
}

static void report(struct worker_pool *pool, struct worker *worker, worker_ended *ended,
                   void *payload)
{
    int status = reap(pool, worker);
    worker->output[worker->output_size] = '\0';
    size_t skipped =
        worker->output_size > WORKER_OUTPUT_MAX ? worker->output_size - WORKER_OUTPUT_MAX : 0;
    struct worker_end end = {.tag = worker->tag,
                             .status = status,
                             .timed_out = worker->timed_out,
                             .output = worker->output + skipped,
                             .output_size = worker->output_size - skipped,
                             .wall_ms = now_ms() - worker->started};
    ended(payload, &end);
}

void worker_pool_wait(struct worker_pool *pool, int milliseconds, worker_ended *ended,
                      void *payload)
{
    for (size_t i = 0; i < pool->count; i++) {
        const struct worker *worker = &pool->workers[i];
        bool runs = worker->pid != 0;
        pool->polled[2 * i] = (struct pollfd){runs ? worker->process : -1, POLLIN, 0};
        pool->polled[2 * i + 1] = (struct pollfd){runs ? worker->pipe : -1, POLLIN, 0};
    }
    if (poll(pool->polled, 2 * pool->count, milliseconds) < 0)
        return; // a signal: the caller looks what it means
    uint64_t now = now_ms();
    for (size_t i = 0; i < pool->count; i++) {
        struct worker *worker = &pool->workers[i];
        if (worker->pid == 0)
            continue;
        if (pool->polled[2 * i + 1].revents != 0)
            drain(worker);
        if (pool->polled[2 * i].revents != 0) {
            report(pool, worker, ended, payload);
        } else if (now >= worker->deadline && !worker->timed_out) {
            worker->timed_out = true;
            (void)kill(-worker->pid, SIGKILL);
        }
    }
}

static void discard(void *payload, const struct worker_end *end)
{
    (void)payload;
    (void)end;
}

static void signal_all(const struct worker_pool *pool, int number)
{
    for (size_t i = 0; i < pool->count; i++)
        if (pool->workers[i].pid != 0)
            (void)kill(-pool->workers[i].pid, number);
}

void worker_pool_stop(struct worker_pool *pool, unsigned grace_ms)
{
    signal_all(pool, SIGTERM);
    uint64_t end = now_ms() + grace_ms;
    while (pool->running > 0 && now_ms() < end)
        worker_pool_wait(pool, 50, discard, NULL);
    signal_all(pool, SIGKILL);
    for (size_t i = 0; i < pool->count; i++)
        if (pool->workers[i].pid != 0)
            (void)reap(pool, &pool->workers[i]);
}

void worker_pool_free(struct worker_pool *pool)
{
    if (pool == NULL)
        return;
    worker_pool_stop(pool, 0);
    free(pool->polled);
    free(pool);
}
