"""Drives the official Python package, unmodified, through a server that speaks Smile ID.

Run by `cargo xtask peers python`, which starts the server and sets SMILE_ID_ENVIRONMENT, SMILE_ID_PARTNER_ID and
SMILE_ID_API_KEY. Every assertion is about what the package hands back to its user.
"""

import base64
import os
import time
import urllib.request
from pathlib import Path

from smile_id_core import IdApi, Utilities, WebApi
from smile_id_core.ServerError import ServerError

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
PARTNER = os.environ["SMILE_ID_PARTNER_ID"]
KEY = os.environ["SMILE_ID_API_KEY"]
BASE = os.environ["SMILE_ID_ENVIRONMENT"] + "/v1"
CALLBACK = "https://partner.example/callback"
EVERYTHING = {"return_job_status": True, "return_history": True, "return_images": True, "use_enrolled_image": False}
PERSON = {
    "first_name": "Joe", "middle_name": "Doe", "last_name": "Leo", "country": "NG", "id_type": "BVN",
    "id_number": "00000000000", "dob": "2000-09-20", "phone_number": "0123456789", "entered": "true",
}
SELFIE = {"image_type_id": 0, "file_name": str(IMAGES / "selfie.jpg")}
CARD = {"image_type_id": 1, "file_name": str(IMAGES / "id_card.png")}

time.sleep = lambda _: None  # the package waits two seconds before each question; the server needs none


def main():
    checks = [biometric_kyc, authentication, registration, base64_images, enhanced_kyc, status, refusals, callback_only]
    for check in checks:
        check(WebApi(PARTNER, CALLBACK, KEY, BASE))
        print(f"{check.__name__}: ok")
    print(f"{len(checks)} passed, 0 failed")


def params(job_type, job_id, user_id="python-1"):
    return {"user_id": user_id, "job_id": job_id, "job_type": job_type}


def biometric_kyc(api):
    reply = api.submit_job(params(1, "python-jt1"), [SELFIE, CARD], PERSON, EVERYTHING)
    complete(reply, "0810")
    codes = [result["ResultCode"] for result in reply["history"]]
    assert codes == ["0810", "1012"], codes  # the face first, then what the ID authority said
    assert reply["history"][1]["FullName"] == "Joe Doe Leo"


def authentication(api):
    complete(api.submit_job(params(2, "python-jt2"), [SELFIE], {}, EVERYTHING), "0820")


def registration(api):
    complete(api.submit_job(params(4, "python-jt4", "python-2"), [SELFIE], {}, EVERYTHING), "0840")


def base64_images(api):
    def image(kind, name):
        return {"image_type_id": kind, "image": base64.b64encode((IMAGES / name).read_bytes()).decode()}

    images = [image(2, "selfie.jpg"), image(3, "id_card.jpg"), image(6, "selfie.png")]
    complete(api.submit_job(params(1, "python-b64", "python-3"), images, PERSON, EVERYTHING), "0810")


def enhanced_kyc(api):
    person = api.submit_job(params(5, "python-jt5"), None, PERSON, EVERYTHING)
    assert person["ResultCode"] == "1012" and person["FullName"] == "Joe Doe Leo", person
    assert person["Actions"]["Verify_ID_Number"] == "Verified", person
    again = IdApi(PARTNER, KEY, BASE).submit_job(params(5, "python-jt5-idapi"), PERSON)
    assert again["IDNumber"] == PERSON["id_number"], again


def status(api):
    reply = Utilities(PARTNER, KEY, BASE).get_job_status(
        params(1, "python-jt1"), {"return_history": True, "return_images": True}
    )
    complete(reply, "0810")
    with urllib.request.urlopen(reply["image_links"]["selfie_image"]) as image:
        assert image.read() == (IMAGES / "selfie.jpg").read_bytes(), "the link shows the image that was sent"
    plain = Utilities(PARTNER, KEY, BASE).get_job_status(params(1, "python-jt1"), {})
    assert "history" not in plain and "image_links" not in plain, plain


def refusals(api):
    refused("2209", lambda: api.submit_job(params(4, "python-again"), [SELFIE], {}, EVERYTHING))
    refused("2210", lambda: api.submit_job(params(2, "python-nobody", "nobody"), [SELFIE], {}, EVERYTHING))
    refused("2215", lambda: api.submit_job(params(2, "python-jt2"), [SELFIE], {}, EVERYTHING))
    stranger = WebApi(PARTNER, CALLBACK, "another key", BASE)
    refused("2205", lambda: stranger.submit_job(params(4, "python-key", "python-4"), [SELFIE], {}, EVERYTHING))


def callback_only(api):
    options = dict(EVERYTHING, return_job_status=False)
    reply = api.submit_job(params(2, "python-callback"), [SELFIE], {}, options)
    assert reply["success"] is True and len(reply["smile_job_id"]) == 10, reply


def complete(reply, code):
    assert reply["job_complete"] is True and reply["job_success"] is True, reply
    assert reply["code"] == "2302", reply
    assert reply["result"]["ResultCode"] == code, reply["result"]
    assert reply["history"][0] == reply["result"], reply["history"]
    assert reply["image_links"]["selfie_image"].startswith("http"), reply["image_links"]


def refused(code, call):
    try:
        call()
    except ServerError as error:
        assert code in str(error), error
    else:
        raise AssertionError(f"not refused with {code}")


if __name__ == "__main__":
    main()
