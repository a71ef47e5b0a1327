#include "supervise.h"

#include "denials.h"
#include "error.h"
#include "init.h"
#include "measure.h"
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)
#define NEVER UINT64_MAX

/** How often, and how long to wait. */
#define SAMPLE_SHORTEST (2 * MS)
#define SAMPLE_LONGEST (20 * MS)
#define CANCEL_PERIOD (100 * MS)
#define SETUP_LONGEST (120 * SECOND)
#define STOP_LONGEST (2 * SECOND)
/** Memory cannot be filled faster than this, in bytes per nanosecond. */
enum { FASTEST_FILL = 8 };

enum { POLL_INIT, POLL_CONTROL, POLL_OUTPUT, POLL_ERROR, POLL_LISTENER, POLL_COUNT };

/** State of the loop. */
struct watch {
    struct supervisor *supervisor;
    DIR *proc;
    struct stream_keeper output, error;
    uint64_t created_ns, next_sample_ns, stopped_ns;
    bool stopped; /**< we have ended the run, for this reason */
    enum sandbox_outcome reason;
    uint64_t denials;
    long processors;
};

void supervisor_init(struct supervisor *supervisor)
{
    *supervisor = (struct supervisor){.init_handle = -1,
                                      .control = -1,
                                      .output = -1,
                                      .error = -1,
                                      .disk = -1,
                                      .proc = -1,
                                      .listener = -1};
}

static void close_descriptor(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}

void supervisor_release(struct supervisor *supervisor)
{
    close_descriptor(&supervisor->init_handle);
    close_descriptor(&supervisor->control);
    close_descriptor(&supervisor->output);
    close_descriptor(&supervisor->error);
    close_descriptor(&supervisor->disk);
    close_descriptor(&supervisor->proc);
    close_descriptor(&supervisor->listener);
}

static void signal_init(const struct supervisor *supervisor, int number)
{
    // ESRCH means that it has just died, which is what we want.
    syscall(SYS_pidfd_send_signal, supervisor->init_handle, number, NULL, 0U);
}

/** Ends the run; the first reason counts. Init buries everybody, so that usage is exact. */
static void stop(struct watch *watch, enum sandbox_outcome reason)
{
    if (watch->stopped)
        return;
    watch->stopped = true;
    watch->reason = reason;
    watch->stopped_ns = monotonic_ns();
    bool started = watch->supervisor->launch->report->started_ns != 0;
    signal_init(watch->supervisor, started ? INIT_STOP_SIGNAL : SIGKILL);
}

/** Only root writes the map of another process; see give_up_root in init.c. */
static void write_id_map(const struct supervisor *supervisor, const char *name, const char *text)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)supervisor->init, name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return; // init will find itself without an identity and say so
    ssize_t written = write(file, text, strlen(text));
    (void)written;
    close(file);
}

static void answer_id_map(const struct supervisor *supervisor)
{
    char answer = CONTROL_WANTS_ID_MAP;
    write_id_map(supervisor, "uid_map", supervisor->launch->uid_map);
    write_id_map(supervisor, "gid_map", supervisor->launch->gid_map);
    send(supervisor->control, &answer, 1, MSG_NOSIGNAL);
}

static void take_descriptors(struct watch *watch, char message, const int received[static 2],
                             size_t count)
{
    struct supervisor *supervisor = watch->supervisor;
    if (message == CONTROL_DIRECTORIES && count == 2) {
        supervisor->disk = received[0];
        supervisor->proc = received[1];
    } else if (message == CONTROL_LISTENER && count == 1) {
        supervisor->listener = received[0];
    } else {
        for (size_t i = 0; i < count; i++)
            close(received[i]);
    }
}

static void receive_control(struct watch *watch)
{
    struct supervisor *supervisor = watch->supervisor;
    char message;
    int received[2] = {-1, -1};
    struct iovec payload = {.iov_base = &message, .iov_len = 1};
    union {
        char bytes[CMSG_SPACE(sizeof received)];
        struct cmsghdr align;
    } ancillary;
    struct msghdr header = {.msg_iov = &payload,
                            .msg_iovlen = 1,
                            .msg_control = ancillary.bytes,
                            .msg_controllen = sizeof ancillary.bytes};
    ssize_t size = recvmsg(supervisor->control, &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size != 1) { // init and the program have closed their ends
        close_descriptor(&supervisor->control);
        return;
    }
    size_t count = 0;
    const struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
    if (rights != NULL && rights->cmsg_type == SCM_RIGHTS) {
        count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        memcpy(received, CMSG_DATA(rights), count * sizeof(int));
    }
    if (message == CONTROL_WANTS_ID_MAP)
        answer_id_map(supervisor);
    take_descriptors(watch, message, received, count);
}

