#include "grader/intake/intake_child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "grader/base/cleanup.h"
#include "grader/base/clock.h"
#include "grader/intake/intake_disk.h"
#include "grader/intake/intake_name.h"
#include "grader/intake/intake_source.h"
#include "grader/intake/intake_wire.h"

enum {
    POLL_MS = 100,
    DISK_CHECK_MS = 500,
    PROGRESS_MS = 100,
    CHILD_FINDINGS_MAX = 1000,
    CHILD_FD = 3,
    CHILD_FILES_MAX = 256
};

static uint64_t now_ms(void)
{
    return clock_monotonic_ns() / 1000000;
}

/* ---- in the child ---- */

static void send_record(const struct intake_channel *channel, const struct intake_record *record)
{
    ssize_t written;
    do
        written = write(channel->fd, record, sizeof *record);
    while (written < 0 && errno == EINTR);
    if (written != (ssize_t)sizeof *record)
        _exit(EXIT_FAILURE); // nobody listens any more
}

void intake_channel_progress(struct intake_channel *channel, const char *what, uint64_t done,
                             uint64_t total)
{
    uint64_t now = now_ms();
    if (now - channel->last_progress_ms < PROGRESS_MS)
        return;
    channel->last_progress_ms = now;
    struct intake_record record = {.type = INTAKE_RECORD_PROGRESS, .done = done, .total = total};
    (void)snprintf(record.word, sizeof record.word, "%s", what);
    send_record(channel, &record);
}

void intake_channel_finding(struct intake_channel *channel, const char *kind, const char *path,
                            const char *format, ...)
{
    if (channel->findings++ >= CHILD_FINDINGS_MAX)
        return;
    struct intake_record record = {.type = INTAKE_RECORD_FINDING};
    (void)snprintf(record.word, sizeof record.word, "%s", kind);
    intake_escape(record.path, sizeof record.path, path, strlen(path));
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(record.text, sizeof record.text, format, arguments);
    va_end(arguments);
    send_record(channel, &record);
}

static void limit(int resource, uint64_t value)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return;
    rlim_t wanted = (rlim_t)value;
    if (now.rlim_max != RLIM_INFINITY && wanted > now.rlim_max)
        wanted = now.rlim_max;
    // At the hard limit of processor time SIGKILL comes, which says nothing; SIGXCPU does.
    bool is_time = resource == RLIMIT_CPU && wanted + 5 <= now.rlim_max;
    struct rlimit bound = {wanted, is_time ? wanted + 5 : wanted};
    (void)setrlimit(resource, &bound);
}

#if !defined(__SANITIZE_ADDRESS__)
/* What the parent has mapped already (libraries, work space of BLAS) is no cost of the repository.
 */
static uint64_t inherited_memory(void)
{
    unsigned long long pages = 0;
    AUTO_FILE FILE *statm = fopen("/proc/self/statm", "re");
    if (statm == NULL || fscanf(statm, "%llu", &pages) != 1)
        return 0;
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

static void confine(const struct intake_limits *limits, pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(EXIT_FAILURE); // it died before we could ask to die with it
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "grader-intake");
    for (int number = 1; number < NSIG; number++)
        if (number != SIGKILL && number != SIGSTOP)
            (void)signal(number, SIG_DFL);
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); // then write fails with EFBIG, which can be explained
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, limits->disk_bytes);
    limit(RLIMIT_NOFILE, CHILD_FILES_MAX);
    limit(RLIMIT_CPU, limits->deadline_ms / 1000 + 5);
#if !defined(__SANITIZE_ADDRESS__) // which reserves terabytes
    limit(RLIMIT_AS, inherited_memory() + limits->memory_bytes);
#endif
}

/* Keeps the standard streams and the pipe; standard input becomes empty. */
static int keep_only(int pipe_fd)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0)
        return -1;
    if (pipe_fd != CHILD_FD && dup2(pipe_fd, CHILD_FD) < 0)
        return -1;
    return close_range(CHILD_FD + 1, ~0U, 0);
}

