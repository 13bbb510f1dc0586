/* data.c - see data.h. */
#include "data.h"

#include <string.h>

const char *data_find(const char *suffix)
{
    for (size_t i = 0; i < ekc_data_count; i++) {
        size_t len = strlen(ekc_data[i].path);
        size_t tail = strlen(suffix);
        if (len >= tail && strcmp(ekc_data[i].path + len - tail, suffix) == 0)
            return ekc_data[i].text;
    }
    return NULL;
}
