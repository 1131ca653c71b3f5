"""Answers the questions of `smileid-conformance vectors --exec` with the official Python package, unmodified.

Run by `cargo xtask peers conformance`. It only translates: a task without a function in the package is unsupported.
Jobs go through the package's own `submit_job`, whose HTTP library talks to a stub in this process.
"""

import base64
import json
import sys
import time
from urllib.parse import urlsplit

import requests
from smile_id_core import Signature, WebApi
from smile_id_core.ServerError import ServerError

BASE = "https://api.example/v1"
REPLY = {"upload_url": "https://uploads.example/selfie.zip", "ref_id": "212-0000000001-x", "smile_job_id": "0000000001",
         "camera_config": "null", "code": "2202"}
RESULT = {"ResultCode": "1012", "ResultText": "ID Number Validated", "SmileJobID": "0000000001", "Actions": {}}
FILES = [0, 1, 4, 5, "0", "1", "4", "5"]
OWN = (ValueError, ServerError, FileNotFoundError)  # the errors that the package's users are told of

time.sleep = lambda _: None


def sign(question):
    signature = Signature(question["partner_id"], question["api_key"])
    return {"signature": signature.generate_signature(question["timestamp"])["signature"]}


def verify(question):
    signature = Signature(question["partner_id"], question["api_key"])
    return {"accepted": signature.confirm_signature(question["timestamp"], question["signature"])}


def submit(question):
    job = question["job"]
    if not isinstance(job, dict):
        return {"unsupported": "submit_job takes four arguments, not one job"}
    stub = Stub(question)
    api = WebApi(question["partner_id"], question["default_callback"] or "", question["api_key"], BASE)
    try:
        # This package's documentation uses an empty dictionary for a job without an ID; null stays null.
        id_info = job.get("id_info", {})
        api.submit_job(job.get("partner_params"), images(job.get("image_details")), id_info, job.get("options"))
    except Exception as error:
        if stub.sent:
            return {"crashed": f"{named(error)}, after it was sent to {stub.sent[0][0]}"}
        raise
    (path, body), archive = stub.sent[0], stub.archive
    sent = {"path": path, "body": body}
    if question["do"] == "archive" and archive is not None:
        sent["archive"] = base64.b64encode(archive).decode()
    return {"sent": sent}


def images(details):
    """The same, with files under `file_name`, where this package has them."""
    if not isinstance(details, list):
        return details

    def rename(image):
        if not isinstance(image, dict) or image.get("image_type_id") not in FILES or "file_name" in image or "image" not in image:
            return image
        return {"file_name" if name == "image" else name: value for name, value in image.items()}

    return [rename(image) for image in details]


class Stub:
    """The API and its storage: accepts everything and keeps the requests."""

    def __init__(self, question):
        self.question, self.sent, self.archive = question, [], None
        requests.adapters.HTTPAdapter.send = lambda _, request, **options: self.answer(request)

    def answer(self, request):
        response = requests.Response()
        response.status_code, response.url, response.request = 200, request.url, request
        if request.method == "PUT":
            self.archive, response._content = request.body, b""
            return response
        path = urlsplit(request.url).path
        self.sent.append((path, json.loads(request.body)))
        reply = RESULT
        if path.endswith("/upload"):
            reply = self.question.get("reply", REPLY)
        elif path.endswith("/job_status"):
            signed = Signature(self.question["partner_id"], self.question["api_key"]).generate_signature()
            reply = {"job_complete": True, "job_success": True, "code": "2302", "result": RESULT, **signed}
        response._content = json.dumps(reply).encode()
        return response


def named(error):
    return f"{type(error).__name__}: {getattr(error, 'message', None) or error}"


def answer(question):
    tasks = {"sign": sign, "verify": verify, "job": submit, "archive": submit}
    if question["do"] not in tasks:
        return {"unsupported": "the package hands results over as they are"}
    try:
        return tasks[question["do"]](question)
    except Exception as error:
        if type(error) in OWN:
            return {"refused": {"message": str(getattr(error, "message", None) or error)}}
        return {"crashed": named(error)}


for line in sys.stdin:
    question = json.loads(line)
    print(json.dumps({"id": question["id"], **answer(question)}), flush=True)
