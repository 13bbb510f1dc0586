/* submit_window.h - messages on their way: sent, sent again until they are answered, to every
 * intake in turn. It behaves as PROTOCOL.md tells a client to. */
#ifndef EKC_SUBMIT_WINDOW_H
#define EKC_SUBMIT_WINDOW_H

#include <stdio.h>

#include "submit_sum.h"

typedef struct submit_window submit_window;

struct submit_window_options {
    size_t inquiries; /* on their way at most */
    const char *portal;
    FILE *journal; /* NULL = none */
    struct submit_sum *sum;
};

/* Connects to the addresses of EKC_INTAKE; logs what is wrong. */
EKC_MUST_CHECK int submit_window_open(submit_window **ret_window,
                                      const struct submit_window_options *options);
bool submit_window_has_room(const submit_window *window);
bool submit_window_is_empty(const submit_window *window);

/* Sends a message; count inquiries are copied. Only while there is room. */
EKC_MUST_CHECK int submit_window_send(submit_window *window, Ekc__V1__Inquiry **inquiries,
                                      size_t count);

/* Waits up to timeout_ms for answers, counts them, and sends again what is due. -ETIMEDOUT when
 * nothing at all has been heard for 60 s, or 10 s from the start, -EACCES when a message was
 * refused as a whole. */
EKC_MUST_CHECK int submit_window_turn(submit_window *window, long timeout_ms);
void submit_window_close(submit_window **window);

#endif
