#include "service/fields.h"

const kf_field_t kfm_service_fields[KFM_SERVICE_N] = {
#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}
#define FIELD(name_, type_, ...) {.name = #name_, .type = KF_F_##type_, __VA_ARGS__},
#include "service/fields.def"
};
