/* salt.h - random bytes for fingerprints, fetched from the kernel by the page. */
#ifndef INTAKE_SALT_H
#define INTAKE_SALT_H

#include <stdint.h>

void salt_take(uint8_t ret_salt[static 16]);

#endif
