"""Drives the official package `usesmileid`, unmodified, through all its operations against the mock.

Run it with `smileid-mock exec -- python v3.py`. It prints one line for each group of checks.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import threading
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

from usesmileid import Client, Consent, UserDetails, errors

ADMIN = os.environ["SMILEID_MOCK_ADMIN"]
HTTP = os.environ["SMILEID_MOCK_HTTP"]
API_KEY = os.environ["SMILE_ID_API_KEY"]
# V3 has no leading zeros in partner ids.
PARTNER = os.environ["SMILE_ID_PARTNER_ID"].lstrip("0")
# The shortest file that begins and ends like a JPEG, and a PNG of one pixel.
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
IMAGES = {"selfie_image": JPEG, "liveness_images": [JPEG] * 6}
DOCUMENT = {**IMAGES, "document": PNG, "document_back": JPEG, "country": "NG"}
BVN = {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}

smile = Client(
    partner_id=PARTNER,
    api_key=API_KEY,
    base_url=os.environ["SMILE_ID_ENVIRONMENT"],
    default_callback_url="https://partner.example/hook",
)
# A client that makes no second attempt, to see each status.
once = Client(partner_id=PARTNER, api_key=API_KEY, base_url=os.environ["SMILE_ID_ENVIRONMENT"], max_retries=0)


def admin(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ADMIN + path, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or b"null")


def person(given_names, last_name):
    """A test identity of the sandbox: https://docs.usesmileid.com."""
    first = given_names.split()[0].lower()
    return UserDetails(
        given_names=given_names, last_name=last_name, email=f"{first}.{last_name.lower()}@example.com"
    )


CLEAR = person("Amina Fatou", "Clearwater")


def consent(at=None):
    return Consent.granted(
        granted_at=at or datetime.now(timezone.utc),
        notice_language="EN",
        notice_privacy_policy_url="https://partner.example/privacy",
    )


def enhanced_kyc(client=smile, who=CLEAR, **more):
    return client.enhanced_kyc.verify(**BVN, user_details=who, consent=consent(), **more)


def ended(accepted, status):
    assert accepted.status == "accepted" and accepted.user_id, accepted
    seen = smile.verifications.wait_until_complete(accepted.job_id, interval=0.01, timeout=5)
    assert (seen.status, seen.job_id, seen.user_id) == (status, accepted.job_id, accepted.user_id), seen
    return accepted.job_id


def raises(error, status, call):
    try:
        call()
    except errors.SmileIDError as caught:
        assert type(caught) is error and caught.status_code == status, (error, status, caught)
        assert caught.message, caught
        return caught
    raise AssertionError(f"no {error.__name__} for {status}")


def operations():
    clear = {"user_details": CLEAR, "consent": consent()}
    ended(enhanced_kyc(partner_params={"order": "7"}, metadata=[{"name": "m", "value": "1"}]), "clear")
    ended(smile.biometric_kyc.verify(**IMAGES, **BVN, **clear, user_id="user-1"), "clear")
    ended(smile.documents.verify(**DOCUMENT, **clear), "clear")
    ended(smile.documents.verify_enhanced(**DOCUMENT, id_type="PASSPORT", **clear), "clear")
    ended(smile.documents.verify_residency(**DOCUMENT, visa=JPEG, **clear), "clear")
    ended(smile.biometric.enroll(**IMAGES, **clear, user_id="user-2"), "clear")
    ended(smile.biometric.authenticate(user_id="user-2", use_enrolled_image=True, **clear), "clear")
    ended(
        smile.biometric.compare(
            selfie_image=JPEG, comparison_image=JPEG, comparison_image_type="PORTRAIT", **clear
        ),
        "clear",
    )
    assert smile.services.bank_codes(country="NG").bank_codes
    assert smile.services.supported_id_types(country="NG").id_types
    assert smile.services.supported_documents(country_code="NG").valid_documents
    assert smile.services.id_status(country="NG", id_type="BVN").last_known_status


def outcomes():
    for given_names, last_name, status in [
        ("Rashid Omar", "Dangerfield", "block"),
        ("Ngozi Ifeoma", "Downsworth", "error"),
        ("Nobody", "Known", "block"),
    ]:
        ended(enhanced_kyc(who=person(given_names, last_name)), status)
    expired = person("Tunde Bakare", "Oldfield")
    ended(smile.documents.verify(**DOCUMENT, user_details=expired, consent=consent()), "attention")
    admin(
        "POST",
        "/scenarios",
        {"when": {"endpoint": "v3_enhanced_kyc"}, "times": 1, "then": {"status": "block", "reason": "account_locked"}},
    )
    ended(enhanced_kyc(), "block")
    # 0810 approves in version 1.
    chosen = smile.biometric.enroll(
        **IMAGES, user_details=person("Nobody", "Known"), consent=consent(), sandbox_result=810
    )
    ended(chosen, "clear")


