#ifndef KFM_PROFESSIONAL_HOURS_H
#define KFM_PROFESSIONAL_HOURS_H
/*
 * The weekly hours and the overrides of single days, as the editor shows them and
 * as the database stores them. A day is a list of spans. The time between two spans
 * is a break, so the rows of kind "break" of a document are cut out of the others.
 *
 * Fields: hD (checkbox: works that day), hD.Na and hD.Nb (from, to) for the days 1
 * (Monday) to 7; oN.day, oN.closed, oN.a, oN.b for the overrides.
 */
#include "page/form.h"

/** Sets `days` (name, field, on, spans) and `overrides` of a view. */
void kfm_hours_show(kfm_view_t *view, const kfm_form_t *form);

/**
 * Sets "hours" and "overrides" of a document from the posted form. Adds errors to form->errors (fields "hD" and
 * "oN.day", where the page shows them). Keeps the overrides that are not on the page.
 */
void kfm_hours_read(json_t *doc, kfm_form_t *form);

#endif
