"""Drives the official Python package, unmodified, through every kind of job that it can submit, over HTTP.

Run by `cargo xtask peers python` under `smileid-mock exec`, which sets the URL of the server, and by `cargo xtask peers
conformance` under the judge of clients. Its arguments are scenarios to skip. Every assertion is about a value that the
package returns to its user, or a request that a user's server receives. Prints one JSON object per scenario.
"""

import base64
import json
import os
import shutil
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from smile_id_core import IdApi, Signature, Utilities, WebApi
from smile_id_core.ServerError import ServerError

IMAGES = Path(__file__).resolve().parents[3] / "docs" / "images"
PARTNER = os.environ["SMILE_ID_PARTNER_ID"]
KEY = os.environ["SMILE_ID_API_KEY"]
BASE = os.environ["SMILEID_MOCK_HTTP"] + "/v1"
EVERYTHING = {"return_job_status": True, "return_history": True, "return_images": True, "use_enrolled_image": False}
PERSON = {
    "first_name": "Joe", "middle_name": "Doe", "last_name": "Leo", "country": "NG", "id_type": "BVN",
    "id_number": "00000000000", "dob": "2000-09-20", "phone_number": "0123456789", "entered": "true",
}
DOCUMENT = {"country": "NG", "id_type": "PASSPORT"}
BUSINESS = {"country": "NG", "id_type": "BUSINESS_REGISTRATION", "id_number": "0000000", "business_type": "co"}

time.sleep = lambda _: None  # the package waits two seconds before each question; the server needs none


def main():
    receiver = Receiver()
    api = WebApi(PARTNER, receiver.url, KEY, BASE)
    for form in [files, encoded]:
        for scenario in [registration, authentication, update, biometric_kyc, by_card, document, enhanced_document]:
            run(scenario, api, receiver, form)
    for scenario in [enrolled_selfie, enhanced_kyc, business, status, token, refusals, callback_only, same_names]:
        if scenario.__name__ not in sys.argv[1:]:
            run(scenario, api, receiver)


def run(scenario, api, receiver, *form):
    name = " ".join([scenario.__name__, *(form.__name__ for form in form)])
    scenario(api, receiver, *form)
    print(json.dumps({"scenario": name, "ok": True}), flush=True)


# The two forms of an image: under different keys and with different numbers.


def files(subject):
    kind, name = {"selfie": (0, "selfie.jpg"), "card": (1, "id_card.jpg"), "back": (5, "id_card_back.jpg"), "liveness": (4, "selfie.png")}[subject]
    return {"image_type_id": kind, "file_name": str(IMAGES / name)}


def encoded(subject):
    as_file = files(subject)
    image = base64.b64encode(Path(as_file["file_name"]).read_bytes()).decode()
    return {"image_type_id": as_file["image_type_id"] + 2, "image": image}


def registration(api, receiver, form):
    job = params(4, form)
    complete(api.submit_job(job, [form("selfie"), form("liveness")], {}, EVERYTHING), "0840", ["selfie_image"])
    receiver.expect(job, ["0840"])


def authentication(api, receiver, form):
    job = params(2, form)
    complete(api.submit_job(job, [form("selfie")], {}, EVERYTHING), "0820", ["selfie_image"])
    receiver.expect(job, ["0820"])


def update(api, receiver, form):
    job = params(8, form)
    complete(api.submit_job(job, [form("selfie")], {}, EVERYTHING), "0880", ["selfie_image"])
    receiver.expect(job, ["0880"])


def biometric_kyc(api, receiver, form):
    job = params(1, form, user="by-number")
    reply = api.submit_job(job, [form("selfie")], PERSON, EVERYTHING)
    complete(reply, "0810", ["selfie_image"])
    codes = [result["ResultCode"] for result in reply["history"]]
    assert codes == ["0810", "1012"], codes  # the face first, then what the ID authority said
    assert reply["history"][1]["FullName"] == "Joe Doe Leo"
    receiver.expect(job, ["0810", "1012"])


def by_card(api, receiver, form):
    job = params(1, form, user="by-card", suffix="-card")
    nobody = {"entered": False}  # the text "false" counts as given
    complete(api.submit_job(job, [form("selfie"), form("card")], nobody, EVERYTHING), "0810", ["selfie_image", "id_card_image"])
    receiver.expect(job, ["0810"])


def document(api, receiver, form, job_type=6):
    job = params(job_type, form, user=f"document-{job_type}")
    images = [form("selfie"), form("card"), form("back")]
    links = ["selfie_image", "id_card_image", "id_card_back"]
    complete(api.submit_job(job, images, DOCUMENT, EVERYTHING), "0810", links)
    receiver.expect(job, ["0810"])


def enhanced_document(api, receiver, form):
    document(api, receiver, form, job_type=11)


def enrolled_selfie(api, receiver):
    job = params(6, files, suffix="-enrolled")
    options = dict(EVERYTHING, use_enrolled_image=True)
    complete(api.submit_job(job, [files("card")], DOCUMENT, options), "0810", ["id_card_image"])
    receiver.expect(job, ["0810"])


