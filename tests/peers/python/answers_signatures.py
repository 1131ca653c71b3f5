"""Answers the questions of `smileid-conformance vectors --exec` about signatures, with Python only."""

import base64
import hashlib
import hmac
import json
import sys


def sign(question):
    message = question["timestamp"] + question["partner_id"] + "sid_request"
    digest = hmac.new(question["api_key"].encode(), message.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def answer(question):
    if question["do"] not in ("sign", "verify"):
        return {"unsupported": "this example only knows signatures"}
    for name in ("partner_id", "api_key", "timestamp"):
        if not isinstance(question[name], str) or question[name] == "":
            return {"refused": {"message": f"{name} must be a text that is not empty"}}
    if question["do"] == "sign":
        return {"signature": sign(question)}
    return {"accepted": hmac.compare_digest(sign(question).encode(), question["signature"].encode())}


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], **answer(question)}), flush=True)
