#include "calendar/builtin.h"

const kf_calendar_provider_t kf_calendar_builtin = {.name = "builtin"};
