"""Looks up an ID number over version 3 with Python alone, and prints the status.

    pip install smileid-mock
    smileid-mock exec -- python v3.py
"""

import json
import os
import sys
import time
import uuid
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SERVER = os.environ["SMILE_ID_ENVIRONMENT"] + "/v3"


def send(request):
    try:
        with urlopen(request, timeout=30) as response:
            return json.load(response)
    except HTTPError as error:
        if error.code == 404:  # the status of a job that is not known yet
            return json.load(error)
        sys.exit(f"{error}: {error.read().decode()}")


def form(parts):
    """A multipart form: its content type and its body. A part that is an object is sent as JSON."""
    boundary = uuid.uuid4().hex
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in parts.items()}
    lines = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in texts.items()
    ]
    return f"multipart/form-data; boundary={boundary}", ("".join(lines) + f"--{boundary}--\r\n").encode()


# The token is valid for 15 minutes.
key = {
    "SmileID-Partner-ID": os.environ["SMILE_ID_PARTNER_ID"].lstrip("0"),
    "SmileID-API-Key": os.environ["SMILE_ID_API_KEY"],
}
token = send(Request(SERVER + "/token", headers=key, method="POST"))["token"]

# A request that arrives is a job, and is billed: do not repeat it.
content_type, body = form({
    "country": "NG",
    "id_type": "BVN",
    "id_number": "00000000000",
    "user_details": {
        "given_names": "Amina Fatou",
        "last_name": "Clearwater",
        "email": "amina.clearwater@example.com",
    },
    "consent": {
        "granted": True,
        "granted_at": datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "notice_language": "EN",
        "notice_privacy_policy_url": "https://partner.example/privacy",
    },
    "callback_url": "https://partner.example/callback",
})
headers = {"SmileID-Token": token, "Content-Type": content_type}
job_id = send(Request(SERVER + "/enhanced_kyc", body, headers))["job_id"]

# The status is not signed: TLS proves who sent it.
deadline = time.monotonic() + 120
while True:
    status = send(Request(f"{SERVER}/status/{job_id}", headers={"SmileID-Token": token}))["status"]
    if status not in ("processing", "not_found"):
        break
    if time.monotonic() > deadline:
        sys.exit(f"no result yet: ask again for {job_id}")
    time.sleep(2)

# `attention` and `block` are not approvals, and neither is a status that is not known.
print("approved" if status == "clear" else f"not approved: {status}")
