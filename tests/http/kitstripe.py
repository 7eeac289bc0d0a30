"""A tenant whose payments go through Stripe."""
from kithttp import private
from kitshop import Shop, key


class StripeShop(Shop):
    """Its checkouts are made by a call."""

    def _payments(self):
        self.keys = {"private_key": key("sk_test_"), "events_secret": key("whsec_")}
        private(*self.keys.values())
        made = self.demo.make("payment-account", "set", self.sub, "--provider", "stripe", *self._words(self.keys))
        self.hook_path = made["path"]
        self.stripe("accounts", **self.keys, name=self.sub, events_url=self.demo.about["base_url"] + made["path"])

    def stripe(self, act, ok=True, **body):
        return self.demo.sandbox("stripe/" + act, body, ok=ok)

    def mode(self, **mode):
        self.stripe("mode", private_key=self.keys["private_key"], **mode)

    def attempts(self, booking_id):
        return self.demo.sql("SELECT * FROM kf.payment_attempt WHERE booking_id = '%s' ORDER BY n" % booking_id)

    def sessions(self, booking_id):
        """What the provider has for a booking, by the references of its attempts."""
        return [one for attempt in self.attempts(booking_id)
                for one in self.demo.sandbox("stripe/sessions?reference=" + attempt["reference"])]

    def calls(self, booking_id):
        """The requests for a checkout, whatever came of them."""
        keys = {"kf:%s:create" % one["reference"] for one in self.attempts(booking_id)}
        return [one for one in self.demo.sandbox("stripe/requests?path=/checkout/sessions") if one["key"] in keys]

    def waiting(self):
        """Requests for a checkout of this tenant that have no answer yet."""
        keys = {"kf:%s:create" % one["reference"] for one in self.demo.sql(
            "SELECT reference FROM kf.payment_attempt WHERE tenant_id = '%s'" % self.tenant)}
        return [one for one in self.demo.sandbox("stripe/requests?path=/checkout/sessions")
                if one["key"] in keys and one["status"] is None]

    def pay_card(self, booking, card="4242424242424242"):
        return self.stripe("pay", session=booking.checkout_url, card=card)

    def refunds(self, intent):
        return [one for one in self.demo.sandbox("stripe/refunds") if one["payment_intent"] == intent]
