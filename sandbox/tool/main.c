/**
 * @file
 * The command-line tool: sandbox run|probe.
 */
#include "json_writer.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** Looked up by the C library, so it may not be hidden as our other symbols are. */
__attribute__((visibility("default"))) const char *argp_program_version =
    "sandbox " SANDBOX_VERSION;

enum { EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3, EXIT_INTERNAL = 4 };

enum {
    KEY_CPU = 256,
    KEY_WALL,
    KEY_MEMORY,
    KEY_DISK,
    KEY_PROCESSES,
    KEY_OUTPUT,
    KEY_COPY,
    KEY_RO,
    KEY_DIR,
    KEY_CHDIR,
    KEY_ENV,
    KEY_PROFILE
};

static const struct argp_option options[] = {
    {"profile", KEY_PROFILE, "NAME", 0, "System calls allowed: run (default) or build", 0},
    {"cpu-ms", KEY_CPU, "N", 0, "CPU time of the whole tree in milliseconds (10000)", 1},
    {"wall-ms", KEY_WALL, "N", 0, "Wall time in milliseconds (30000)", 1},
    {"memory", KEY_MEMORY, "SIZE", 0, "Resident memory of the whole tree (1G)", 1},
    {"disk", KEY_DISK, "SIZE", 0, "All writable places together (256M)", 1},
    {"processes", KEY_PROCESSES, "N", 0, "Processes and threads at once (64)", 1},
    {"output", KEY_OUTPUT, "SIZE", 0, "Standard output and error, each (8M)", 1},
    {"copy", KEY_COPY, "HOST:INSIDE", 0, "Copy a directory to a writable place", 2},
    {"ro", KEY_RO, "HOST:INSIDE", 0, "Show a file or directory read-only", 2},
    {"dir", KEY_DIR, "INSIDE", 0, "Make an empty writable directory", 2},
    {"chdir", KEY_CHDIR, "INSIDE", 0, "Working directory (/)", 3},
    {"env", KEY_ENV, "NAME=VALUE", 0, "Set an environment variable", 3},
    {0}};

static const char documentation[] =
    "Run one command under limits, away from everything else, and tell what happened."
    "\vThe result is one JSON object on standard output. Exit status: 0 when the command was given "
    "its chance, however it ended; 2 for a wrong command line or spec; 3 when this machine does "
    "not "
    "allow a sandbox; 4 for a defect.\n"
    "\n"
    "Examples:\n"
    "  sandbox probe\n"
    "  sandbox run -- python3 -c 'print(6 * 7)'\n"
    "  sandbox run --profile build --copy project:/work --chdir /work -- make -j2\n"
    "  sandbox run --cpu-ms 2000 --memory 256M -- sh -c 'seq 9 | wc -l'";

/** N or N followed by K, M or G (powers of 1024). Anything else is a usage error. */
static uint64_t parse_size(struct argp_state *state, const char *text)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    static const char suffixes[] = "KMG";
    const char *suffix = *end != '\0' ? strchr(suffixes, *end) : NULL;
    unsigned shift = suffix != NULL ? 10 * (unsigned)(suffix - suffixes + 1) : 0;
    if (suffix != NULL)
        end++;
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
        number > (UINT64_MAX >> shift))
        argp_error(state, "\"%s\" is not a number", text);
    return (uint64_t)number << shift;
}

/** Splits HOST:INSIDE at the last colon; the caller frees the host part. */
static char *split_place(struct argp_state *state, const char *text, const char **inside)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL)
        argp_error(state, "\"%s\" is not HOST:INSIDE", text);
    *inside = colon == NULL ? text : colon + 1;
    char *host = strndup(text, colon == NULL ? 0 : (size_t)(colon - text));
    if (host == NULL)
        argp_failure(state, EXIT_INTERNAL, errno, "out of memory");
    return host;
}

static void add_place(struct argp_state *state, int key, const char *text)
{
    struct sandbox_spec *spec = state->input;
    const char *inside;
    char *host = split_place(state, text, &inside);
    if (key == KEY_COPY)
        sandbox_spec_add_copy(spec, host, inside);
    else
        sandbox_spec_add_read_only(spec, host, inside);
    free(host);
}

static void set_variable(struct argp_state *state, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        argp_error(state, "\"%s\" is not NAME=VALUE", text);
        return;
    }
    char *name = strndup(text, (size_t)(equals - text));
    if (name == NULL)
        argp_failure(state, EXIT_INTERNAL, errno, "out of memory");
    else
        sandbox_spec_set_variable(state->input, name, equals + 1);
    free(name);
}

