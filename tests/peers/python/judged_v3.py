"""Calls every operation of the official package `usesmileid`, for the judge of clients.

Run it with `smileid-conformance client --api v3 -- python judged_v3.py`. With the argument `quirks` it provokes the quirks of
the package that its requests show.
"""

import os
import pathlib
import sys
import tempfile
import threading
from datetime import datetime, timezone

import httpx
from usesmileid import Client, Consent, UserDetails, errors

# The shortest file that begins and ends like a JPEG.
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
IMAGES = {"selfie_image": JPEG, "liveness_images": [JPEG] * 6}
DOCUMENT = {**IMAGES, "document": JPEG, "document_back": JPEG, "country": "NG"}
BVN = {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}
CLEAR = UserDetails(given_names="Amina Fatou", last_name="Clearwater", email="amina.clearwater@example.com")


def client(**more):
    return Client(
        partner_id=os.environ["SMILE_ID_PARTNER_ID"].lstrip("0"),
        api_key=os.environ["SMILE_ID_API_KEY"],
        base_url=os.environ["SMILE_ID_ENVIRONMENT"],
        **more,
    )


def person():
    consent = Consent.granted(
        granted_at=datetime.now(timezone.utc),
        notice_language="EN",
        notice_privacy_policy_url="https://partner.example/privacy",
    )
    return {"user_details": CLEAR, "consent": consent}


def operations():
    smile = client(default_callback_url="https://partner.example/hook")
    for job in [
        smile.enhanced_kyc.verify(**BVN, **person(), partner_params={"order": "7"}),
        smile.biometric_kyc.verify(**IMAGES, **BVN, **person(), user_id="user-1"),
        smile.documents.verify(**DOCUMENT, **person()),
        smile.documents.verify_enhanced(**DOCUMENT, id_type="PASSPORT", **person()),
        smile.documents.verify_residency(**DOCUMENT, visa=JPEG, **person()),
        smile.biometric.enroll(**IMAGES, **person(), user_id="user-2"),
        smile.biometric.authenticate(user_id="user-2", use_enrolled_image=True, **person()),
        smile.biometric.compare(selfie_image=JPEG, comparison_image=JPEG, comparison_image_type="PORTRAIT", **person()),
    ]:
        smile.verifications.wait_until_complete(job.job_id)
        smile.verifications.replay(job.job_id)
    smile.users.flag_fraud("user-2", reason="MULE_ACCOUNT", reported_by="staff@partner.example")
    smile.users.clear_fraud("user-2", notes="A mistake.", reported_by="staff@partner.example")
    smile.services.bank_codes(country="NG")
    smile.services.supported_id_types(country="NG")
    smile.services.supported_documents(country_code="NG")
    smile.services.id_status(country="NG", id_type="BVN")


class Revoking(httpx.HTTPTransport):
    """Alters the token of the first request of each thread, as if the token had been revoked."""

    def __init__(self):
        super().__init__()
        self.met = set()

    def handle_request(self, request):
        thread = threading.get_ident()
        if "smileid-token" in request.headers and thread not in self.met:
            self.met.add(thread)
            request.headers["smileid-token"] += "x"
        return super().handle_request(request)


def quirks():
    # A JPEG in a file named `.png` is sent as PNG.
    with tempfile.TemporaryDirectory() as folder:
        named = pathlib.Path(folder, "document.png")
        named.write_bytes(JPEG)
        client().documents.verify(**{**DOCUMENT, "document": str(named)}, **person())
    # A number is sent with a fraction.
    client().biometric.enroll(**IMAGES, **person(), sandbox_result=1220.0)
    # Frames are not counted.
    client().biometric.enroll(**{**IMAGES, "liveness_images": [JPEG]}, **person())
    # An id that is two dots changes the path.
    try:
        client().users.flag_fraud("..", reason="MULE_ACCOUNT", reported_by="staff@partner.example")
    except errors.SmileIDError:
        pass
    # A job is sent again after a 401.
    smile = client(http_client=httpx.Client(transport=Revoking()))
    smile.enhanced_kyc.verify(**BVN, **person())
    # Each of the calls that a 401 meets requests a token.
    ask = lambda: smile.services.id_status(country="NG", id_type="BVN")
    calls = [threading.Thread(target=ask) for _ in range(20)]
    for call in calls:
        call.start()
    for call in calls:
        call.join()


if sys.argv[1:] == ["quirks"]:
    quirks()
else:
    operations()