def enhanced_kyc(api, _):
    person = api.submit_job(params(5, files), None, PERSON, EVERYTHING)
    assert person["ResultCode"] == "1012" and person["FullName"] == "Joe Doe Leo", person
    assert person["Actions"]["Verify_ID_Number"] == "Verified", person
    again = IdApi(PARTNER, KEY, BASE).submit_job(params(5, files, suffix="-again"), PERSON)
    assert again["IDNumber"] == PERSON["id_number"], again


def business(api, _):
    reply = api.submit_job(params(7, files), None, BUSINESS, EVERYTHING)
    assert reply["ResultCode"] == "1012" and reply["success"] is True, reply
    assert reply["company_information"] and Signature(PARTNER, KEY).confirm_signature(reply["timestamp"], reply["signature"])


def status(_, __):
    job = params(1, files, user="by-number")
    reply = Utilities(PARTNER, KEY, BASE).get_job_status(job, {"return_history": True, "return_images": True})
    complete(reply, "0810", ["selfie_image"])
    plain = Utilities(PARTNER, KEY, BASE).get_job_status(job, {})
    assert "history" not in plain and "image_links" not in plain, plain


def token(api, _):
    claims = api.get_web_token("python-web", "python-web-1", "biometric_kyc")["token"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert claims["product"] == "biometric_kyc" and claims["partner_id"] == PARTNER, claims


def refusals(api, _):
    refusal = api.get_web_token("python-web", "python-web-2", "no product")
    assert refusal["code"] == "2217", refusal
    refused("2209", lambda: api.submit_job(params(4, files, suffix="-2209"), [files("selfie")], {}, EVERYTHING))
    stranger = params(2, files, user="nobody", suffix="-2210")
    refused("2210", lambda: api.submit_job(stranger, [files("selfie")], {}, EVERYTHING))
    refused("2215", lambda: api.submit_job(params(2, files), [files("selfie")], {}, EVERYTHING))
    forger = WebApi(PARTNER, api.call_back_url, "another key", BASE)
    job = params(4, files, user="forged", suffix="-2205")
    refused("2205", lambda: forger.submit_job(job, [files("selfie")], {}, EVERYTHING))


def callback_only(api, receiver):
    job = params(2, files, suffix="-callback")
    reply = api.submit_job(job, [files("selfie")], {}, dict(EVERYTHING, return_job_status=False))
    assert reply["success"] is True and len(reply["smile_job_id"]) == 10, reply
    receiver.expect(job, ["0820"])


def same_names(api, _):
    """Two files with one base name. The outcome of the job does not matter."""
    with tempfile.TemporaryDirectory() as folder:
        other = shutil.copy(IMAGES / "id_card.jpg", Path(folder) / "selfie.jpg")
        images = [files("selfie"), {"image_type_id": 4, "file_name": str(other)}]
        job = params(4, files, user="names", suffix="-names")
        reply = api.submit_job(job, images, {}, dict(EVERYTHING, return_job_status=False))
    assert reply["success"] is True, reply


def params(job_type, form, user="user", suffix=""):
    form = form.__name__
    return {"user_id": f"python-{user}-{form}", "job_id": f"python-{job_type}-{form}{suffix}", "job_type": job_type}


def complete(reply, code, links):
    """The response is that of an approved job, and each link returns the submitted image."""
    assert reply["job_complete"] is True and reply["job_success"] is True, reply
    assert reply["code"] == "2302", reply
    assert reply["result"]["ResultCode"] == code, reply["result"]
    assert reply["history"][0] == reply["result"], reply["history"]
    sent = {"selfie_image": "selfie.jpg", "id_card_image": "id_card.jpg", "id_card_back": "id_card_back.jpg"}
    there = [name for name in sent if reply["image_links"].get(name)]
    assert there == links, reply["image_links"]
    for name in links:
        with urllib.request.urlopen(reply["image_links"][name]) as image:
            assert image.read() == (IMAGES / sent[name]).read_bytes(), name


def refused(code, call):
    try:
        call()
    except ServerError as error:
        assert code in str(error), error
    else:
        raise AssertionError(f"not refused with {code}")


class Receiver:
    """A partner's server, which receives callbacks."""

    def __init__(self):
        self.results, self.arrived = [], threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()
                with receiver.arrived:
                    receiver.results.append(body)
                    receiver.arrived.notify_all()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/callback"

    def expect(self, job, codes):
        """The callbacks of a job arrived, with these codes, signed with our key."""

        def of_job():
            return [it for it in self.results if it["PartnerParams"]["job_id"] == job["job_id"]]

        with self.arrived:
            assert self.arrived.wait_for(lambda: len(of_job()) >= len(codes), timeout=10), of_job()
        assert sorted(it["ResultCode"] for it in of_job()) == sorted(codes), of_job()
        for it in of_job():
            assert Signature(PARTNER, KEY).confirm_signature(it["timestamp"], it["signature"]), it


if __name__ == "__main__":
    main()
