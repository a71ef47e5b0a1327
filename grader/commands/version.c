/* grader --version: our version and that of every library, as they are at run time. */
#include <cblas.h>
#include <cjson/cJSON.h>
#include <cmark-gfm_version.h>
#include <cmark-gfm.h>
#include <git2.h>
#include <seccomp.h>
#include <sodium.h>
#include <stdio.h>
#include "grader/commands/commands.h"

int command_version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    int major = 0, minor = 0, revision = 0;
    const struct scmp_version *seccomp = seccomp_version();
    git_libgit2_version(&major, &minor, &revision);
    printf("grader %s\n", GRADER_VERSION);
    printf("libgit2 %d.%d.%d\n", major, minor, revision);
    printf("cJSON %s\n", cJSON_Version());
    printf("libseccomp %u.%u.%u\n", seccomp->major, seccomp->minor, seccomp->micro);
    printf("libsodium %s\n", sodium_version_string());
    printf("cmark-gfm %s\n", cmark_version_string());
    printf("%s\n", openblas_get_config());
    printf("OpenBLAS core %s, %d thread%s\n", openblas_get_corename(), openblas_get_num_threads(),
           openblas_get_num_threads() == 1 ? "" : "s");
    return EXIT_GRADED;
}
