/** @file What sandbox_spec_* collected; read by the other modules, changed only by spec.c. */
#ifndef SANDBOX_SPEC_H
#define SANDBOX_SPEC_H

#include <sandbox/sandbox.h>

enum place_kind { PLACE_READ_ONLY, PLACE_COPY, PLACE_DIRECTORY };

/** One path inside the sandbox. */
struct place {
    enum place_kind kind;
    char *host;   /**< NULL for PLACE_DIRECTORY */
    char *inside; /**< absolute, without ".", "..", empty components or trailing slash */
};

struct sandbox_spec {
    enum sandbox_profile profile;
    char **arguments;
    char **environment; /**< "NAME=value", NULL-terminated */
    size_t environment_count;
    char *directory;
    uint64_t limits[SANDBOX_LIMIT_COUNT];
    struct place *places; /**< the first one is always the directory "/tmp" */
    size_t place_count;
    bool (*cancelled)(void *);
    void *cancel_payload;
    struct sandbox_error mistake; /**< the first one; status 0: none */
};

/** Value of one variable of the spec's environment, or NULL. */
const char *spec_variable(const struct sandbox_spec *spec, const char *name);

/** Reports the first mistake of the setters, or a missing command. */
int spec_check(const struct sandbox_spec *spec, struct sandbox_error *error);

#endif
