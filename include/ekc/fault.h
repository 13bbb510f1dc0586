/* fault.h - named points at which a test build can be told to die, to stand still or to be
 * slow.
 *
 * CHAOS_FAULT="POINT:NTH:ACTION" does ACTION at the nth visit of a point, at each one when NTH
 * is 0: crash = SIGKILL to itself, stall = SIGSTOP to itself, a number = sleep so many ms.
 * CHAOS_POISON="WORD" aborts where a text that holds WORD is judged. A release build has
 * nothing of it: `make MODE=fault` makes the other. */
#ifndef EKC_FAULT_H
#define EKC_FAULT_H

#include "ekc/base.h"

#ifdef EKC_FAULTS
void ekc_fault(const char *point);
void ekc_fault_poison(const char *text);
#define EKC_FAULT(point) ekc_fault(point)
#define EKC_FAULT_POISON(text) ekc_fault_poison(text)
#else
#define EKC_FAULT(point) ((void)0)
#define EKC_FAULT_POISON(text) ((void)0)
#endif

#endif
