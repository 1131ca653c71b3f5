"""The recipe of docs/guides/testing-with-pytest.md: `smileid-mock exec -- pytest`."""

import json
import os
import urllib.request

import pytest
from smile_id_core import IdApi, WebApi
from smile_id_core.ServerError import ServerError

BASE = os.environ.get("SMILEID_MOCK_HTTP", "http://127.0.0.1:8085") + "/v1"
SELFIE = {"image_type_id": 2, "image": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP43+AAAARBAcAM0e2RAAAAAElFTkSuQmCC"}  # a PNG of one pixel
OPTIONS = {"return_job_status": True, "return_history": False, "return_images": False, "use_enrolled_image": False}


@pytest.fixture
def partner(monkeypatch):
    """A partner for this test only, with its own jobs, users and callbacks."""
    monkeypatch.setattr("time.sleep", lambda _: None)  # the package waits before it asks for a status
    url = os.environ["SMILEID_MOCK_ADMIN"] + "/partners"
    request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_user_enrols_once(partner):
    api = WebApi(partner["partner_id"], "", partner["api_key"], BASE)
    job = {"user_id": "user-1", "job_id": "job-1", "job_type": 4}
    assert api.submit_job(job, [SELFIE], {}, OPTIONS)["result"]["ResultCode"] == "0840"

    with pytest.raises(ServerError, match="2209"):
        api.submit_job({**job, "job_id": "job-2"}, [SELFIE], {}, OPTIONS)


def test_a_face_that_does_not_match(partner):
    api = WebApi(partner["partner_id"], "", partner["api_key"], BASE)
    job = {"user_id": "user-1", "job_id": "job-1", "job_type": 4, "sandbox_result": "1"}
    status = api.submit_job(job, [SELFIE], {}, OPTIONS)
    assert status["result"]["ResultCode"] == "0841" and not status["job_success"]


@pytest.mark.parametrize(("number", "code"), [("00000000000", "1012"), ("00000000001", "1013"), ("00000000003", "1015")])
def test_an_id_number(partner, number, code):
    api = IdApi(partner["partner_id"], partner["api_key"], BASE)
    person = {"country": "NG", "id_type": "BVN", "id_number": number, "entered": "true"}
    job = {"user_id": "user-1", "job_id": f"job-{number}", "job_type": 5}
    assert api.submit_job(job, person)["ResultCode"] == code
