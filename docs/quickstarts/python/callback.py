"""Receives callbacks of versions 1 and 3 at /callback, and checks their signatures, with Python alone.

    smileid-mock exec -- python callback.py 8090
"""

import base64
import hashlib
import hmac
import json
import os
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PARTNER_ID = os.environ["SMILE_ID_PARTNER_ID"]
API_KEY = os.environ["SMILE_ID_API_KEY"]
LONGEST = 4 << 20  # bytes; results of version 1 have photos


def is_genuine(timestamp, signature):
    """True if the API signed the timestamp, in the last five minutes."""
    mac = hmac.new(API_KEY.encode(), f"{timestamp}{PARTNER_ID}sid_request".encode(), hashlib.sha256)
    if not hmac.compare_digest(base64.b64encode(mac.digest()), str(signature).encode()):
        return False
    age = datetime.now(timezone.utc) - datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return abs(age) < timedelta(minutes=5)


class Receiver(BaseHTTPRequestHandler):
    timeout = 30  # seconds

    def do_POST(self):
        self.send_response(self.receive())
        self.send_header("Content-Length", "0")
        self.end_headers()

    def receive(self):
        """Returns the status of the response."""
        length = int(self.headers.get("Content-Length", 0))
        if self.path != "/callback" or length > LONGEST:
            return 400
        try:
            message = json.loads(self.rfile.read(length))
            if "Response-Signature" in self.headers:  # version 3
                proof = self.headers["Response-Timestamp"], self.headers["Response-Signature"]
                claim = f"job {self.headers['Job-ID']} is {message['status']}"
            else:
                proof = message["timestamp"], message["signature"]
                claim = f"job {message['PartnerParams']['job_id']} has {message['ResultCode']}"
            if not is_genuine(*proof):
                return 401
        except (ValueError, KeyError, TypeError):
            return 400
        # The signature does not cover the content. Store the claim, and ask for the status of the job: it decides.
        print(claim, flush=True)
        return 200

    def log_message(self, *_):
        pass  # the default prints to standard error


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