def fraud():
    job = enhanced_kyc(user_id="user-3")
    ended(job, "clear")
    smile.users.flag_fraud("user-3", reason="MULE_ACCOUNT", reported_by="staff@partner.example")
    ended(enhanced_kyc(user_id="user-3"), "block")
    smile.users.clear_fraud("user-3", notes="A mistake.", reported_by="staff@partner.example")
    ended(enhanced_kyc(user_id="user-3"), "clear")
    raises(
        errors.NotFoundError,
        404,
        lambda: smile.users.flag_fraud("nobody", reason="OTHER", notes="x", reported_by="staff@partner.example"),
    )


def refusals():
    unknown = "job_01h2xcejqtf2nbrexx3vqjhp41"
    assert smile.verifications.retrieve(unknown).status == "not_found"
    late = consent(datetime.now(timezone.utc) + timedelta(hours=1))
    raises(
        errors.InvalidRequestError,
        400,
        lambda: smile.enhanced_kyc.verify(**BVN, user_details=CLEAR, consent=late),
    )
    raises(errors.NotFoundError, 404, lambda: smile.verifications.replay(unknown))
    wrong = Client(partner_id=PARTNER, api_key="wrong", base_url=os.environ["SMILE_ID_ENVIRONMENT"])
    raises(errors.AuthenticationError, 401, lambda: enhanced_kyc(wrong))
    for status, error in [
        (400, errors.InvalidRequestError),
        (401, errors.AuthenticationError),
        (402, errors.PaymentRequiredError),
        (403, errors.PermissionError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (413, errors.PayloadTooLargeError),
        (415, errors.InvalidRequestError),
        (429, errors.RateLimitError),
        (500, errors.APIError),
    ]:
        admin("POST", "/scenarios", {"when": {"endpoint": "v3_enhanced_kyc"}, "then": {"status": status}})
        raises(error, status, lambda: enhanced_kyc(once))
        admin("DELETE", "/scenarios")
    raises(
        errors.PayloadTooLargeError,
        413,
        lambda: smile.biometric_kyc.verify(
            selfie_image=JPEG + bytes(11 << 20), liveness_images=[JPEG] * 6, **BVN, user_details=CLEAR, consent=consent()
        ),
    )


def callbacks():
    received = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.headers, json.loads(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    admin("POST", "/scenarios", {"when": {"endpoint": "v3_*"}, "times": 1, "then": {"status": "clear", "after": "1h"}})
    waiting = enhanced_kyc()
    assert smile.verifications.retrieve(waiting.job_id).status == "processing"
    raises(errors.ConflictError, 409, lambda: smile.verifications.replay(waiting.job_id))
    job = enhanced_kyc(partner_params={"order": "7"}, user_id="user-4")
    ended(job, "clear")
    replayed = smile.verifications.replay(job.job_id)
    assert replayed.status == "accepted" and replayed.job_id == job.job_id, replayed
    # The package sends https URLs only; a loopback URL over http is sent by hand.
    token = urllib.request.Request(
        HTTP + "/v3/token", None, {"SmileID-Partner-ID": PARTNER, "SmileID-API-Key": API_KEY}, method="POST"
    )
    token = json.load(urllib.request.urlopen(token))["token"]
    url = f"http://127.0.0.1:{server.server_port}/hook"
    form = f'--x\r\nContent-Disposition: form-data; name="callback_url"\r\n\r\n{url}\r\n--x--\r\n'
    replay = urllib.request.Request(
        f"{HTTP}/v3/replay/{job.job_id}",
        form.encode(),
        {"SmileID-Token": token, "Content-Type": "multipart/form-data; boundary=x"},
        method="POST",
    )
    assert urllib.request.urlopen(replay).status == 202
    for _ in range(500):
        if received:
            break
        threading.Event().wait(0.01)
    headers, body = received[0]
    assert (headers["Job-ID"], headers["User-ID"]) == (job.job_id, "user-4"), headers
    assert (body["status"], body["product"], body["partner_params"]) == ("clear", "enhanced_kyc", {"order": "7"}), body
    # As in version 1: base64 of the HMAC over timestamp, partner id and `sid_request`.
    signed = headers["Response-Timestamp"] + os.environ["SMILE_ID_PARTNER_ID"] + "sid_request"
    expected = base64.b64encode(hmac.new(API_KEY.encode(), signed.encode(), hashlib.sha256).digest())
    assert headers["Response-Signature"] == expected.decode(), headers
    server.shutdown()


for group in (operations, outcomes, fraud, refusals, callbacks):
    group()
    print(f"v3: {group.__name__}: as expected")
