/* log.h - one logfmt line per event on stderr: ts=… level=error svc=intake msg="…" err="…".
 * Never a citizen's text, never a contact. */
#ifndef EKC_LOG_H
#define EKC_LOG_H

#include "ekc/base.h"

/* Names the program in every line; name must live as long as the program. */
void ekc_log_open(const char *name);

/* One line at level info or warning; fmt gives the msg, quoted and escaped here. */
EKC_PRINTF(1, 2) void ekc_info(const char *fmt, ...);
EKC_PRINTF(1, 2) void ekc_warn(const char *fmt, ...);

/* Logs an error with errno -r in words and hands r back, so that a failure can be told and
 * returned at once. */
EKC_PRINTF(2, 3) int ekc_fail(int r, const char *fmt, ...);

#endif
