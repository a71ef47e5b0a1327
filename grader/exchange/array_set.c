#include "grader/exchange/array_set.h"

#include <string.h>

int array_set_find(const struct array_set *set, const char *name)
{
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->items[i].name, name) == 0)
            return (int)i;
    return -1;
}

int array_set_add(struct array_set *set, const char *name, struct ref_array *array)
{
    size_t length = strlen(name);
    if (set->count >= ARRAY_SET_MAX || length >= ARRAY_NAME_MAX || array_set_find(set, name) >= 0)
        return -1;
    struct named_array *item = &set->items[set->count++];
    memcpy(item->name, name, length + 1);
    item->array = *array;
    *array = (struct ref_array)REF_ARRAY_EMPTY;
    return 0;
}

void array_set_release(struct array_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        ref_array_release(&set->items[i].array);
    set->count = 0;
}
