/* submit_sum.c - see submit_sum.h. */
#include "submit_sum.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ekc/loop.h"

enum { SHOW_MS = 100, BAR = 30 };

static const char *word_of(const ProtobufCEnumDescriptor *type, int value, const char *prefix)
{
    const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(type, value);
    size_t len = strlen(prefix);
    if (!found)
        return "UNKNOWN";
    return strncmp(found->name, prefix, len) == 0 ? found->name + len : found->name;
}

const char *submit_answer_word(Ekc__V1__Answer answer)
{
    return word_of(&ekc__v1__answer__descriptor, (int)answer, "ANSWER_");
}

const char *submit_code_word(Ekc__V1__RefusalCode code)
{
    return word_of(&ekc__v1__refusal_code__descriptor, (int)code, "REFUSAL_CODE_");
}

void submit_sum_start(struct submit_sum *sum)
{
    *sum = (struct submit_sum){ .started_ms = ekc_tick_ms(),
                                .is_terminal = isatty(STDERR_FILENO) };
}

void submit_sum_add(struct submit_sum *sum, const Ekc__V1__SubmitResult *result)
{
    switch (result->answer) {
    case EKC__V1__ANSWER__ANSWER_DURABLE:
        sum->durable++;
        return;
    case EKC__V1__ANSWER__ANSWER_DUPLICATE:
        sum->duplicate++;
        return;
    default: {
        unsigned code = result->refusal ? (unsigned)result->refusal->code : 0;
        sum->refused++;
        sum->by_code[code < SUBMIT_CODES_MAX ? code : 0]++;
        return;
    }
    }
}

static uint64_t answered(const struct submit_sum *sum)
{
    return sum->durable + sum->duplicate + sum->refused;
}

static double seconds(const struct submit_sum *sum)
{
    int64_t ms = ekc_tick_ms() - sum->started_ms;
    return (double)(ms > 0 ? ms : 1) / 1000;
}

void submit_sum_show(struct submit_sum *sum, int64_t done, int64_t whole)
{
    int64_t now = ekc_tick_ms();
    if (!sum->is_terminal || now - sum->shown_ms < SHOW_MS)
        return;
    sum->shown_ms = now;
    int filled = whole > 0 ? (int)(done * BAR / whole) : 0;
    (void)fprintf(stderr, "\r[%.*s%.*s] %llu answered, %.0f/s ", filled,
                  "##############################", BAR - filled,
                  "..............................", (unsigned long long)answered(sum),
                  (double)answered(sum) / seconds(sum));
}

void submit_sum_close(const struct submit_sum *sum)
{
    uint64_t sent = sum->read - sum->broken;
    if (sum->is_terminal)
        (void)fprintf(stderr, "\r%70s\r", "");
    (void)printf(
        "read %llu: broken %llu, sent %llu: durable %llu, duplicate %llu, refused %llu",
        (unsigned long long)sum->read, (unsigned long long)sum->broken,
        (unsigned long long)sent, (unsigned long long)sum->durable,
        (unsigned long long)sum->duplicate, (unsigned long long)sum->refused);
    const char *separator = " (";
    for (int code = 0; code < SUBMIT_CODES_MAX; code++) {
        if (sum->by_code[code] == 0)
            continue;
        (void)printf("%s%s %llu", separator, submit_code_word((Ekc__V1__RefusalCode)code),
                     (unsigned long long)sum->by_code[code]);
        separator = ", ";
    }
    (void)printf("%s, unanswered %llu; repeated messages %llu; %.1f s, %.0f/s\n",
                 *separator == ',' ? ")" : "", (unsigned long long)(sent - answered(sum)),
                 (unsigned long long)sum->repeated, seconds(sum),
                 (double)answered(sum) / seconds(sum));
}

bool submit_sum_is_good(const struct submit_sum *sum)
{
    return sum->broken == 0 && sum->refused == 0 && answered(sum) == sum->read;
}