/** Reads what is there. Over the cap the run ends; what comes after that is still counted. */
static void receive_stream(struct watch *watch, int *descriptor, struct stream_keeper *keeper)
{
    char bytes[65536];
    ssize_t size = read(*descriptor, bytes, sizeof bytes);
    if (size > 0)
        stream_append(keeper, bytes, (size_t)size);
    else if (size == 0 || (errno != EAGAIN && errno != EINTR))
        close_descriptor(descriptor);
    if (keeper->stream->total > watch->supervisor->launch->spec->limits[SANDBOX_LIMIT_OUTPUT_BYTES])
        stop(watch, SANDBOX_OUTPUT_EXCEEDED);
}

/** One denied call waits for an answer. Its process may die meanwhile: then nobody needs one. */
static void answer_denial(struct watch *watch)
{
    // The kernel's structures may be larger than those of our headers.
    union {
        struct seccomp_notif call;
        struct seccomp_notif_resp answer;
        char room[512];
    } buffer;
    struct supervisor *supervisor = watch->supervisor;
    memset(&buffer, 0, sizeof buffer);
    if (ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_RECV, &buffer.call) != 0) {
        if (errno != ENOENT && errno != EINTR && errno != EAGAIN)
            close_descriptor(&supervisor->listener);
        return;
    }
    struct denial_answer verdict = denials_record(supervisor->result, &buffer.call.data);
    uint64_t id = buffer.call.id;
    memset(&buffer, 0, sizeof buffer);
    buffer.answer.id = id;
    buffer.answer.error = -verdict.error;
    (void)ioctl(supervisor->listener, SECCOMP_IOCTL_NOTIF_SEND, &buffer.answer); // ENOENT: dead
    watch->denials += verdict.told;
    if (watch->denials > DENIALS_TOLERATED)
        stop(watch, SANDBOX_DENIALS_EXCEEDED);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/** Looks at CPU time and memory, and decides when a limit could be crossed at the earliest. */
static void sample(struct watch *watch)
{
    struct supervisor *supervisor = watch->supervisor;
    const uint64_t *limits = supervisor->launch->spec->limits;
    struct sandbox_usage *used = &supervisor->result->usage;
    struct tree_usage now = {0};
    uint64_t before = monotonic_ns();
    uint64_t memory_limit = limits[SANDBOX_LIMIT_MEMORY_BYTES];
    if (measure_tree(watch->proc, supervisor->init, supervisor->disk, memory_limit, &now))
        supervisor->result->disk_full = true;
    uint64_t cost = monotonic_ns() - before;
    uint64_t cpu_limit = limits[SANDBOX_LIMIT_CPU_TIME_MS] * MS;
    used->cpu_time_ns = larger(used->cpu_time_ns, now.cpu_ns);
    used->peak_memory_bytes = larger(used->peak_memory_bytes, now.memory_bytes);
    used->peak_memory_bytes = larger(used->peak_memory_bytes, now.largest_peak_bytes);
    if (now.memory_bytes > memory_limit)
        stop(watch, SANDBOX_MEMORY_EXCEEDED);
    if (now.cpu_ns >= cpu_limit)
        stop(watch, SANDBOX_CPU_TIME_EXCEEDED);
    if (watch->stopped)
        return;
    uint64_t pause = smaller(SAMPLE_LONGEST, (memory_limit - now.memory_bytes) / FASTEST_FILL);
    pause = smaller(pause, (cpu_limit - now.cpu_ns) / (uint64_t)watch->processors);
    pause = larger(pause, larger(SAMPLE_SHORTEST, cost * 10)); // never a burden ourselves
    watch->next_sample_ns = before + cost + pause;
}

