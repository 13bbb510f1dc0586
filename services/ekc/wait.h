/* wait.h - waiting until the centre has judged and counted all that it has received. */
#ifndef EKC_WAIT_H
#define EKC_WAIT_H

#include "ekc/base.h"

/* 0 when it has; -ETIMEDOUT when nothing has moved for 60 s, logged. */
EKC_MUST_CHECK int wait_until_counted(void);

#endif
