/* refusal.c - the words of each refusal; see ekc/ask.h. */
#include <stdio.h>
#include <string.h>

#include "ekc/ask.h"

#define CODE(name) EKC__V1__REFUSAL_CODE__REFUSAL_CODE_##name

/* A text reads "field: what is wrong (limit word: limit)". */
static const struct words {
    Ekc__V1__RefusalCode code;
    const char *what_ru, *limit_ru;
    const char *what_en, *limit_en;
} table[] = {
    /* clang-format off: what it says in Russian, then in English */
    { CODE(MALFORMED), "сообщение не является конвертом Envelope", "",
      "the frame is no Envelope", "" },
    { CODE(SEVERAL_FRAMES), "в сообщении должен быть один кадр данных", "кадров",
      "a message must have one payload frame", "frames" },
    { CODE(MESSAGE_TOO_LARGE), "сообщение слишком велико", "предел, байт",
      "the message is too large", "limit in bytes" },
    { CODE(TOO_COMPLEX), "сообщение занимает слишком много памяти", "предел",
      "the message takes too much memory", "limit" },
    { CODE(EMPTY_ENVELOPE), "конверт пуст", "", "the envelope is empty", "" },
    { CODE(UNKNOWN_MESSAGE), "такое сообщение здесь не принимается", "принимаются",
      "this message is not taken here", "taken" },
    { CODE(NOT_ALLOWED), "отправителю не разрешено такое сообщение", "разрешено",
      "the sender may not send this message", "allowed" },
    { CODE(BUSY), "служба занята, повторите позже", "предел",
      "the service is busy, send again later", "limit" },
    { CODE(DRAINING), "служба останавливается, обратитесь к другой", "",
      "the service is about to stop, ask another", "" },
    { CODE(MISSING), "значение обязательно", "допустимо", "a value is due", "allowed" },
    { CODE(TOO_LONG), "значение слишком длинное", "предел, байт", "the value is too long",
      "limit in bytes" },
    { CODE(TOO_MANY), "слишком много элементов", "предел", "too many elements", "limit" },
    { CODE(NOT_UTF8), "значение не в кодировке UTF-8", "", "the value is not UTF-8", "" },
    { CODE(HAS_NUL), "значение содержит нулевой байт", "", "the value contains a NUL", "" },
    { CODE(UNKNOWN_VALUE), "значения нет в справочнике", "допустимо",
      "the value is not in the Catalog", "allowed" },
    { CODE(TOO_EARLY), "слишком рано", "не раньше", "too early", "not before" },
    { CODE(TOO_LATE), "слишком поздно", "не позже", "too late", "not after" },
    { CODE(FOREIGN_PORTAL), "назван чужой портал", "ваш портал",
      "names a portal that is not the caller's own", "yours" },
    { CODE(OUT_OF_RANGE), "значение вне допустимых границ", "допустимо",
      "the value is out of range", "allowed" },
    { CODE(MALFORMED_VALUE), "значение записано неверно", "образец",
      "the value is not written as it should be", "form" },
    { CODE(KEY_REUSED), "этот внешний номер уже занят другим обращением", "",
      "this external id belongs to another inquiry", "" },
    { CODE(NUMBER_MISTYPED), "в номере неверна цифра или переставлены соседние", "образец",
      "a digit of the number is wrong, or two neighbours are swapped", "form" },
    { CODE(NOT_FOUND), "не найдено", "", "not found", "" },
    { CODE(UNSUPPORTED), "на такой вопрос ответа нет", "допустимо",
      "a valid question that is not answered", "allowed" },
    { CODE(NOT_STORABLE), "база данных не принимает это обращение", "",
      "the database refuses this inquiry", "" },
    /* clang-format on */
};

static const struct words *words_of(Ekc__V1__RefusalCode code)
{
    static const struct words none = {
        .what_ru = "отказано", .limit_ru = "предел", .what_en = "refused", .limit_en = "limit"
    };
    for (size_t i = 0; i < EKC_COUNT(table); i++)
        if (table[i].code == code)
            return &table[i];
    return &none;
}

static char *copy(ekc_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *memory = ekc_arena_take(arena, size);
    return memory ? memcpy(memory, text, size) : NULL;
}

static char *compose(ekc_arena *arena, const char *field, const char *what, const char *word,
                     const char *limit)
{
    bool has_limit = limit[0] && word[0];
    size_t size = strlen(field) + strlen(what) + strlen(word) + strlen(limit) + 8;
    char *text = ekc_arena_take(arena, size);
    if (!text)
        return NULL;

    (void)snprintf(text, size, "%s%s%s%s%s%s%s%s", field, field[0] ? ": " : "", what,
                   has_limit ? " (" : "", has_limit ? word : "", has_limit ? ": " : "",
                   has_limit ? limit : "", has_limit ? ")" : "");
    return text;
}

const Ekc__V1__Refusal *ekc_refusal(ekc_arena *arena, Ekc__V1__RefusalCode code,
                                    const char *field, const char *limit)
{
    static const Ekc__V1__Refusal fallback = {
        .base = PROTOBUF_C_MESSAGE_INIT(&ekc__v1__refusal__descriptor),
        .code = CODE(TOO_COMPLEX),
        .field = "",
        .limit = "",
        .text_ru = "сообщение занимает слишком много памяти",
        .text_en = "the message takes too much memory",
    };
    const struct words *words = words_of(code);
    Ekc__V1__Refusal *refusal = ekc_arena_take(arena, sizeof *refusal);
    if (!refusal)
        return &fallback;

    ekc__v1__refusal__init(refusal);
    refusal->code = code;
    refusal->field = copy(arena, field ? field : "");
    refusal->limit = copy(arena, limit ? limit : "");
    if (!refusal->field || !refusal->limit)
        return &fallback;

    refusal->text_ru =
        compose(arena, refusal->field, words->what_ru, words->limit_ru, refusal->limit);
    refusal->text_en =
        compose(arena, refusal->field, words->what_en, words->limit_en, refusal->limit);
    return refusal->text_ru && refusal->text_en ? refusal : &fallback;
}