static void check_clocks(struct watch *watch)
{
    const struct sandbox_spec *spec = watch->supervisor->launch->spec;
    uint64_t started = watch->supervisor->launch->report->started_ns;
    uint64_t now = monotonic_ns();
    if (spec->cancelled != NULL && spec->cancelled(spec->cancel_payload))
        stop(watch, SANDBOX_CANCELLED);
    if (started == 0 && now - watch->created_ns > SETUP_LONGEST)
        stop(watch, SANDBOX_WALL_TIME_EXCEEDED);
    if (started != 0 && now >= started + spec->limits[SANDBOX_LIMIT_WALL_TIME_MS] * MS)
        stop(watch, SANDBOX_WALL_TIME_EXCEEDED);
    if (watch->stopped && now - watch->stopped_ns > STOP_LONGEST)
        signal_init(watch->supervisor, SIGKILL);
    if (watch->proc == NULL && watch->supervisor->proc >= 0) {
        watch->proc = fdopendir(watch->supervisor->proc);
        if (watch->proc != NULL)
            watch->supervisor->proc = -1; // owned by the stream now
    }
    // Short programs end undisturbed before the first look.
    if (watch->next_sample_ns == 0 && started != 0)
        watch->next_sample_ns = started + SAMPLE_SHORTEST;
    if (started != 0 && !watch->stopped && watch->proc != NULL && now >= watch->next_sample_ns)
        sample(watch);
}

/** Nanoseconds until something must be looked at without being told. */
static uint64_t next_event(const struct watch *watch)
{
    uint64_t now = monotonic_ns();
    uint64_t started = watch->supervisor->launch->report->started_ns;
    uint64_t next = now + CANCEL_PERIOD;
    if (watch->stopped)
        return CANCEL_PERIOD;
    if (started == 0) // execve is not announced: look again soon once it can have happened
        return watch->proc != NULL ? MS : CANCEL_PERIOD;
    next = smaller(
        next, started + watch->supervisor->launch->spec->limits[SANDBOX_LIMIT_WALL_TIME_MS] * MS);
    next = smaller(next, watch->next_sample_ns);
    return next > now ? next - now : 0;
}

static void handle_events(struct watch *watch, const struct pollfd *events)
{
    struct supervisor *supervisor = watch->supervisor;
    if (events[POLL_CONTROL].revents != 0)
        receive_control(watch);
    if (events[POLL_OUTPUT].revents != 0)
        receive_stream(watch, &supervisor->output, &watch->output);
    if (events[POLL_ERROR].revents != 0)
        receive_stream(watch, &supervisor->error, &watch->error);
    if ((events[POLL_LISTENER].revents & POLLIN) != 0)
        answer_denial(watch);
    else if (events[POLL_LISTENER].revents != 0) // no process with the filter is left
        close_descriptor(&supervisor->listener);
}

/** Until init is dead: its pidfd then is readable. */
static void loop(struct watch *watch)
{
    struct supervisor *supervisor = watch->supervisor;
    for (;;) {
        struct pollfd events[POLL_COUNT] = {
            [POLL_INIT] = {.fd = supervisor->init_handle, .events = POLLIN},
            [POLL_CONTROL] = {.fd = supervisor->control, .events = POLLIN},
            [POLL_OUTPUT] = {.fd = supervisor->output, .events = POLLIN},
            [POLL_ERROR] = {.fd = supervisor->error, .events = POLLIN},
            [POLL_LISTENER] = {.fd = supervisor->listener, .events = POLLIN},
        };
        uint64_t pause = next_event(watch);
        struct timespec timeout = {.tv_sec = (time_t)(pause / SECOND),
                                   .tv_nsec = (long)(pause % SECOND)};
        int ready = ppoll(events, POLL_COUNT, &timeout, NULL);
        if (ready > 0)
            handle_events(watch, events);
        if (ready > 0 && events[POLL_INIT].revents != 0)
            return;
        check_clocks(watch);
    }
}

/** The last bytes are in the pipes. Every writer is dead; another thread's sandbox may hold a copy
 * of the write end for a moment, so "nothing there" ends the reading as well. */
static void drain(struct watch *watch, int *descriptor, struct stream_keeper *keeper)
{
    uint64_t before;
    do {
        before = keeper->stream->total;
        if (*descriptor >= 0)
            receive_stream(watch, descriptor, keeper);
    } while (keeper->stream->total != before);
    stream_finish(keeper);
}

static uint64_t nanoseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_usec * 1000;
}

