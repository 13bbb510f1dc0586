/* base.h - the few words every file may use. It includes nothing but libc. */
#ifndef EKC_BASE_H
#define EKC_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EKC_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define EKC_CLEANUP(close) __attribute__((cleanup(close)))
#define EKC_MUST_CHECK __attribute__((warn_unused_result))
#define EKC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#define EKC_VERSION "0.1.0"

/* Bytes that belong to somebody else; who, the lending function says. */
struct ekc_bytes {
    const void *data;
    size_t len;
};

#endif
