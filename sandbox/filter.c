#include "filter.h"

#include "error.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "filter_profiles.h"

/**
 * libseccomp 2.5 does not take "notify" as the default action, so the filter is built with an errno
 * that no rule uses, and the exported program gets the wanted default in its place.
 */
enum { PLACEHOLDER_ERRNO = 4001, PROFILES = 2 };

static pthread_mutex_t build_lock = PTHREAD_MUTEX_INITIALIZER;
static struct filter *built[PROFILES];

/** Allows each name that this architecture knows. */
static int allow_names(scmp_filter_ctx context, const char *const names[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int number = seccomp_syscall_resolve_name(names[i]);
        if (number < 0) // unknown here, or a pseudo number: stays denied
            continue;
        int failed = seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0);
        if (failed != 0)
            return failed;
    }
    return 0;
}

/** Equality after masking only: the comparisons that libseccomp 2.5 gets right for 64 bits. */
static int add_argument_rules(scmp_filter_ctx context)
{
    for (size_t i = 0; i < sizeof argument_rules / sizeof argument_rules[0]; i++) {
        const struct filter_argument_rule *rule = &argument_rules[i];
        int number = seccomp_syscall_resolve_name(rule->name);
        if (number < 0)
            continue;
        struct scmp_arg_cmp comparison =
            SCMP_CMP(rule->argument, SCMP_CMP_MASKED_EQ, rule->mask, rule->value);
        int failed = seccomp_rule_add_array(context, SCMP_ACT_ALLOW, number, 1, &comparison);
        if (failed != 0)
            return failed;
    }
    return 0;
}

static int add_quiet_errors(scmp_filter_ctx context)
{
    for (size_t i = 0; i < sizeof quiet_errors / sizeof quiet_errors[0]; i++) {
        int number = seccomp_syscall_resolve_name(quiet_errors[i].name);
        if (number < 0)
            continue;
        uint32_t action = SCMP_ACT_ERRNO((uint32_t)quiet_errors[i].error);
        int failed = seccomp_rule_add(context, action, number, 0);
        if (failed != 0)
            return failed;
    }
    return 0;
}

static int add_rules(scmp_filter_ctx context, enum sandbox_profile profile)
{
    // A balanced tree loads four times faster than a list; foreign architectures die at once.
    int failed = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (failed == 0)
        failed = seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (failed == 0)
        failed =
            allow_names(context, allowed_in_run, sizeof allowed_in_run / sizeof allowed_in_run[0]);
    if (failed == 0 && profile == SANDBOX_PROFILE_BUILD)
        failed = allow_names(context, allowed_in_build,
                             sizeof allowed_in_build / sizeof allowed_in_build[0]);
    if (failed == 0)
        failed = add_argument_rules(context);
    if (failed == 0)
        failed = add_quiet_errors(context);
    return failed;
}

/** Reads the exported program and puts @p default_action where the placeholder is. */
static int read_program(int file, uint32_t default_action, struct sock_fprog *program)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return -errno;
    size_t size = (size_t)status.st_size;
    size_t length = size / sizeof(struct sock_filter);
    if (length == 0 || length > BPF_MAXINSNS)
        return -E2BIG;
    struct sock_filter *code = malloc(size);
    if (code == NULL)
        return -ENOMEM;
    if (pread(file, code, size, 0) != (ssize_t)size) {
        free(code);
        return -EIO;
    }
    for (size_t i = 0; i < length; i++)
        if (code[i].code == (BPF_RET | BPF_K) &&
            code[i].k == (SECCOMP_RET_ERRNO | PLACEHOLDER_ERRNO))
            code[i].k = default_action;
    *program = (struct sock_fprog){.len = (unsigned short)length, .filter = code};
    return 0;
}

static int export_filter(scmp_filter_ctx context, struct filter *filter)
{
    int file = memfd_create("filter", MFD_CLOEXEC);
    if (file < 0)
        return -errno;
    int failed = seccomp_export_bpf(context, file);
    if (failed == 0)
        failed = read_program(file, SECCOMP_RET_USER_NOTIF, &filter->observed);
    if (failed == 0)
        failed = read_program(file, SECCOMP_RET_ERRNO | EPERM, &filter->unobserved);
    close(file);
    return failed;
}

static struct filter *build(enum sandbox_profile profile, struct sandbox_error *error)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(PLACEHOLDER_ERRNO));
    struct filter *filter = calloc(1, sizeof *filter);
    int failed = context != NULL && filter != NULL ? add_rules(context, profile) : -ENOMEM;
    if (failed == 0)
        failed = export_filter(context, filter);
    if (context != NULL)
        seccomp_release(context);
    if (failed == 0)
        return filter;
    sandbox_error_set(error, SANDBOX_ERROR_INTERNAL, "cannot build the system-call filter: %s",
                      strerror(-failed));
    if (filter != NULL)
        free(filter->observed.filter);
    free(filter);
    return NULL;
}

const struct filter *filter_of_profile(enum sandbox_profile profile, struct sandbox_error *error)
{
    pthread_mutex_lock(&build_lock);
    if (built[profile] == NULL)
        built[profile] = build(profile, error);
    const struct filter *filter = built[profile];
    pthread_mutex_unlock(&build_lock);
    return filter;
}
