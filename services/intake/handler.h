/* handler.h - one letter at the portals' end: read, decide, answer or put into the batch. */
#ifndef INTAKE_HANDLER_H
#define INTAKE_HANDLER_H

#include "intake/intake.h"

/* Binds the portals' end and serves it; logs what fails. */
EKC_MUST_CHECK int handler_open(struct intake *intake);
void handler_close(struct intake *intake);

#endif