static bool parse_limit(int key, char *text, struct argp_state *state)
{
    static const struct {
        int key;
        enum sandbox_limit limit;
    } limits[] = {
        {KEY_CPU, SANDBOX_LIMIT_CPU_TIME_MS},     {KEY_WALL, SANDBOX_LIMIT_WALL_TIME_MS},
        {KEY_MEMORY, SANDBOX_LIMIT_MEMORY_BYTES}, {KEY_DISK, SANDBOX_LIMIT_DISK_BYTES},
        {KEY_PROCESSES, SANDBOX_LIMIT_PROCESSES}, {KEY_OUTPUT, SANDBOX_LIMIT_OUTPUT_BYTES},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (limits[i].key == key) {
            sandbox_spec_set_limit(state->input, limits[i].limit, parse_size(state, text));
            return true;
        }
    return false;
}

static error_t parse_option(int key, char *text, struct argp_state *state)
{
    if (parse_limit(key, text, state))
        return 0;
    switch (key) {
    case KEY_COPY:
    case KEY_RO:
        add_place(state, key, text);
        return 0;
    case KEY_DIR:
        sandbox_spec_add_directory(state->input, text);
        return 0;
    case KEY_CHDIR:
        sandbox_spec_set_directory(state->input, text);
        return 0;
    case KEY_ENV:
        set_variable(state, text);
        return 0;
    case KEY_PROFILE: // taken before, see find_profile
        if (strcmp(text, "run") != 0 && strcmp(text, "build") != 0)
            argp_error(state, "no profile \"%s\": run or build", text);
        return 0;
    case ARGP_KEY_ARGS:
        sandbox_spec_set_command(state->input, (const char *const *)(state->argv + state->next));
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no command to run");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/** The profile is needed before the other options can be applied. */
static enum sandbox_profile find_profile(int argc, char **argv)
{
    enum sandbox_profile profile = SANDBOX_PROFILE_RUN;
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        bool separate = strcmp(argv[i], "--profile") == 0 && i + 1 < argc;
        const char *name = separate                                  ? argv[i + 1]
                           : strncmp(argv[i], "--profile=", 10) == 0 ? argv[i] + 10
                                                                     : "";
        if (strcmp(name, "build") == 0)
            profile = SANDBOX_PROFILE_BUILD;
    }
    return profile;
}

static int report_failure(int status, const struct sandbox_error *error)
{
    fprintf(stderr, "sandbox: %s\n", error->message);
    return status == SANDBOX_ERROR_ARGUMENT      ? EXIT_USAGE
           : status == SANDBOX_ERROR_ENVIRONMENT ? EXIT_ENVIRONMENT
                                                 : EXIT_INTERNAL;
}

static int command_run(int argc, char **argv)
{
    static const struct argp parser = {.options = options,
                                       .parser = parse_option,
                                       .args_doc = "COMMAND [ARGUMENT...]",
                                       .doc = documentation};
    struct sandbox_spec *spec = sandbox_spec_new(find_profile(argc, argv));
    if (spec == NULL) {
        fputs("sandbox: out of memory\n", stderr);
        return EXIT_INTERNAL;
    }
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, spec);
    struct sandbox_error error;
    struct sandbox_result *result = NULL;
    int status = sandbox_run(spec, &result, &error);
    sandbox_spec_free(spec);
    if (status != SANDBOX_OK)
        return report_failure(status, &error);
    json_write_result(stdout, result);
    sandbox_result_free(result);
    return EXIT_SUCCESS;
}

static int command_probe(void)
{
    struct sandbox_error error;
    unsigned layers;
    int status = sandbox_probe(&layers, &error);
    if (status != SANDBOX_OK)
        return report_failure(status, &error);
    fputs("{\"layers\": ", stdout);
    json_write_layers(stdout, layers);
    fputs("}\n", stdout);
    return EXIT_SUCCESS;
}

/** Without a subcommand: help, version, or a usage error, all by argp. */
static int show_help(int argc, char **argv)
{
    static const struct argp parser = {
        .args_doc = "run [OPTION...] -- COMMAND [ARGUMENT...]\nprobe", .doc = documentation};
    argp_err_exit_status = EXIT_USAGE;
    argp_parse(&parser, argc, argv, ARGP_IN_ORDER, NULL, NULL);
    fputs("sandbox: say what to do: \"sandbox run -- COMMAND\" or \"sandbox probe\"\n", stderr);
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    int status;
    if (argc >= 2 && strcmp(argv[1], "run") == 0) {
        static char name[] = "sandbox run";
        argv[1] = name; // how argp calls us in its messages
        status = command_run(argc - 1, argv + 1);
    } else if (argc == 2 && strcmp(argv[1], "probe") == 0) {
        status = command_probe();
    } else {
        status = show_help(argc, argv);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        return EXIT_INTERNAL;
    return status;
}
