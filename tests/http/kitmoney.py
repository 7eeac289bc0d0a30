"""Payments at the sandbox's provider, and the sums of a business."""
import pytest

AMOUNT = 3000000  # a quarter of 120.000
STATUSES = ("PENDING", "DECLINED", "APPROVED", "VOIDED")
UNBALANCED = "SELECT count(*) FROM kf.ledger WHERE approved <> applied + credit + refund_due + refunded"


@pytest.fixture(autouse=True)
def balanced(demo):
    """After every case: the sums are consistent for every tenant, no booking is paid without money."""
    yield
    assert demo.one(UNBALANCED) == 0
    assert demo.one("""
        SELECT count(*) FROM kf.booking b WHERE b.status IN ('paid', 'confirmed') AND b.charge_cents > 0
           AND NOT EXISTS (SELECT FROM kf.payment p WHERE p.tenant_id = b.tenant_id AND p.booking_id = b.booking_id
                           AND p.state = 'applied' AND p.amount_cents = b.charge_cents)""") == 0
    # (A cancelled booking may keep money, by the policy or by the merchant's decision.)
    assert demo.one("""
        SELECT count(*) FROM kf.payment p JOIN kf.booking b USING (tenant_id, booking_id)
        WHERE p.state = 'applied' AND b.status IN ('pending', 'expired', 'failed', 'cancelled')
          AND NOT EXISTS (SELECT FROM kf.booking_history h
                          WHERE h.tenant_id = b.tenant_id AND h.booking_id = b.booking_id AND h.version <= b.version
                            AND h.to_status = 'cancelled' AND h.actor IN ('customer', 'merchant'))""") == 0


def money(applied=0, credit=0, refund_due=0, refunded=0):
    return {"currency": "COP", "approved": applied + credit + refund_due + refunded, "applied": applied, "credit": credit,
            "refund_due": refund_due, "refunded": refunded}


def events(shop, status=None):
    query = "SELECT count(*) FROM kf.webhook_event WHERE tenant_id = '%s'" % shop.tenant
    return shop.demo.one(query + (" AND status = '%s'" % status if status else ""))


def late_booking(shop):
    booking = shop.book()
    made = shop.transaction(booking.reference, AMOUNT, "PENDING")
    shop.demo.clock_at(booking.hold["expires_at"], late=1)
    booking.wait("expired")
    return booking, made["id"]
