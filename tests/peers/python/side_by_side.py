"""Calls the official Python package, unmodified, once, and prints the outcome as a line of JSON.

Run by `cargo xtask peers side-by-side`. Its argument says what to call, and if it is a repetition.
"""

import json
import re
import sys
import time

from requests.exceptions import JSONDecodeError, RequestException
from smile_id_core import Utilities, WebApi
from smile_id_core.ServerError import ServerError

PAUSES = 1 / 20  # as with the other clients
OPTIONS = {"return_job_status": True, "return_history": False, "return_images": False, "use_enrolled_image": False}

sleep = time.sleep
time.sleep = lambda seconds: sleep(seconds * PAUSES)


def main(call):
    try:
        outcome = read(submit(call))
    except Exception as error:
        code = re.search(r"'code': '(\d{4})'", str(getattr(error, "message", "")))
        what = " ".join([type(error).__name__, *(code.groups() if code else [])])
        outcome = {"got": "error", "named": is_named(error), "what": what}
    print(json.dumps(outcome), flush=True)


def submit(call):
    job_type = {"registration": 4, "biometric_kyc": 1, "lookup": 5}[call["job"]]
    job = {"user_id": call["user_id"], "job_id": call["job_id"], "job_type": job_type}
    person = {"country": "NG", "id_type": "BVN", "id_number": "00000000000", "entered": "true"}
    if call["ask_first"]:
        known = status(call, job)
        if known and known["job_complete"]:
            return known
    api = WebApi(call["partner_id"], "", call["api_key"], call["base"])
    if job_type == 5:
        return api.submit_job(job, None, person, OPTIONS)
    selfie = {"image_type_id": 0, "file_name": call["image"]}
    return api.submit_job(job, [selfie], {} if job_type == 4 else person, OPTIONS)


def status(call, job):
    try:
        return Utilities(call["partner_id"], call["api_key"], call["base"]).get_job_status(job, OPTIONS)
    except ServerError:
        return None  # there is no such job


def read(reply):
    if "job_complete" in reply:
        return {"got": "result", "code": reply["result"]["ResultCode"]} if reply["job_complete"] else {"got": "not_yet"}
    return {"got": "result", "code": reply["ResultCode"]}


def is_named(error):
    """True for a documented error: one of the package's three, or its HTTP library's for a missing response."""
    if type(error) in (ServerError, ValueError, FileNotFoundError):
        return True
    return isinstance(error, RequestException) and not isinstance(error, JSONDecodeError)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
