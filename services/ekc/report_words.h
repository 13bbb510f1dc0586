/* report_words.h - numbers and nouns as Russian and English write them. Pure. */
#ifndef EKC_REPORT_WORDS_H
#define EKC_REPORT_WORDS_H

#include "report.h"

enum { WORDS_SIZE = 64 };

/* 168300 as "168 300" (no-break spaces) or "168,300". */
void words_number(enum report_language language, uint64_t number, char text[static WORDS_SIZE]);

/* 3.63 with one digit as "3,6" or "3.6". */
void words_decimal(enum report_language language, double number, char text[static WORDS_SIZE]);

/* 0.127 as "+12,7 %" or "+12.7%"; without the sign for a share. */
void words_percent(enum report_language language, double share, bool has_sign,
                   char text[static WORDS_SIZE]);

/* обращение, обращения or обращений; inquiry or inquiries. */
const char *words_inquiries(enum report_language language, uint64_t number);

/* Columns of a terminal that text takes: its code points. */
size_t words_width(const char *text);

#endif
