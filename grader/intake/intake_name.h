/**
 * @file
 * Which names a tree may hold. Git itself writes none of the refused ones; each of them has been
 * used to make a checkout write where it should not.
 */
#ifndef GRADER_INTAKE_INTAKE_NAME_H
#define GRADER_INTAKE_INTAKE_NAME_H

#include <stddef.h>

/** What is wrong with the name of one entry (no path), in words; NULL when nothing is. */
const char *intake_name_fault(const char *name, size_t size);

/** Writes untrusted bytes as printable UTF-8 into @p text, shortened with "..." when they do not
 * fit. Always NUL-terminated; @p capacity is at least 8. */
void intake_escape(char *text, size_t capacity, const void *bytes, size_t size);

/** Orders names without regard to ASCII case, then by bytes. */
int intake_name_compare_folded(const char *left, const char *right);

#endif
