/**
 * @file
 * Repositories made at run time by the git command line, honest and hostile ones, in a folder of
 * their own. The tear-down also proves that nothing was left behind: no temporary folder, no child
 * process, no open descriptor.
 */
#ifndef TESTS_REPOSITORY_FIXTURE_H
#define TESTS_REPOSITORY_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "grader/intake/intake.h"

enum { FIXTURE_HASH_SIZE = 41, FIXTURE_SERVERS_MAX = 4 };

struct fixture {
    char root[512];
    unsigned fetched;      /**< numbers the destinations */
    char destination[600]; /**< of the last fetch or copy */
    struct intake_request request;
    struct intake_result result;
    struct error error;
    pid_t servers[FIXTURE_SERVERS_MAX];
    size_t server_count;
    size_t descriptors; /**< open before the test */
    char *kept_tmpdir, *kept_home;
};

int fixture_setup(void **state);
int fixture_teardown(void **state);

/** Runs a shell command in the fixture's folder with a neutral git configuration; it must succeed.
 */
void fixture_shell(struct fixture *fixture, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The same; its first line of output goes to @p line. */
void fixture_ask(struct fixture *fixture, char *line, size_t size, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/** Starts git_server.py and returns its port. */
unsigned fixture_serve(struct fixture *fixture, const char *mode, const char *argument);

/** intake_fetch() or intake_copy_folder() into a new folder; a relative source begins at the
 * fixture's. */
int fixture_fetch(struct fixture *fixture, const char *source, const char *ref);
int fixture_copy(struct fixture *fixture, const char *folder);

/** Reads a file of the last destination; fails when it is not there. Free the result. */
char *fixture_read(struct fixture *fixture, const char *path, size_t *size);
bool fixture_has(const struct fixture *fixture, const char *path);

/** True when a finding of that kind names that path. */
bool fixture_found(const struct fixture *fixture, const char *kind, const char *path);

/** One entry of a raw tree. */
struct tree_entry {
    const char *mode;
    const char *name;
    const char *id; /**< 40 hexadecimal digits */
};

/** Writes objects that git itself would refuse, into the repository folder @p repository. */
void fixture_blob(struct fixture *fixture, const char *repository, const char *text,
                  char id[FIXTURE_HASH_SIZE]);
void fixture_tree(struct fixture *fixture, const char *repository, const struct tree_entry *entries,
                  size_t count, char id[FIXTURE_HASH_SIZE]);

/** Makes a commit of that tree the branch main. */
void fixture_commit(struct fixture *fixture, const char *repository, const char *tree,
                    const char *author_date);

#endif
