"""Grants of the Google stand-in: codes, access and refresh tokens, and the token endpoint.

A code works once within ten minutes, for the client, redirect URI and verifier it was made for. A
refresh token comes with offline access, and only when the consent page was shown. Revoking any
token ends all of the account's for that client.
"""

import base64
import hashlib
import hmac
import json
import re
import secrets
import threading

from google_scopes import BASIC, PREFIX, canonical
from web import Refusal, json_response

CODE_LIFE_S = 600
REFRESH_MAX = 100  # valid refresh tokens of an account for one client: the oldest becomes invalid silently
FORM = "application/x-www-form-urlencoded"


def wrong(error, text, status=400, **more):
    return Refusal(status, dict({"error": error, "error_description": text}, **more))


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def challenge(verifier):
    return b64(hashlib.sha256(verifier.encode("ascii", "replace")).digest())


class Grants:
    def __init__(self, store, issuer):
        self.store = store
        self.issuer = issuer
        self.lock = threading.RLock()
        self.codes = {}

    def now(self):
        return self.store.clock.now()

    # --- codes ---

    def granted(self, client_id, email):
        """The scopes that an account has granted to a client so far."""
        grant = self.store.find("grants", client_id + "\n" + email)
        return list(grant["scopes"]) if grant else []

    def make_code(self, request, email, scopes, consented):
        """A code for the authorization `request` (checked parameters of the authorize page)."""
        key = request["client_id"] + "\n" + email
        with self.lock:
            given = self.granted(request["client_id"], email)
            both = given + [one for one in scopes if one not in given]
            self.store.put("grants", key, {"client_id": request["client_id"], "account": email,
                                           "scopes": both})
            if request.get("include_granted_scopes") == "true":
                scopes = both
            code = "4/0A" + secrets.token_urlsafe(48)
            self.codes[code] = {"request": request, "account": email, "scopes": scopes,
                                "consented": consented, "until": self.now() + CODE_LIFE_S}
        return code, scopes

    # --- tokens ---

    def make_access(self, client_id, email, scopes):
        token, now = "ya29.a0" + secrets.token_urlsafe(90), self.now()
        with self.lock:
            for old, row in list(self.store.tables["access"].items()):
                if row["until"] < now - 3600:
                    self.store.drop("access", old)
            self.store.put("access", token, {
                "client_id": client_id, "account": email, "scopes": scopes,
                "until": now + self.store.setting("expires_in")})
        return token

    def make_refresh(self, client_id, email, scopes):
        token, life = "1//0" + secrets.token_urlsafe(72), self.store.setting("refresh_token_expires_in")
        with self.lock:
            mine = [(row["made"], old) for old, row in self.store.tables["refresh"].items()
                    if (row["client_id"], row["account"]) == (client_id, email)]
            for _, old in sorted(mine)[:max(0, len(mine) - REFRESH_MAX + 1)]:
                self.store.drop("refresh", old)
            self.store.put("refresh", token, {
                "client_id": client_id, "account": email, "scopes": scopes, "made": self.now(),
                "until": None if life is None else self.now() + life})
        return token

    def bearer(self, request):
        """The row of the access token of a request; None without a valid one."""
        value = request.headers.get("Authorization", "")
        row = self.store.find("access", value[7:].strip()) if value[:7].lower() == "bearer " else None
        return row if row is not None and row["until"] > self.now() else None

    def end(self, email, client_id=None):
        """The account revokes its grant, without notification. Returns the number of invalidated refresh tokens."""
        with self.lock:
            dead = 0
            for table in ("access", "refresh", "grants"):
                for key, row in list(self.store.tables[table].items()):
                    if row["account"] == email and client_id in (None, row["client_id"]):
                        self.store.drop(table, key)
                        dead += table == "refresh"
            self.codes = {code: row for code, row in self.codes.items() if row["account"] != email}
        return dead

    def expire(self, email=None):
        """Access tokens (of an account) expire now; the grants stay."""
        with self.lock:
            keys = [key for key, row in self.store.tables["access"].items()
                    if email in (None, row["account"])]
            for key in keys:
                self.store.drop("access", key)
        return len(keys)

    def id_token(self, client, email, scopes, nonce):
        now, account = int(self.now()), self.store.account(email)
        claims = {"iss": "https://accounts.google.com", "azp": client["client_id"],
                  "aud": client["client_id"], "sub": account["sub"], "iat": now, "exp": now + 3600}
        if PREFIX + "userinfo.email" in scopes:
            claims.update(email=email, email_verified=True)
        if nonce:
            claims["nonce"] = nonce
        text = ".".join(b64(json.dumps(part).encode()) for part in (
            {"alg": "HS256", "typ": "JWT", "kid": "sandbox"}, claims))
        key = client["client_secret"].encode()
        return text + "." + b64(hmac.new(key, text.encode(), hashlib.sha256).digest())

    # --- POST /google/token ---

    def form(self, request):
        if request.headers.get("Content-Type", "").split(";")[0].strip().lower() != FORM:
            raise wrong("invalid_request", "Bad content type")
        pairs = request.body.decode("utf-8", "replace")
        names = [part.split("=", 1)[0] for part in pairs.split("&") if part]
        if len(names) != len(set(names)) or request.query_string:
            raise wrong("invalid_request", "Parameters belong into the body, each once")
        return request.form()

    def client(self, request, form):
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        basic = request.headers.get("Authorization", "")
        if basic.startswith("Basic "):
            try:
                name, _, secret = base64.b64decode(basic[6:]).decode().partition(":")
            except ValueError as error:
                raise wrong("invalid_client", "Unauthorized", 401) from error
        client = self.store.find("clients", name)
        if client is None:
            raise wrong("invalid_client", "The OAuth client was not found.", 401)
        if not hmac.compare_digest(secret.encode(), client["client_secret"].encode()):
            raise wrong("invalid_client", "Unauthorized", 401)
        return client

    def whose(self, request):
        """The account of a token request, to find its faults; None if there is none."""
        form = request.form()
        row = self.codes.get(form.get("code")) or self.store.find("refresh", form.get("refresh_token")) \
            or self.store.find("refresh", form.get("token")) \
            or self.store.find("access", form.get("token"))
        return row["account"] if row else None

    def token(self, request):
        form = self.form(request)
        kind = form.get("grant_type")
        if not kind:
            raise wrong("invalid_request", "Required parameter is missing: grant_type")
        if kind not in ("authorization_code", "refresh_token"):
            raise wrong("unsupported_grant_type", "Invalid grant_type: " + kind)
        client = self.client(request, form)
        with self.lock:
            answer = self.by_code(client, form) if kind == "authorization_code" \
                else self.by_refresh(client, form)
        return json_response(answer, 200, {"Pragma": "no-cache"})

    def by_code(self, client, form):
        if not form.get("code"):
            raise wrong("invalid_request", "Missing required parameter: code")
        entry = self.codes.get(form["code"])
        if entry is None or entry["until"] <= self.now() \
                or entry["request"]["client_id"] != client["client_id"]:
            raise wrong("invalid_grant", "Malformed auth code.")
        asked = entry["request"]
        if form.get("redirect_uri") != asked["redirect_uri"]:
            raise wrong("redirect_uri_mismatch", "Bad Request")
        verifier = form.get("code_verifier", "")
        if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
            raise wrong("invalid_grant", "Missing code verifier." if not verifier
                        else "Invalid code verifier.")
        if challenge(verifier) != asked["code_challenge"]:
            raise wrong("invalid_grant", "Invalid code verifier.")
        del self.codes[form["code"]]
        email, scopes = entry["account"], entry["scopes"]
        answer = self.answer(client, email, scopes, asked.get("nonce"))
        if asked.get("access_type") == "offline" and entry["consented"]:
            answer["refresh_token"] = self.make_refresh(client["client_id"], email, scopes)
            if self.store.setting("refresh_token_expires_in") is not None:
                answer["refresh_token_expires_in"] = self.store.setting("refresh_token_expires_in")
        return answer

    def by_refresh(self, client, form):
        if not form.get("refresh_token"):
            raise wrong("invalid_request", "Missing required parameter: refresh_token")
        row = self.store.find("refresh", form["refresh_token"])
        late = row is not None and row["until"] is not None and row["until"] <= self.now()
        if row is None or late or row["client_id"] != client["client_id"]:
            raise wrong("invalid_grant", "Token has been expired or revoked.")
        answer = self.answer(client, row["account"], row["scopes"], None)
        if self.store.setting("rotate_refresh"):
            answer["refresh_token"] = self.make_refresh(client["client_id"], row["account"],
                                                        row["scopes"])
            self.store.drop("refresh", form["refresh_token"])
        return answer

    def answer(self, client, email, scopes, nonce):
        answer = {"access_token": self.make_access(client["client_id"], email, scopes),
                  "expires_in": self.store.setting("expires_in"), "scope": " ".join(scopes),
                  "token_type": "Bearer"}
        if "openid" in scopes:
            answer["id_token"] = self.id_token(client, email, scopes, nonce)
        return answer

    # --- POST /google/revoke, GET /google/oauth2/v3/userinfo ---

    def revoke(self, request):
        token = self.form(request).get("token", "")
        row = self.store.find("refresh", token) or self.store.find("access", token)
        if row is None:
            raise wrong("invalid_token", "Token expired or revoked")
        self.end(row["account"], row["client_id"])
        return json_response({})

    def userinfo(self, request):
        row = self.bearer(request)
        if row is None or not set(row["scopes"]) & set(BASIC):
            raise wrong("invalid_request", "Invalid Credentials", 401)
        account = self.store.account(row["account"])
        answer = {"sub": account["sub"]}
        if PREFIX + "userinfo.email" in row["scopes"]:
            answer.update(email=account["email"], email_verified=True)
        if PREFIX + "userinfo.profile" in row["scopes"]:
            answer["name"] = account["name"]
        return json_response(answer)


def scopes_of(text):
    """The scopes of a request, canonical and without duplicates; ValueError names an unknown one."""
    found = []
    for name in text.split():
        scope = canonical(name)
        if scope is None:
            raise ValueError(name)
        if scope not in found:
            found.append(scope)
    return found
