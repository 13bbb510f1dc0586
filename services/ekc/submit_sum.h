/* submit_sum.h - what came of a file: counts that add up, shown while it runs and at its end.
 */
#ifndef EKC_SUBMIT_SUM_H
#define EKC_SUBMIT_SUM_H

#include "ekc/wire.h"

enum { SUBMIT_CODES_MAX = 64 };

struct submit_sum {
    uint64_t read, broken;                /* rows of the file */
    uint64_t durable, duplicate, refused; /* answers that settle */
    uint64_t by_code[SUBMIT_CODES_MAX];   /* of the refused */
    uint64_t repeated;                    /* messages sent again */
    int64_t started_ms, shown_ms;
    bool is_terminal;
};

void submit_sum_start(struct submit_sum *sum);

/* Counts an answer that settles an inquiry. */
void submit_sum_add(struct submit_sum *sum, const Ekc__V1__SubmitResult *result);

/* Draws the bar on a terminal, ten times a second at most; done of whole bytes, whole 0 =
 * unknown. */
void submit_sum_show(struct submit_sum *sum, int64_t done, int64_t whole);

/* The closing line: rows = sent + broken; sent = durable + duplicate + refused + unanswered. */
void submit_sum_close(const struct submit_sum *sum);

/* True when every row was answered and none was refused or broken. */
bool submit_sum_is_good(const struct submit_sum *sum);

/* The word of an answer, as in the contract: "DURABLE". */
const char *submit_answer_word(Ekc__V1__Answer answer);

/* The word of a refusal's code, as in the contract: "TOO_LONG". */
const char *submit_code_word(Ekc__V1__RefusalCode code);

#endif
