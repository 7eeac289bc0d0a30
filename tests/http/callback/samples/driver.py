# Follows the sample of the page. See test_samples.py for its input.
import sys

for line in sys.stdin:
    kind, now, *rest = line.rstrip("\n").split("\t")
    secret, body, *pairs = [base64.b64decode(field) for field in rest]
    texts = [field.decode() for field in pairs]
    named = dict(zip(texts[::2], texts[1::2]))
    try:
        if kind == "webhook":
            answer = verify_webhook(named, body, secret.decode(), int(now))
        elif kind == "firma":
            answer = verify_firma(body, secret.decode())
        else:
            answer = verify_return(named, secret.decode(), int(now))
    except Exception:
        answer = "error"
    print(str(answer).lower())
