/**
 * @file
 * Resources that free themselves at the end of their scope, and the way to hand one over.
 *
 *     AUTO_FREE char *text = NULL;
 *     AUTO_CLOSE int fd = -1;
 *     ...
 *     *out = STEAL(text);
 */
#ifndef GRADER_BASE_CLEANUP_H
#define GRADER_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <dirent.h>

static inline void cleanup_free(void *pointer)
{
    free(*(void **)pointer);
}

static inline void cleanup_close(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static inline void cleanup_file(FILE **file)
{
    if (*file != NULL)
        fclose(*file);
}

static inline void cleanup_directory(DIR **directory)
{
    if (*directory != NULL)
        closedir(*directory);
}

#define AUTO_FREE __attribute__((cleanup(cleanup_free)))
#define AUTO_CLOSE __attribute__((cleanup(cleanup_close)))
#define AUTO_FILE __attribute__((cleanup(cleanup_file)))
#define AUTO_DIRECTORY __attribute__((cleanup(cleanup_directory)))

/* The value of a pointer variable, which is NULL afterwards. */
#define STEAL(pointer)                                                                             \
    __extension__({                                                                                \
        __typeof__(pointer) stolen_ = (pointer);                                                   \
        (pointer) = NULL;                                                                          \
        stolen_;                                                                                   \
    })

#endif
