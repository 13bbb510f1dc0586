/* salt.c - see salt.h. A system call for each salt would cost more than its fingerprint. */
#include "intake/salt.h"

#include <sodium.h>
#include <stddef.h>
#include <string.h>

enum { SALT_SIZE = 16, POOL_SIZE = 4096 };

void salt_take(uint8_t ret_salt[static SALT_SIZE])
{
    static uint8_t pool[POOL_SIZE];
    static size_t left;
    if (left == 0) {
        randombytes_buf(pool, sizeof pool);
        left = sizeof pool;
    }
    left -= SALT_SIZE;
    memcpy(ret_salt, pool + left, SALT_SIZE);
}
