#ifndef KF_CALENDAR_GOOGLE_H
#define KF_CALENDAR_GOOGLE_H
/*
 * Google Calendar: OAuth 2.0 with offline access, Calendar API v3.
 *
 * The scopes requested, and no wider ones:
 *   openid email                   who the account is
 *   calendar.calendarlist.readonly which calendars it has
 *   calendar.events.freebusy       busy time of all of them, changes, channels
 *   calendar.events.owned          events in those that the account owns
 * With that only owned calendars are writable, so only they are offered.
 *
 * The signature of an id_token is not checked: it came straight from the token
 * endpoint over verified TLS, which OpenID Connect Core 1.0, section 3.1.3.7,
 * item 6 allows. iss, aud, exp and nonce are checked.
 *
 * We choose an event's id: the 16 bytes of a UUID in base32hex (RFC 4648, section 7)
 * without padding, in lower case; 26 characters. So writing twice makes one event.
 *
 * Protocol: developers.google.com/identity/protocols/oauth2/web-server,
 * developers.google.com/calendar/api/v3/reference, as of 2026-11.
 */
#include "calendar/provider.h"

extern const kf_calendar_provider_t kf_calendar_google;

#define KF_GOOGLE_AUTHORIZE "https://accounts.google.com/o/oauth2/v2/auth"
#define KF_GOOGLE_TOKEN "https://oauth2.googleapis.com/token"
#define KF_GOOGLE_REVOKE "https://oauth2.googleapis.com/revoke"
#define KF_GOOGLE_API "https://www.googleapis.com/calendar/v3"

#define KF_GOOGLE_EVENT_ID_CHARS 26

/** The id of an event, ends in NUL. */
void kf_google_event_id(char out[KF_GOOGLE_EVENT_ID_CHARS + 1], const kf_uuid_t *id);

#endif
