/*
 * Runs a fuzz target on stored inputs where there is no libFuzzer:
 *
 *     csv_fuzz corpus/csv ...
 *
 * Every file is run whole, and cut off at every length when it is short.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/cleanup.h"
#include "grader/base/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 20, CUT_MAX = 2048 };

/* In memory of exactly that size, so that a sanitizer sees one byte too many. */
static int run_bytes(const char *bytes, size_t size)
{
    AUTO_FREE uint8_t *exact = malloc(size > 0 ? size : 1);
    if (exact == NULL)
        return -1;
    memcpy(exact, bytes, size);
    return LLVMFuzzerTestOneInput(exact, size);
}

static int run_file(const char *path)
{
    AUTO_FREE char *bytes = NULL;
    size_t size = 0;
    struct error error = ERROR_INIT;
    if (file_read(path, FILE_MAX, &bytes, &size, &error) != 0) {
        fprintf(stderr, "%s\n", error.message);
        return -1;
    }
    if (size > CUT_MAX)
        return run_bytes(bytes, size);
    for (size_t cut = 0; cut <= size; cut++)
        if (run_bytes(bytes, cut) != 0)
            return -1;
    return 0;
}

/* Number of files run, or -1. */
static int run_folder(const char *folder)
{
    AUTO_DIRECTORY DIR *directory = opendir(folder);
    if (directory == NULL) {
        perror(folder);
        return -1;
    }
    int count = 0;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char path[FILE_PATH_MAX];
        struct error error = ERROR_INIT;
        if (entry->d_name[0] == '.')
            continue;
        if (file_join(path, folder, entry->d_name, &error) != 0 || run_file(path) != 0) {
            fprintf(stderr, "failed on %s\n", entry->d_name);
            return -1;
        }
        count++;
    }
    return count;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        int count = run_folder(argv[i]);
        if (count <= 0) {
            fprintf(stderr, "%s: no inputs run\n", argv[i]);
            return EXIT_FAILURE;
        }
        printf("%s: %d inputs\n", argv[i], count);
    }
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