static _Noreturn void child_main(const struct intake_request *request, pid_t parent, int pipe_fd,
                                 intake_work *work, void *payload)
{
    (void)setpgid(0, 0);
    confine(&request->limits, parent);
    if (keep_only(pipe_fd) != 0)
        _exit(EXIT_FAILURE);
    struct intake_channel channel = {CHILD_FD, 0, 0};
    struct intake_answer answer = {"", ""};
    struct error error = ERROR_INIT;
    struct intake_record record = {.type = INTAKE_RECORD_ANSWER};
    if (work(payload, &channel, &answer, &error) != 0) {
        record.type = INTAKE_RECORD_ERROR;
        record.error_kind = error.kind;
        memcpy(record.text, error.message, sizeof record.text);
    }
    memcpy(record.commit, answer.commit, sizeof record.commit);
    memcpy(record.content, answer.content, sizeof record.content);
    send_record(&channel, &record);
    _exit(EXIT_SUCCESS);
}

/* ---- in the parent ---- */

struct watch {
    const struct intake_request *request;
    struct intake_result *result;
    struct error *error;
    const char *watched;
    uint64_t deadline;
    uint64_t next_disk_check;
    struct intake_record record;
    size_t received; /**< bytes of the record so far */
    bool answered;
    int status; /**< 0 or the error's kind */
};

static void take_text(char *target, size_t capacity, const char *text, size_t size)
{
    intake_escape(target, capacity, text, strnlen(text, size));
}

static bool is_hash(const char text[INTAKE_HASH_MAX], size_t shortest)
{
    size_t size = strnlen(text, INTAKE_HASH_MAX);
    return size < INTAKE_HASH_MAX && size >= shortest && strspn(text, "0123456789abcdef") == size;
}

static void take_finding(struct watch *watch, const struct intake_record *record)
{
    struct intake_result *result = watch->result;
    if (result->finding_count == INTAKE_FINDINGS_MAX) {
        result->findings_dropped++;
        return;
    }
    struct intake_finding *finding = &result->findings[result->finding_count++];
    take_text(finding->kind, sizeof finding->kind, record->word, sizeof record->word);
    // Paths come escaped; escaping printable text again changes nothing.
    take_text(finding->path, sizeof finding->path, record->path, sizeof record->path);
    take_text(finding->message, sizeof finding->message, record->text, sizeof record->text);
}

static void take_answer(struct watch *watch, const struct intake_record *record)
{
    watch->answered = true;
    if (!is_hash(record->commit, 0) || !is_hash(record->content, INTAKE_HASH_MAX - 1)) {
        watch->status = error_set(watch->error, ERROR_BUG, "the intake process sent no valid hash");
        return;
    }
    memcpy(watch->result->commit, record->commit, INTAKE_HASH_MAX);
    memcpy(watch->result->content, record->content, INTAKE_HASH_MAX);
}

static void take_error(struct watch *watch, const struct intake_record *record)
{
    char message[ERROR_MESSAGE_MAX];
    take_text(message, sizeof message, record->text, sizeof record->text);
    intake_source_redact(message);
    enum error_kind kind = ERROR_BUG;
    if (record->error_kind <= ERROR_USAGE && record->error_kind >= ERROR_CANCELLED)
        kind = (enum error_kind)record->error_kind;
    watch->answered = true;
    watch->status = error_set(watch->error, kind, "%s", message);
}

static void take_record(struct watch *watch)
{
    const struct intake_record *record = &watch->record;
    const struct intake_request *request = watch->request;
    char word[sizeof record->word];
    switch (record->type) {
    case INTAKE_RECORD_PROGRESS:
        take_text(word, sizeof word, record->word, sizeof record->word);
        if (request->progress != NULL)
            request->progress(request->payload, word, record->done, record->total);
        break;
    case INTAKE_RECORD_FINDING:
        take_finding(watch, record);
        break;
    case INTAKE_RECORD_ANSWER:
        take_answer(watch, record);
        break;
    case INTAKE_RECORD_ERROR:
        take_error(watch, record);
        break;
    default:
        watch->answered = true;
        watch->status = error_set(watch->error, ERROR_BUG, "unknown record of the intake process");
    }
}

