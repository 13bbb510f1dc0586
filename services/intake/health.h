/* health.h - intake's own pulse: pumping its connections, telling its state, stopping in order.
 */
#ifndef INTAKE_HEALTH_H
#define INTAKE_HEALTH_H

#include "intake/intake.h"

/* Opens the admin port and the timers; logs what fails. */
EKC_MUST_CHECK int health_open(struct intake *intake);

#endif
