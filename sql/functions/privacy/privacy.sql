-- The functions of other roles that the privacy role may call.
GRANT EXECUTE ON FUNCTION kf.now, kf.refuse, kf.audit_put, kf.audit_scrubbed, kf.search_fold, kf.booking_ahead,
    kf.booking_owes, kf.calendar_want TO konfirmado_privacy;
