"""GET and POST /google/o/oauth2/v2/auth: account choice and consent. Errors of the request are shown on a page here
and never sent back to the client. It is as strict as Google about parameters and redirect URIs, and stricter in
two points: `state` and a PKCE challenge with S256 are required."""

import re
import urllib.parse

import google_grants
from google_scopes import BASIC
from pages import google as google_pages
from web import html_response, redirect

ALLOWED = {"client_id", "redirect_uri", "response_type", "scope", "state", "access_type", "prompt",
           "include_granted_scopes", "login_hint", "code_challenge", "code_challenge_method",
           "nonce", "hl", "enable_granular_consent"}
CHOICES = {"response_type": ("code",), "access_type": ("online", "offline"),
           "include_granted_scopes": ("true", "false"), "code_challenge_method": ("S256",),
           "enable_granular_consent": ("true", "false")}
PROMPTS = {"none", "consent", "select_account"}


class Trouble(Exception):
    """The error of the request: a code and a sentence, for the page."""

    def __init__(self, code, text, status=400):
        super().__init__(code)
        self.code, self.text, self.status = code, text, status


class OAuth:
    def __init__(self, store, grants):
        self.store = store
        self.grants = grants

    def check(self, request):
        """The parameters of an authorization request, or Trouble."""
        pairs = request.pairs()
        names = [name for name, _ in pairs]
        for name in names:
            if name not in ALLOWED:
                raise Trouble("invalid_request",
                              "Parameter not allowed for this message type: " + name)
            if names.count(name) > 1:
                raise Trouble("invalid_request",
                              "OAuth 2 parameters can only have a single value: " + name)
        asked = dict(pairs)
        for name in ("client_id", "redirect_uri", "response_type", "scope", "state",
                     "code_challenge", "code_challenge_method"):
            if not asked.get(name):
                raise Trouble("invalid_request", "Required parameter is missing: " + name)
        client = self.store.find("clients", asked["client_id"])
        if client is None:
            raise Trouble("invalid_client", "The OAuth client was not found.", 401)
        if asked["redirect_uri"] not in client["redirect_uris"]:
            raise Trouble("redirect_uri_mismatch", "redirect_uri=" + asked["redirect_uri"])
        for name, values in CHOICES.items():
            if name in asked and asked[name] not in values:
                raise Trouble("invalid_request", "Invalid %s: %s" % (name, asked[name]))
        if not re.fullmatch(r"[A-Za-z0-9_-]{43}", asked["code_challenge"]):
            raise Trouble("invalid_request", "Invalid parameter value for code_challenge")
        if set(asked.get("prompt", "").split()) - PROMPTS:
            raise Trouble("invalid_request", "Invalid parameter value for prompt")
        try:
            asked["scopes"] = google_grants.scopes_of(asked["scope"])
        except ValueError as error:
            raise Trouble("invalid_scope", "Some requested scopes cannot be shown: %s" % error) \
                from error
        return client, asked

    def route(self, request):
        try:
            client, asked = self.check(request)
        except Trouble as trouble:
            return html_response(google_pages.refused(trouble.code, trouble.text), trouble.status,
                                 {"X-Sandbox-Refusal": trouble.code})
        if request.method == "GET":
            hint = self.store.find("accounts", asked.get("login_hint", ""))
            if hint and "select_account" not in asked.get("prompt", ""):
                return self.consent(request, client, asked, hint)
            return html_response(google_pages.chooser(client, self.store.rows("accounts"),
                                                      request.query_string))
        return self.decide(request, client, asked)

    def consent(self, request, client, asked, account):
        """The page of scopes; scopes granted before are not asked for again."""
        given = self.grants.granted(client["client_id"], account["email"])
        if not set(asked["scopes"]) - set(given) and "consent" not in asked.get("prompt", ""):
            return self.back(asked, account, asked["scopes"], False)
        return html_response(google_pages.consent(client, account, asked["scopes"],
                                                  request.query_string))

    def decide(self, request, client, asked):
        """The person's action on a page: chose an account, allowed, or cancelled."""
        pairs = urllib.parse.parse_qsl(request.body.decode("utf-8", "replace"))
        form = dict(pairs)
        if form.get("decision") == "cancel":
            return self.leave(asked, {"error": "access_denied", "state": asked["state"]})
        account = self.store.find("accounts", form.get("account", ""))
        if account is None:
            return html_response(google_pages.refused("unknown_account", "No existe esa cuenta."),
                                 400, {"X-Sandbox-Refusal": "unknown_account"})
        if form.get("decision") != "allow":
            return self.consent(request, client, asked, account)
        ticked = {value for name, value in pairs if name == "scope"}
        choice = [one for one in asked["scopes"] if one not in BASIC]
        if len(choice) == 1:
            ticked.update(choice)  # a single scope has no checkbox: all or nothing
        scopes = [one for one in asked["scopes"] if one in BASIC or one in ticked]
        return self.back(asked, account, scopes, True)

    def back(self, asked, account, scopes, consented):
        code, scopes = self.grants.make_code(asked, account["email"], scopes, consented)
        values = {"state": asked["state"], "code": code, "scope": " ".join(scopes),
                  "authuser": "0"}
        if consented:
            values["prompt"] = "consent"
        return self.leave(asked, values)

    @staticmethod
    def leave(asked, values):
        parts = urllib.parse.urlsplit(asked["redirect_uri"])
        query = parts.query + "&" if parts.query else ""
        return redirect(urllib.parse.urlunsplit(parts._replace(
            query=query + urllib.parse.urlencode(values))), 302)
