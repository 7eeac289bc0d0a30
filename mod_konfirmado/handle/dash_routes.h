#ifndef KFM_HANDLE_DASH_ROUTES_H
#define KFM_HANDLE_DASH_ROUTES_H
/* The pages where a merchant sets things up: http/routes_dash.def says which path comes where. */
#include "http/call.h"

/* dash_home.c */
kf_err_t *kfm_dash_home(kfm_call_t *call);
/* dash_branding.c */
kf_err_t *kfm_dash_branding(kfm_call_t *call);
kf_err_t *kfm_dash_branding_save(kfm_call_t *call);
kf_err_t *kfm_dash_branding_domain(kfm_call_t *call);
kf_err_t *kfm_dash_branding_logo(kfm_call_t *call);
/* dash_service.c */
kf_err_t *kfm_dash_services(kfm_call_t *call);
kf_err_t *kfm_dash_service_new(kfm_call_t *call);
kf_err_t *kfm_dash_service_create(kfm_call_t *call);
kf_err_t *kfm_dash_service(kfm_call_t *call);
kf_err_t *kfm_dash_service_save(kfm_call_t *call);
kf_err_t *kfm_dash_service_ask(kfm_call_t *call);
kf_err_t *kfm_dash_service_archive(kfm_call_t *call);
kf_err_t *kfm_dash_service_restore(kfm_call_t *call);
kf_err_t *kfm_dash_service_image(kfm_call_t *call);
/* dash_professional.c */
kf_err_t *kfm_dash_professionals(kfm_call_t *call);
kf_err_t *kfm_dash_professional_new(kfm_call_t *call);
kf_err_t *kfm_dash_professional_create(kfm_call_t *call);
kf_err_t *kfm_dash_professional(kfm_call_t *call);
kf_err_t *kfm_dash_professional_save(kfm_call_t *call);
kf_err_t *kfm_dash_professional_ask(kfm_call_t *call);
kf_err_t *kfm_dash_professional_archive(kfm_call_t *call);
kf_err_t *kfm_dash_professional_restore(kfm_call_t *call);
kf_err_t *kfm_dash_professional_photo(kfm_call_t *call);
/* dash_closed.c */
kf_err_t *kfm_dash_closed_days(kfm_call_t *call);
kf_err_t *kfm_dash_closed_add(kfm_call_t *call);
kf_err_t *kfm_dash_closed_remove(kfm_call_t *call);
/* dash_link.c */
kf_err_t *kfm_dash_links(kfm_call_t *call);
kf_err_t *kfm_dash_link_new(kfm_call_t *call);
kf_err_t *kfm_dash_link_create(kfm_call_t *call);
kf_err_t *kfm_dash_link(kfm_call_t *call);
kf_err_t *kfm_dash_link_save(kfm_call_t *call);
kf_err_t *kfm_dash_link_ask(kfm_call_t *call);
kf_err_t *kfm_dash_link_archive(kfm_call_t *call);
kf_err_t *kfm_dash_link_restore(kfm_call_t *call);
kf_err_t *kfm_dash_link_qr(kfm_call_t *call);
/* dash_payments.c */
kf_err_t *kfm_dash_payments(kfm_call_t *call);
kf_err_t *kfm_dash_payments_save(kfm_call_t *call);
kf_err_t *kfm_dash_payments_test(kfm_call_t *call);

#endif