/* One read; false at the end of the stream. */
static bool receive(struct watch *watch, int fd)
{
    char *place = (char *)&watch->record + watch->received;
    ssize_t got = read(fd, place, sizeof watch->record - watch->received);
    if (got < 0)
        return errno == EINTR || errno == EAGAIN;
    watch->received += (size_t)got;
    if (watch->received == sizeof watch->record) {
        watch->received = 0;
        take_record(watch);
    }
    return got > 0;
}

/* Deadline, Ctrl-C and disk; true when the child has to go. */
static bool must_stop(struct watch *watch)
{
    const struct intake_request *request = watch->request;
    uint64_t now = now_ms();
    if (request->cancelled != NULL && request->cancelled(request->payload)) {
        watch->status = error_set(watch->error, ERROR_CANCELLED, "interrupted");
        return true;
    }
    if (now >= watch->deadline) {
        watch->status = error_set(watch->error, ERROR_ENVIRONMENT,
                                  "not fetched within %.1f seconds (limit): the server does not "
                                  "answer, or the repository is very large",
                                  request->limits.deadline_ms / 1000.0);
        return true;
    }
    if (watch->watched == NULL || now < watch->next_disk_check)
        return false;
    watch->next_disk_check = now + DISK_CHECK_MS;
    if (intake_disk_usage(watch->watched) / 2 <= request->limits.disk_bytes)
        return false;
    watch->status = error_set(watch->error, ERROR_SUBMISSION,
                              "the repository takes more disk space than allowed (limit %.0f MB)",
                              (double)request->limits.disk_bytes / 1e6);
    return true;
}

static void watch_child(struct watch *watch, int fd)
{
    while (!watch->answered && !must_stop(watch)) {
        struct pollfd ready = {fd, POLLIN, 0};
        uint64_t left = watch->deadline - now_ms();
        int wait = left < POLL_MS ? (int)left : POLL_MS;
        int events = poll(&ready, 1, wait < 0 ? 0 : wait);
        if (events > 0 && !receive(watch, fd))
            return;
    }
}

/* The child has answered or must go: either way it may not outlive this call. */
static int reap(pid_t child, bool gracefully)
{
    int status = 0;
    for (int i = 0; gracefully && i < 50; i++) {
        pid_t done = waitpid(child, &status, WNOHANG);
        if (done == child)
            return status;
        struct timespec pause = {0, 2 * 1000 * 1000};
        (void)nanosleep(&pause, NULL);
    }
    (void)kill(-child, SIGKILL);
    (void)kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* It ended without a word. */
static int explain_end(int status, struct error *error)
{
    if (!WIFSIGNALED(status))
        return error_set(error, ERROR_BUG, "the intake process ended without an answer (status %d)",
                         WEXITSTATUS(status));
    int number = WTERMSIG(status);
    if (number == SIGXCPU)
        return error_set(error, ERROR_SUBMISSION,
                         "reading the repository takes more processor time than allowed");
    if (number == SIGKILL)
        return error_set(
            error, ERROR_ENVIRONMENT,
            "the intake process was killed; perhaps the machine has too little memory");
    return error_set(error, ERROR_BUG, "reading the repository ended with signal %d (%s)", number,
                     strsignal(number));
}

int intake_child_run(const struct intake_request *request, const char *watched, intake_work *work,
                     void *payload, struct intake_result *result, struct error *error)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_errno(error, ERROR_ENVIRONMENT, errno, "cannot create a pipe");
    AUTO_CLOSE int reading = ends[0];
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0)
        child_main(request, parent, ends[1], work, payload);
    int reason = errno;
    (void)close(ends[1]);
    if (child < 0)
        return error_errno(error, ERROR_ENVIRONMENT, reason, "cannot start a process");
    (void)setpgid(child, child);

    struct watch watch = {.request = request,
                          .result = result,
                          .error = error,
                          .watched = watched,
                          .deadline = now_ms() + request->limits.deadline_ms};
    watch_child(&watch, reading);
    int status = reap(child, watch.status == 0);
    if (!watch.answered && watch.status == 0)
        return explain_end(status, error);
    return watch.status;
}
