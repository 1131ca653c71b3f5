"""Registers a selfie over version 1 with Python alone, and prints the decision.

    pip install smileid-mock
    smileid-mock exec -- python v1.py selfie.jpg
"""

import base64
import hashlib
import hmac
import io
import json
import os
import sys
import time
import uuid
import zipfile
from datetime import datetime, timedelta, timezone
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SERVER = os.environ["SMILE_ID_ENVIRONMENT"] + "/v1"
PARTNER_ID = os.environ["SMILE_ID_PARTNER_ID"]
API_KEY = os.environ["SMILE_ID_API_KEY"]

APPROVED = {"0840", "1240"}  # result codes of job type 4


def signature(timestamp):
    mac = hmac.new(API_KEY.encode(), (timestamp + PARTNER_ID + "sid_request").encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()


def post(path, members):
    """Sends a signed request, and returns the response."""
    timestamp = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    members |= {"partner_id": PARTNER_ID, "timestamp": timestamp, "signature": signature(timestamp)}
    request = Request(SERVER + path, json.dumps(members).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=30) as response:
            return json.load(response)
    except HTTPError as error:
        sys.exit(f"{error}: {error.read().decode()}")


def verify(message):
    """Raises an error unless the message was signed with the API key, in the last hour."""
    if not hmac.compare_digest(signature(message["timestamp"]), message["signature"]):
        raise ValueError("the signature is wrong")
    age = datetime.now(timezone.utc) - datetime.fromisoformat(message["timestamp"].replace("Z", "+00:00"))
    if abs(age) > timedelta(hours=1):
        raise ValueError("the message is old")


def archive(selfie):
    """A ZIP archive with the selfie and the file that describes it."""
    info = {
        "package_information": {"apiVersion": {"buildNumber": 0, "majorVersion": 2, "minorVersion": 0}, "language": "python"},
        "id_info": {},
        "images": [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}],
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("info.json", json.dumps(info))
        packed.write(selfie, "selfie.jpg")
    return content.getvalue()


user_id, job_id = str(uuid.uuid4()), str(uuid.uuid4())
body = archive(sys.argv[1])  # read before the job is announced

job = post("/upload", {
    "source_sdk": "rest_api",
    "source_sdk_version": "1.0.0",
    "smile_client_id": PARTNER_ID,
    "file_name": "selfie.zip",
    "model_parameters": {},
    "callback_url": "",
    "partner_params": {"user_id": user_id, "job_id": job_id, "job_type": 4},
})
urlopen(Request(job["upload_url"], body, {"Content-Type": "application/zip"}, method="PUT"), timeout=60)

deadline = time.monotonic() + 120
while True:
    status = post("/job_status", {"user_id": user_id, "job_id": job_id, "image_links": False, "history": False})
    verify(status)
    if status["job_complete"]:
        break
    if time.monotonic() > deadline:
        sys.exit(f"no result yet: ask again for {job_id} of {user_id}")
    time.sleep(2)

result = status["result"]
decision = "approved" if result["ResultCode"] in APPROVED else "not approved"
print(f"{decision}: {result['ResultCode']} {result['ResultText']}")