/** Usage of init includes that of everybody whom it or its descendants have waited for. */
static void bury_init(struct watch *watch)
{
    struct supervisor *supervisor = watch->supervisor;
    const struct launch_report *report = supervisor->launch->report;
    struct sandbox_usage *used = &supervisor->result->usage;
    struct rusage usage = {0};
    siginfo_t ignored;
    while (syscall(SYS_waitid, P_PIDFD, supervisor->init_handle, &ignored, WEXITED | __WALL,
                   &usage) != 0 &&
           errno == EINTR) {
    }
    uint64_t total = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
    uint64_t counted = total > report->setup_cpu_ns ? total - report->setup_cpu_ns : 0;
    used->cpu_time_ns = larger(used->cpu_time_ns, counted);
    // The program was cloned from a copy of the caller, whose size the kernel remembers as a peak.
    if (usage.ru_maxrss > report->setup_peak_kib)
        used->peak_memory_bytes = larger(used->peak_memory_bytes, (uint64_t)usage.ru_maxrss * 1024);
    used->memory_sampled = true;
    bool full = false;
    (void)measure_disk(supervisor->disk, &full);
    supervisor->result->disk_full |= full;
    uint64_t ended = report->ended_ns != 0 ? report->ended_ns : watch->stopped_ns;
    if (report->started_ns != 0 && ended > report->started_ns)
        used->wall_time_ns = ended - report->started_ns;
}

static void note_exit(struct sandbox_result *result, int status)
{
    if (WIFEXITED(status)) {
        result->outcome = SANDBOX_EXITED;
        result->exit_code = WEXITSTATUS(status);
        return;
    }
    result->outcome = SANDBOX_SIGNALED;
    result->signal = WTERMSIG(status);
    if (result->signal == SIGSYS)
        denials_record_foreign_call(result);
}

/** From what was measured and recorded, never from what the program says. */
static int judge(const struct watch *watch, struct sandbox_error *error)
{
    const struct launch *launch = watch->supervisor->launch;
    const struct launch_report *report = launch->report;
    const uint64_t *limits = launch->spec->limits;
    struct sandbox_result *result = watch->supervisor->result;
    if (watch->stopped && watch->reason == SANDBOX_CANCELLED) {
        result->outcome = SANDBOX_CANCELLED;
        return SANDBOX_OK;
    }
    if (report->failure == SETUP_OK && report->started_ns == 0 && watch->stopped)
        return sandbox_error_set(error, SANDBOX_ERROR_ENVIRONMENT,
                                 "setting up the sandbox took longer than %d s",
                                 (int)(SETUP_LONGEST / SECOND));
    if (report->failure != SETUP_OK || report->started_ns == 0 ||
        (report->ended_ns == 0 && !watch->stopped))
        return launch_explain(report, error);
    if (report->start_errno != 0) {
        result->outcome = SANDBOX_CANNOT_START;
        result->start_errno = report->start_errno;
    } else if (watch->stopped) {
        result->outcome = watch->reason;
    } else if (result->usage.cpu_time_ns > limits[SANDBOX_LIMIT_CPU_TIME_MS] * MS) {
        result->outcome = SANDBOX_CPU_TIME_EXCEEDED; // crossed between two samples
    } else if (result->usage.wall_time_ns > limits[SANDBOX_LIMIT_WALL_TIME_MS] * MS) {
        result->outcome = SANDBOX_WALL_TIME_EXCEEDED;
    } else {
        note_exit(result, report->wait_status);
    }
    return SANDBOX_OK;
}

int supervise(struct supervisor *supervisor, struct sandbox_error *error)
{
    struct watch watch = {.supervisor = supervisor, .created_ns = monotonic_ns()};
    struct sandbox_result *result = supervisor->result;
    watch.processors = sysconf(_SC_NPROCESSORS_ONLN);
    if (watch.processors < 1)
        watch.processors = 1;
    bool enough_memory = stream_init(&watch.output, &result->standard_output) &&
                         stream_init(&watch.error, &result->standard_error);
    if (!enough_memory)
        signal_init(supervisor, SIGKILL);
    else
        loop(&watch);
    bury_init(&watch);
    if (watch.proc != NULL)
        closedir(watch.proc);
    if (!enough_memory)
        return sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "out of memory");
    drain(&watch, &supervisor->output, &watch.output);
    drain(&watch, &supervisor->error, &watch.error);
    return judge(&watch, error);
}
