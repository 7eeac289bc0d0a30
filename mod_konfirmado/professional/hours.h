#ifndef KFM_PROFESSIONAL_HOURS_H
#define KFM_PROFESSIONAL_HOURS_H
/*
 * The weekly hours and the days that differ, as an editor shows them and as the
 * database takes them. A day is a list of spans; what lies between two of them is a
 * break, so the rows of kind "break" of a document are cut out of the others.
 *
 * Fields: hD (checkbox: works that day), hD.Na and hD.Nb (from, to) for the days 1
 * (Monday) to 7; oN.day, oN.closed, oN.a, oN.b for the days that differ.
 */
#include "page/form.h"

/** Sets `days` (name, field, on, spans) and `overrides` of a view. */
void kfm_hours_show(kfm_view_t *view, const kfm_form_t *form);

/**
 * Sets "hours" and "overrides" of a document by what was posted; what is wrong is added to
 * form->errors (fields "hD" and "oN.day", where the page shows it). Days that differ and are not on the page stay.
 */
void kfm_hours_read(json_t *doc, kfm_form_t *form);

#endif
