"""Writes the cases of this folder.

    python3 make.py

Each entry of CASES names a section of the wire reference and the rules that must be broken by it. Nothing is read from
the code under test. The requests are signed later, by the runner, with the time of each request.
"""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent
KEYS = {"partner_id": "085", "api_key": "test-api-key-0001"}
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9").decode()
LINK = "https://storage.example/videos/085/085-0000000001-x/selfie.zip?Signature=x"
PROOF = {"timestamp": "{timestamp}", "signature": "{signature}"}
SOURCE = {"source_sdk": "rest_api", "source_sdk_version": "1.0.0"}
PERSON = {"country": "NG", "id_type": "BVN", "id_number": "00000000000", "first_name": "Leonora"}


def without(members, *names):
    return {name: value for name, value in members.items() if name not in names}


def params(job="job-1", job_type=4):
    return {"user_id": "user-1", "job_id": job, "job_type": job_type}


def upload(job="job-1", job_type=4, more=None, answer=None, **step):
    body = {"file_name": "selfie.zip", "smile_client_id": "085", "partner_params": params(job, job_type),
            "model_parameters": {}, "callback_url": "https://cb.example/", **SOURCE, **PROOF, **(more or {})}
    accepted = {"status": 200, "json": {"upload_url": LINK, "smile_job_id": "0000000001", "code": "2202"}}
    return {"path": "/v1/upload", "json": body, "answer": answer or accepted, **step}


def info(job="job-1", job_type=4, misc=None, images=None, **more):
    user = {name: "" for name in ["name", "fbUserID", "firstName", "lastName", "gender", "email", "phone", "countryName"]}
    return {
        "package_information": {"apiVersion": {"buildNumber": 0, "majorVersion": 2, "minorVersion": 0}, "language": "rust"},
        "misc_information": {**PROOF, "retry": "false", "partner_params": params(job, job_type), "file_name": "selfie.zip",
                             "smile_client_id": "085", "callback_url": "https://cb.example/",
                             "userData": {"isVerifiedProcess": False, **user, "countryCode": "+"}, **(misc or {})},
        "id_info": {}, "images": images or [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}],
        "server_information": {}, **more,
    }


def put(described=None, files=None, **step):
    archive = {"info": described or info(), "files": files or {"selfie.jpg": JPEG}}
    return {"method": "PUT", "path": LINK.removeprefix("https://storage.example"), "archive": archive, **step}


def status(job="job-1", more=None, answer=None, **step):
    body = {"user_id": "user-1", "job_id": job, "partner_id": "085", "image_links": False, "history": False, **PROOF,
            **(more or {})}
    pending = {"status": 200, "json": {"job_complete": False, "job_success": False, "code": "2302"}}
    return {"path": "/v1/job_status", "json": body, "answer": answer or pending, **step}


def lookup(job="job-1", more=None, **step):
    body = {"partner_id": "085", "partner_params": params(job, 5), **SOURCE, **PERSON, **PROOF, **(more or {})}
    return {"path": "/v1/id_verification", "json": body, **step}


def business(**more):
    body = {"partner_id": "085", "partner_params": params(job_type=7), **SOURCE, "country": "NG", "id_type": "BUSINESS_REGISTRATION",
            "id_number": "0000000", "business_type": "co", **PROOF, **more}
    return {"path": "/v1/business_verification", "json": body}


def refused(code, status=400, diagnosis=None):
    headers = {"headers": {"smileid-mock-diagnosis": diagnosis}} if diagnosis else {}
    return {"status": status, "json": {"code": code, "error": "no"}, **headers}


def token(more=None, **step):
    body = {"partner_id": "085", "user_id": "user-1", "job_id": "job-1", "product": "biometric_kyc",
            "callback_url": "https://cb.example/", **PROOF, **(more or {})}
    return {"path": "/v1/token", "json": body, **step}


def aml(more=None, **step):
    body = {"partner_id": "085", "user_id": "user-1", "job_id": "job-1", "full_name": "Leonora", "birth_year": "1989",
            "countries": ["NG"], "search_existing_user": False, "strict_match": True, "job_type": 10, "partner_params": {},
            **SOURCE, **PROOF, **(more or {})}
    return {"path": "/v1/aml", "json": body, **step}


def done(final=True):
    result = {"ResultCode": "0810", "IsFinalResult": "true" if final else "false"}
    return {"status": 200, "json": {"job_complete": True, "job_success": True, "code": "2302", "result": result}}


def lacking_misc(described, *names):
    return {**described, "misc_information": without(described["misc_information"], *names)}


def lacking(step, *names):
    return {**step, "json": without(step["json"], *names)}


BROKEN = {"status": None}
FORBIDDEN = {"status": 403, "json": {"message": "Forbidden"}}
LINK_PATH = LINK.removeprefix("https://storage.example")
# Another partner on the same server.
OTHER = {"credentials": {"partner_id": "001", "api_key": "test-api-key-0002"}}
OF_OTHER = {"partner_id": "001"}
# 2.6: the hash of the partner's number and the time, which is a vector there; what stands before it is random.
LEGACY = {"timestamp": 1562938446, "sec_key": base64.b64encode(bytes(range(128))).decode()
          + "|0761dff432c592544a089994c68d31a7c7a6a2b8dd36e557de84f75a510c298c"}
SENT = {"content-type": "application/json"}
WITH_KEY = {"authorization": f"Bearer {KEYS['api_key']}"}
PASSWORD = base64.b64encode(f"user:{KEYS['api_key']}".encode()).decode()
IMAGE = "/images/085/0000000001/selfie.jpg?Expires=1&Signature=x"
TOO_LARGE = {"status": 413}
ENTERED = {**PERSON, "entered": "true"}
OLD = "2023-11-14T22:13:20.123Z"
CARD = [{"image_type_id": 1, "image": "", "file_name": "id_card.jpg"}]
CARD_FILES = {"selfie.jpg": JPEG, "id_card.jpg": JPEG}
WITH_CARD = [{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}, *CARD]
SMALL_CARD = ["image.few-bytes", "image.no-dimensions"]  # a card of a few bytes, of which these cases are not

CASES = {
    # One request, by itself.
    "no_route": ("1.2", "A request to a path that is no endpoint of the API breaks a rule", [{"path": "/v1//upload", "answer": refused("x", 403)}], "no-route",
                 [upload(), put(), {"method": "GET", "path": "/", "answer": FORBIDDEN}, {"method": "HEAD", "path": "/", "answer": FORBIDDEN}]),
    "put_at_no_route": ("1.2", "A PUT request to an unknown path of the API breaks a rule", [{"method": "PUT", "path": "/v1/archive", "body": "PK", "answer": FORBIDDEN}], "no-route", [upload(), put()]),
    "signed_no_route": ("1.2", "A request to an unknown path breaks a rule, even if its query contains a signature", [{"method": "GET", "path": "/v1/nonsense?Signature=x", "answer": FORBIDDEN}], "no-route",
                        # A link to an image, which has expired.
                        [{"method": "GET", "path": IMAGE, "answer": FORBIDDEN}]),
    "signed_other_method": ("1.2", "A DELETE request to an image link breaks a rule", [{"method": "DELETE", "path": IMAGE, "answer": FORBIDDEN}], "no-route",
                            [{"method": "GET", "path": IMAGE, "answer": {"status": 200}}]),
    "wrong_method": ("1.2", "A request to an endpoint with another HTTP method breaks a rule", [{"method": "GET", "path": "/v1/job_status", "answer": refused("x", 403)}],
                     "wrong-method", [{"method": "GET", "path": "/v1/services"}]),
    "link_by_other_method": ("1.2 and 3.5", "A request to an upload link with another method than PUT breaks a rule", [upload(), {"method": "DELETE", "path": LINK_PATH, "answer": FORBIDDEN}, put()], "wrong-method", [upload(), put()]),
    "query": ("1.2", "A query that the API ignores, because the body contains everything, breaks a rule", [{**status(), "path": "/v1/job_status?job_id=job-1"}], "query-unread", [status()]),
    "content_type_missing": ("1.4 and quirk 20", "A JSON body without a Content-Type, as the PHP SDK sends it, breaks a rule", [status(headers={})], "content-type-missing",
                             [status(headers={"content-type": "Application/JSON; charset=UTF-8"})]),
    "content_type_form": ("1.4 and quirk 41", "A JSON body with the Content-Type of a form, as the Ruby SDK sends for addresses, breaks a rule", [status(headers={"content-type": "application/x-www-form-urlencoded"})],
                          "content-type-other", [status()]),
    "archive_content_type": ("1.4 and quirk 21", "An archive with another Content-Type than its link is signed for breaks a rule", [upload(), put(headers={"content-type": "application/octet-stream", "content-length": "1"}, answer=refused("x", 403))],
                             "archive-content-type", [upload(), put()]),
    "archive_without_length": ("1.4", "An archive that is sent in chunks, without a Content-Length, breaks a rule", [upload(), put(headers={"content-type": "application/zip"}, answer=refused("x", 411))],
                               "archive-content-length", [upload(), put()]),
    "body_encoding": ("3", "A JSON body with a byte order mark, and a compressed one, break a rule", [
        {"path": "/v1/job_status", "body": "\ufeff{\"user_id\":\"user-1\"}", "answer": refused("2204")},
        {"path": "/v1/job_status", "body": "?", "headers": {**SENT, "content-encoding": "gzip"}, "answer": refused("2204")}], "body-encoding", [status()]),
    "body_of_no_encoding": ("3", "A JSON body is judged even if its Content-Encoding is `identity`: a missing member breaks a rule", [lacking(status(headers={**SENT, "content-encoding": "Identity"}, answer=refused("2213")), "job_id")], "member-missing",
                            [status(headers={**SENT, "content-encoding": "identity"})]),
    "body_of_no_json": ("3", "A body that is not JSON breaks a rule", [{"path": "/v1/upload", "body": "file_name=selfie.zip", "answer": refused("2203")}], "unreadable-body", [upload(), put()]),
    "member_of_no_type": ("3.4", "A member of a JSON type that cannot be read breaks a rule", [upload(more={"partner_params": "user-1"}, answer=refused("2204"))],
                          ["unreadable-body", "wrong-type"], [upload(), put()]),
    "member_missing": ("3.6", "A status request without `job_id` breaks a rule", [lacking(status(answer=refused("2213")), "job_id")], "member-missing", [status()]),
    "duplicate_member": ("3.7 and quirk 28", "A body with the same member twice breaks a rule", [{"path": "/v1/token", "body": "{\"user_id\":\"user-1\",\"user_id\":\"user-2\"}", "answer": refused("2213")}],
                         ["duplicate-member", "proof-missing"], [{"path": "/v1/token", "json": {"partner_id": "085", "user_id": "user-1", "job_id": "job-1", "product": "biometric_kyc", "callback_url": "", **PROOF}}]),
    "unknown_member_of_token": ("3.9", "An unknown member in a token request breaks a rule", [token({"job_type": 1})], "unknown-member", [token(SOURCE)]),
    "aml_types": ("3.10", "Members of an AML request that have another JSON type break a rule", [aml({"birth_year": 1989, "countries": "NG", "search_existing_user": "false", "strict_match": "true", "job_type": "10"}, answer=refused("2413"))],
                  ["unreadable-body", "wrong-type"], [aml({"aliases": ["Leo"], "anything": 1})]),
    "unknown_member": ("3.6", "An option with its name in the SDKs, which the API ignores, breaks a rule", [status(more={"return_history": True})], "unknown-member",
                       [status(more=SOURCE)]),
    "flag_as_text": ("3.6", "A flag that is a text, as the Ruby SDK 0.1.0 sent it, breaks a rule", [status(more={"image_links": "false"})], "wrong-type", [status(more={"image_links": True})]),
    "flag_as_null": ("3.6", "A flag that is null, as the PHP SDK sends it, breaks a rule", [status(more={"history": None})], "wrong-type", [status()]),
    "model_parameters_as_text": ("3.4", "An empty text in place of an object, as the PHP SDK sends it, breaks a rule", [upload(more={"model_parameters": ""}), put()], "wrong-type", [upload(), put()]),
    "job_type_as_text": ("3.2 and quirk 36", "A job type that is a text breaks a rule", [upload(job_type="4"), put(info(misc={"partner_params": params(job_type="4")}))], "wrong-type", [upload(), put()]),
    "retry_as_flag": ("4.4", "`retry` in info.json as a boolean instead of a text breaks a rule", [upload(), put(info(misc={"retry": False}))], "wrong-type", [upload(more={"retry": True}), put(info(misc={"retry": "true"}))]),
    "id_info_in_upload": ("3.4 and quirk 19", "The person's data in the upload request, as the JavaScript SDK sends it, breaks a rule", [upload(job_type=1, more={**PERSON, "entered": "true"}), put(info(job_type=1, id_info={**PERSON, "entered": "true"}))],
                          "id-info-in-upload", [upload(job_type=1), put(info(job_type=1, id_info={**PERSON, "entered": "true"}))]),
    "id_info_nested": ("3.3 and 3.7", "`id_info` as an object in a lookup, which the API ignores, breaks a rule", [lookup(more={"id_info": PERSON})], "id-info-nested", [lookup(more={"anything": PERSON})]),
    "partner_id_number": ("2.1 and quirk 42", "A partner id that is a JSON number breaks a rule", [status(more={"partner_id": 85}, answer=refused("2204"))], "partner-id-number", [status()]),
    "local_path": ("4.2 and quirk 10", "A path of the client's machine in upload request or info.json breaks a rule", [
        upload(more={"file_name": "/srv/leonora/selfie.zip"}), put(info(misc={"file_name": "/srv/leonora/selfie.zip"}))], "local-path", [upload(), put()]),
    "local_path_in_announcement": ("4.2 and quirk 10", "A path of the client's machine in the upload request breaks a rule, except in the partner's own parameters", [upload(more={"metadata": [{"path": "/srv/leonora/selfie.jpg"}]}), put()], "local-path",
                                   # The partner's own members are the partner's.
                                   [upload(more={"partner_params": {**params(), "page": "/images/logo.png"}}), put(info(misc={"partner_params": {**params(), "page": "/images/logo.png"}}))]),
    "local_path_as_file_name": ("4.2 and quirk 10", "A path instead of a file name in info.json is reported once, with the missing file", [
        upload(), put(info(images=[{"image_type_id": 0, "image": "", "file_name": "/srv/leonora/selfie.jpg"}]))], ["entry.not-listed", "image.file-missing", "image.local-path"], [upload(), put()]),
    "local_path_as_image": ("4.2 and quirk 10", "A path instead of the image's base64, as the JavaScript and Ruby SDKs send it for image types 4 and 5, breaks a rule", [
        upload(), put(info(images=[{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}, {"image_type_id": 4, "image": "/srv/leonora/liveness.jpg", "file_name": ""}]))],
        ["image.local-path", "image.type-mismatch"],
        [upload(), put(info(images=[{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}, {"image_type_id": 4, "image": "", "file_name": "liveness.jpg"}]), files={"selfie.jpg": JPEG, "liveness.jpg": JPEG})]),
    "proof_missing": ("2.3", "A status request without a signature breaks a rule", [lacking(status(answer=refused("2205")), "signature")], "proof-missing", [status()]),
    "sec_key": ("2.6", "The `sec_key` of the scheme before 2022, as the Python SDK 1.0.9 sent it, breaks a rule", [
        lacking(upload(more={**LEGACY, "use_enrolled_image": False}, answer=refused("2205")), "signature", "source_sdk", "source_sdk_version"),
        lacking(status(more=LEGACY, answer=refused("2205")), "signature")], ["sec-key", "source-sdk-missing"], [upload(), put(), status(after=2000)]),
    "sec_key_in_info": ("2.6", "The `sec_key` of the scheme before 2022 in info.json breaks a rule", [upload(), put(lacking_misc(info(misc=LEGACY), "signature"))], "sec-key", [upload(), put()]),
    "proof_null": ("2.3", "A signature that is null breaks a rule", [status(more={"signature": None}, answer=refused("2205"))], "proof-missing", [status()]),
    "key_sent": ("2.3", "The API key in a header breaks a rule", [status(headers={**SENT, "authorization": f"Bearer {KEYS['api_key']}"})], "key-sent", [status(headers={**SENT, "authorization": "Bearer abc"})]),
    "key_sent_in_query": ("2.3", "The API key in the query breaks a rule", [{**status(), "path": f"/v1/job_status?api_key={KEYS['api_key']}"}], ["key-sent", "query-unread"], [status()]),
    "key_sent_in_body": ("2.3", "The API key as a member of the body breaks a rule", [lookup(more={"api_key": KEYS["api_key"]})], "key-sent", [lookup(more={"api_key": "test"})]),
    "key_sent_in_form": ("2.3", "The API key in a body that is not JSON breaks a rule", [{"path": "/v2/smart-selfie-enroll", "body": f"key={KEYS['api_key']}", "answer": refused("2413")}], ["key-sent", "proof-missing"], [status()]),
    "key_sent_with_archive": ("2.3", "The API key in the headers of an upload, or in info.json, breaks a rule", [
        upload(), put(info(misc={"api_key": KEYS["api_key"]})),
        upload("job-2"), put(info("job-2"), headers={"content-type": "application/zip", "content-length": "1", "x-api-key": KEYS["api_key"]})], "key-sent", [upload(), put()]),
    "key_sent_nowhere": ("1.2 and 2.3", "The API key within an unknown path breaks a rule", [{"path": f"/v1/{KEYS['api_key']}/upload", "answer": refused("x", 403)}], ["key-sent", "no-route"], [status()]),
    "key_sent_as_password": ("2.3", "The API key as a password of basic authentication breaks a rule, even in an unusual spelling of the header", [
        status(headers={**SENT, "proxy-authorization": f"basic  {PASSWORD.rstrip('=')}"})], "key-sent", [status(headers={**SENT, "proxy-authorization": "Basic bGVvOng="})]),
    "key_sent_with_link": ("2.3", "The API key in a request to an image link breaks a rule", [{"method": "GET", "path": IMAGE, "headers": WITH_KEY}], "key-sent", [{"method": "GET", "path": IMAGE}]),
    "key_sent_with_expired_link": ("2.3", "The API key in a request to an expired image link breaks a rule", [{"method": "GET", "path": IMAGE, "headers": WITH_KEY, "answer": FORBIDDEN}], "key-sent", [{"method": "GET", "path": IMAGE, "answer": FORBIDDEN}]),
    "key_sent_by_other_method": ("1.2 and 2.3", "The API key in a request to an upload link breaks a rule, even if the method is wrong", [upload(), {"method": "POST", "path": LINK_PATH, "headers": WITH_KEY, "answer": FORBIDDEN}, put()], ["key-sent", "wrong-method"], [upload(), put()]),
    "key_sent_with_unknown_link": ("2.3 and 3.5", "The API key in a request to an unknown link breaks a rule", [put(headers=WITH_KEY, answer=FORBIDDEN)], ["key-sent", "link-unknown"], [put()]),
    "key_sent_with_too_much": ("2.3 and 5.8", "The API key in the headers of a message that is too large to be read breaks a rule", [{"path": "/v1/upload", "headers": WITH_KEY, "body": "", "answer": TOO_LARGE}], ["key-sent", "request-refused"], [upload(), put()]),
    "key_sent_with_too_large_an_archive": ("2.3 and 5.8", "The API key in the headers of an archive that is too large to be read breaks a rule", [upload(), put(headers=WITH_KEY, answer=TOO_LARGE)], ["key-sent", "request-refused"], [upload(), put()]),
    "key_sent_elsewhere": ("2.3", "The API key in a request to a path outside of the API breaks a rule", [{"method": "GET", "path": "/health", "headers": WITH_KEY}], "key-sent", [{"method": "GET", "path": "/health"}]),
    "unknown_partner": ("2.1", "A partner unknown to the judge, with a wrong signature, breaks a rule if the API refuses the request", [status(more={"partner_id": "99", "signature": "A" * 43 + "="}, answer=refused("2205"))], "unknown-partner",
                        # Whom the server knows, the judge need not know, whatever else it refuses.
                        [status(more={"partner_id": "99", "signature": "A" * 43 + "="}), status("job-2", more={"partner_id": "99", "signature": "A" * 43 + "="}, answer=refused("2304"))]),
    "partner_of_the_lookups": ("2.1 and 5.8", "A lookup that names an unknown partner breaks a rule if the API refuses its authentication", [lookup(more={"partner_id": "99", "signature": "A" * 43 + "="}, answer=refused("2405"))], "unknown-partner",
                               [lookup(more={"partner_id": "99", "signature": "A" * 43 + "="}, answer=refused("2414"))]),
    "key_of_another_partner": ("2.1", "A wrong signature of any partner whose key the server knows breaks a rule", [status(more={**OF_OTHER, "signature": "A" * 43 + "="}, answer=refused("2205"), **OTHER)], "unexplained",
                               [status(more=OF_OTHER, **OTHER)]),
    "other_key": ("2.1", "A signature with another key or for another timestamp breaks a rule", [status(more={"signature": "A" * 43 + "="}, answer=refused("2205"))], "unexplained", [status()]),
    "timestamp_rewritten": ("2.3 and quirk 3", "A timestamp that lost its fraction after signing, as the Java SDK reformats it, breaks a rule", [status(more={"timestamp": "2023-11-14T22:13:20Z"}, answer=refused("2205"))],
                            ["timestamp-form", "timestamp-fraction"], [status()]),
    "timestamp_naive": ("2.2 and quirk 2", "A timestamp in local time without a zone, as the Python SDK wrote it before 3.0.1, breaks a rule", [status(timestamp="2023-11-14T22:13:20.123456", answer=refused("2205"))], "timestamp-naive", [status()]),
    "timestamp_form": ("2.2", "Timestamps that can be read but are not in the documented format break a rule", [
        status(job, timestamp=text) for job, text in [("job-1", "2023-11-14T22:13:20.123456+00:00"), ("job-2", "2023-11-14 22:13:20 +0000"), ("job-3", "1700000000000"),
                                        ("job-4", "2023-11-14 22:13:20 UTC"), ("job-5", "2023-11-14T22:13:20.123 GMT"), ("job-6", "2023-11-14 22:13:20 Z")]],
        "timestamp-form", [status(timestamp="2023-11-14T22:13:20.123Z")]),
    "timestamp_off_by_a_quarter": ("2.2 and quirk 2", "A timestamp that is off by a time zone with a quarter of an hour breaks a rule", [status(timestamp="2023-11-14T22:28:20.000Z", answer=refused("2205"))], "timestamp-off",
                                   [status(timestamp="2023-11-14T22:22:20.000Z")]),
    "timestamp_unreadable": ("2.2", "A timestamp that cannot be read breaks a rule", [
        status(job, timestamp=text, answer=refused("2205")) for job, text in [("job-1", "yesterday"), ("job-2", "14/11/2023 22:13:20"), ("job-3", "2023-11-14 22:13:20 EAT"), ("job-4", "1700000000 UTC")]], "timestamp-unreadable", [status()]),
    "timestamp_off_with_zone": ("2.2 and quirk 2", "A timestamp in local time that is marked as \"UTC\" breaks a rule", [status(timestamp="2023-11-14 23:13:20 UTC", answer=refused("2205"))], "timestamp-off", [status()]),
    "timestamp_elsewhere": ("2.3", "A signature for the timestamp in a header, instead of that in the body, breaks a rule", [
        status(timestamp=OLD, headers={**SENT, "smileid-timestamp": OLD}, more={"timestamp": "2023-11-14T22:14:00.000Z"}, answer=refused("2205"))], "other-place", [status()]),
    "timestamp_off": ("2.2 and quirk 2", "A timestamp in local time that is marked as UTC, as the Java SDK 1.0 wrote it, breaks a rule", [status(timestamp="2023-11-14T23:13:20.123Z", answer=refused("2205"))], "timestamp-off",
                      [status(timestamp="2023-11-14T22:18:20.000Z")]),
    "source_sdk": ("3.1", "An upload request that does not name its SDK breaks a rule", [lacking(upload(), "source_sdk", "source_sdk_version"), put()], "source-sdk-missing", [upload(), put()]),
    "refused_member": ("5.8", "A refusal whose diagnosis names a missing member breaks the rule for missing members", [token({"callback_url": ""}, answer=refused("2213", diagnosis="member-missing: `callback_url` is missing or empty"))], "member-missing",
                       [token(answer=refused("2209", diagnosis="2209: the user is enrolled"))]),
    "refused_for_a_reason": ("5.8", "A refused request breaks a rule, and the mock server's diagnosis is part of the report", [token({"product": "none"}, answer=refused("2217", diagnosis="member-invalid: `product` must be one of [a, Leonora]"))], "request-refused", [token()]),
    "country_form": ("3.3", "A country that is not a two-letter ISO code breaks a rule", [lookup(job, {"country": country}) for job, country in [("job-1", "Nigeria"), ("job-2", "ng"), ("job-3", "NGA")]], "country-form", [lookup()]),
    "dob_form": ("3.3", "A date of birth in another format breaks a rule", [lookup(more={"dob": "20/09/1989"})], "dob-form", [lookup(more={"dob": "1989-09-20"}), lookup("job-2", {"dob": ""})]),
    "forms_beside_another_type": ("3.3", "A wrong country and date of birth are found even if other members have the wrong JSON type", [
        lookup(more={"country": "Nigeria", "dob": "20/09/1989", "first_name": ["Leonora"], "id_number": {}}, answer=refused("2204"))],
        ["country-form", "dob-form", "unreadable-body", "wrong-type"], [lookup()]),
    "dob_no_date": ("3.3", "A date of birth that does not exist in the calendar breaks a rule", [lookup(more={"dob": "1989-02-30"})], "dob-form", [lookup(more={"dob": "1988-02-29"})]),
    "callback_form": ("7.3", "A callback URL that is not an http or https URL breaks a rule", [upload(more={"callback_url": "not a url"}), put(info(misc={"callback_url": "not a url"})), token({"callback_url": "/callbacks/x.jpg"})], "callback-form",
                      [upload(more={"callback_url": ""}), put(info(misc={"callback_url": ""})), token({"callback_url": "http://localhost:1/x"})]),
    "names_empty": ("3.2 and 7.3", "A user id or a job id that is empty or missing breaks a rule", [lookup(more={"partner_params": {"user_id": "user-1", "job_id": "", "job_type": 5}}), lookup(more={"partner_params": {"job_id": "job-1", "job_type": 5}})], "member-missing", [lookup()]),
    "id_info_missing": ("7.3", "A lookup without an ID number, a country or an ID type breaks a rule", [lacking(lookup(), "id_number"), lacking(lookup("job-2"), "country"), lookup("job-3", {"id_type": " "})], "id-info-missing",
                        [lookup(), lacking(lookup("job-2", {"session_id": "x"}), "id_number")]),
    "id_info_missing_of_business": ("7.3", "A Business Verification without an ID type breaks a rule", [business(id_type="")], "id-info-missing", [business()]),
    "id_info_missing_entered": ("7.3", "A job with only a selfie and with `entered`, but without an ID, breaks a rule", [upload(job_type=1), put(info(job_type=1, id_info={"country": "NG", "entered": "true"}))], "id-info-missing", [upload(job_type=1), put(info(job_type=1, id_info=ENTERED))]),
    "entered_without_id": ("3.3 and 7.3", "`entered` without an ID breaks a rule if the job needs no ID, as the Java SDK sends it", [
        upload(), put(info(id_info={"entered": True, "country": ""})),
        upload("job-2", 1), put(info("job-2", 1, images=WITH_CARD, id_info={"entered": "true", "country": "NG"}), files=CARD_FILES)],
        ["entered-without-id", "wrong-type"], [upload(), put(info(id_info={"entered": "false"})), upload("job-2"), put(info("job-2", id_info=ENTERED))]),
    "id_info_missing_of_document": ("7.3", "A Document Verification without a country, and an enhanced one without an ID type, break a rule", [
        upload(job_type=6), put(info(job_type=6, images=WITH_CARD, id_info={}), files=CARD_FILES), upload("job-2", 11), put(info("job-2", 11, images=WITH_CARD, id_info={"country": "NG"}), files=CARD_FILES)],
        ["id-info-missing", *SMALL_CARD],
        [upload(job_type=6), put(info(job_type=6, images=WITH_CARD, id_info={"country": "NG"}), files=CARD_FILES), upload("job-2", 11), put(info("job-2", 11, images=WITH_CARD, id_info={"country": "NG", "id_type": "PASSPORT"}), files=CARD_FILES)],
        SMALL_CARD),
    "id_info_missing_alone": ("7.3", "An archive without the ID data that its own job type needs breaks a rule, even without an upload request", [put(info(job_type=1, id_info={"entered": "true"}))], "id-info-missing", [put(info(job_type=1, id_info=ENTERED))]),
    "refused": ("5.8", "A token request for a product that does not exist, which the API refuses, breaks a rule", [{"path": "/v1/token", "json": {"partner_id": "085", "user_id": "user-1", "job_id": "job-1", "product": "none", **PROOF}, "answer": refused("2217")}], "request-refused",
                # The user is enrolled already: nothing is wrong with the request.
                [upload(answer=refused("2209"))]),
    "too_large": ("5.8", "A message that is too large to be read, or that ends early, breaks a rule", [{"path": "/v1/upload", "headers": {"content-type": "application/json", "content-length": "3000000"}, "body": "", "answer": {"status": 413}}],
                  "request-refused", [{"path": "/v1/upload", "headers": {"content-type": "application/json", "content-length": "300"}, "body": "", "answer": BROKEN}]),
    # info.json, and what was announced.
    "info_differs": ("4.4", "An info.json that names another job than the upload request breaks a rule", [upload(), put(info("job-2"))], "info-differs", [upload(), put()]),
    "info_differs_in_file": ("3.4 and 4.4", "An info.json that names another file than the upload request breaks a rule", [upload(), put(info(misc={"file_name": "other.zip"}))], "info-differs",
                             # Both may leave members out.
                             [lacking(upload(), "file_name", "callback_url"), put(), upload("job-2"), put(lacking_misc(info("job-2"), "partner_params", "smile_client_id", "file_name", "callback_url"))]),
    "info_differs_in_callback": ("4.4", "An info.json that names another callback URL than the upload request breaks a rule", [upload(), put(info(misc={"callback_url": "https://cb.example/other"}))], "info-differs",
                                 [upload(more={"callback_url": None}), put(info(misc={"callback_url": ""}))]),
    "info_of_another_partner": ("4.4", "A wrong signature in info.json breaks a rule, but not for a partner whose key the judge does not know", [upload(), put(info(misc={"signature": "A" * 43 + "="}))], "unexplained",
                                # Whom the server knows, the judge need not know.
                                [upload(more={"smile_client_id": "99", "signature": "A" * 43 + "="}), put(info(misc={"smile_client_id": "99", "signature": "A" * 43 + "="}))]),
    "no_selfie": ("7.3", "The archive of a registration without a selfie breaks a rule", [upload(), put(info(images=[{"image_type_id": 4, "image": "", "file_name": "selfie.jpg"}]))], "info.no-selfie", [upload(), put()]),
    "info_signature": ("4.4", "A wrong signature in info.json breaks a rule", [upload(), put(info(misc={"signature": "A" * 43 + "="}))], "unexplained", [upload(), put()]),
    "enrolled_image": ("3.4 and quirk 23", "A Document Verification without a selfie and without `use_enrolled_image`, as the Ruby SDK sends it, breaks a rule", [upload(job_type=6), put(info(job_type=6, images=CARD, id_info={"country": "NG"}), files={"id_card.jpg": JPEG})],
                       ["enrolled-image-not-sent", *SMALL_CARD], [upload(job_type=6, more={"use_enrolled_image": True}), put(info(job_type=6, images=CARD, id_info={"country": "NG"}), files={"id_card.jpg": JPEG})],
                       SMALL_CARD),
    # Several requests.
    "signature_reused": ("2.3 and quirk 1", "One signature for all status requests of a job, as the Python SDK signs them, breaks a rule",
                         [status(timestamp=OLD), status(timestamp=OLD, after=2000)], "signature-reused", [status(), status(after=2000)]),
    "signature_reused_on_the_way": ("2.3 and quirk 1", "One signature for the upload request and the first status request breaks a rule", [upload(timestamp=OLD), put(), status(timestamp=OLD, after=2000)], "signature-reused",
                                    [upload(), put(), status(after=2000)]),
    "signature_reused_for_jobs": ("2.3 and quirk 1", "One signature for two jobs that are sent a minute apart breaks a rule", [lookup("job-1", timestamp=OLD), lookup("job-2", timestamp=OLD, after=60_000)], "signature-reused",
                                  # Signed in the same millisecond, and one waited for its turn.
                                  [lookup("job-1", timestamp=OLD), lookup("job-2", timestamp=OLD, after=5_000)]),
    "signature_reused_without_pause": ("2.3 and quirk 1", "One signature for a lookup every ten seconds, for a minute, breaks a rule", [lookup(f"job-{n}", timestamp=OLD, after=10_000) for n in range(7)], "signature-reused",
                                       # One for three jobs each, signed at once and sent within the time that a queue takes.
                                       [lookup(f"job-{n}", timestamp=OLD, after=10_000) for n in range(3)] + [lookup(f"job-{n}", timestamp="2023-11-14T22:14:20.123Z", after=10_000) for n in range(3, 6)]),
    "signature_reused_in_turns": ("2.3 and quirk 1", "One signature for alternating status requests of two jobs breaks a rule", [status(f"job-{n % 2}", timestamp=OLD, after=2000) for n in range(4)], "signature-reused",
                                  [status(f"job-{n % 2}", after=2000) for n in range(4)]),
    "signature_of_a_second": ("2.2 and 2.3", "A signature that is used again breaks a rule; with timestamps of whole seconds it may be used within a second", [status(timestamp="2023-11-14 22:13:20 +0000"), status(timestamp="2023-11-14 22:13:20 +0000", after=5000)],
                              ["signature-reused", "timestamp-form"], [status(timestamp="2023-11-14 22:13:20 +0000"), status(timestamp="2023-11-14 22:13:20 +0000", after=900)], ["timestamp-form"]),
    "repeated_as_it_was": ("2.3", "The same signed request sent twice breaks a rule, unless the first one got no response or status 408, 425, 429 or 503", [status(timestamp=OLD), status(timestamp=OLD, after=2000)], "signature-reused",
                           [status(timestamp=OLD, answer=BROKEN), *(status(timestamp=OLD, after=2000, answer=refused("x", code)) for code in [503, 408, 425, 429]), status(timestamp=OLD, after=2000)]),
    "announced_again": ("5.1 and quirk 15", "An unchanged upload request for ids that already exist breaks a rule", [upload(), put(), upload(answer=refused("2215"), after=60_000), upload(answer=refused("2215"), after=60_000)], "announced-again",
                        [upload(), upload(answer=refused("2215"), after=60_000), upload(more={"retry": True}, after=60_000), put(info(misc={"retry": "true"}))]),
    "retry_as_text": ("3.4 and 5.1", "An upload request with `retry` as the text \"true\" counts as a retry and not as a repeated request", [upload(answer=refused("2215")), upload(answer=refused("2215"), after=60_000)], "announced-again",
                      [upload(answer=refused("2215")), upload(more={"retry": "true"}, after=60_000), put(info(misc={"retry": "true"}))], ["wrong-type"]),
    "partners_apart": ("2.1", "Two partners may use the same ids; the same partner that repeats an upload request breaks a rule", [upload(answer=refused("2215")), upload(answer=refused("2215"), after=1000)], "announced-again",
                       [upload(answer=refused("2215")), upload(more={"smile_client_id": "001"}, answer=refused("2215"), **OTHER),
                        status(answer=refused("2304")), status(more=OF_OTHER, answer=refused("2304"), **OTHER),
                        lookup("job-2"), lookup("job-2", more=OF_OTHER, **OTHER)]),
    "link_unknown": ("5.1", "An upload to a link that was copied from HTML without unescaping `&amp;` breaks a rule", [upload(), put(path=LINK_PATH + "&amp;x=1", answer=FORBIDDEN)], ["archive-never-came", "link-unknown"],
                     # Given out before anybody watched.
                     [put(path=LINK_PATH + "&x=1")]),
    "link_at_another_host": ("5.1", "An upload to a path that no upload response contained breaks a rule", [{"method": "PUT", "path": "/upload", "body": "{}", "answer": FORBIDDEN}], "link-unknown", [upload(), put()]),
    "link_of_another_job": ("5.1", "Two jobs with links that differ only in the signature are distinguished: a job without an archive breaks a rule", [
        upload(), upload("job-2", answer={"status": 200, "json": {"upload_url": LINK + "2"}}), put(), put(after=1)], "archive-never-came",
        [upload(), upload("job-2", answer={"status": 200, "json": {"upload_url": LINK + "2"}}), put(), put(info("job-2"), path=LINK_PATH + "2")]),
    "link_used_again": ("5.1 and quirk 15", "Another upload to an expired link breaks a rule", [upload(), put(answer=refused("x", 403)), put(answer=refused("x", 403), after=1000)], "link-used-again",
                        [upload(), put(answer=refused("x", 403)), upload(more={"retry": True}, after=1000), put(info(misc={"retry": "true"}))]),
    "archive_put_twice": ("5.2", "Uploading to the same link again breaks a rule if the link was refused twice, but not after a broken connection", [upload(), put(answer=refused("x", 403)), put(answer=refused("x", 403), after=1000)], "link-used-again",
                          [upload(), put(answer=BROKEN), put(after=1000), upload("job-2"), put(info("job-2"), answer=refused("x", 403)), put(info("job-2"), after=1000)]),
    "archive_cut_off": ("5.2", "A job whose upload failed without a response, and that got a new link, breaks a rule if no archive follows", [upload(), put(answer=BROKEN), upload("job-2", answer={"status": 200, "json": {"upload_url": LINK + "2"}})], "archive-never-came",
                        [upload(), {"method": "PUT", "path": LINK_PATH, "headers": {"content-type": "application/zip", "content-length": "5000"}, "answer": BROKEN}]),
    "announced_at_once": ("5.1", "A second upload request for the same job breaks a rule, unless it was sent before the response to the first", [upload(answer=refused("2215"), takes=1000), upload(answer=refused("2215"), after=1100)], "announced-again",
                          [upload(answer=refused("2215"), takes=1000), upload(answer=refused("2215"), after=900), upload(answer=refused("2215"), after=10)]),
    "asked_at_once": ("6", "A status request after a refusal breaks a rule, unless it was sent before the refusal arrived", [status(answer=refused("2304"), takes=1000), status(answer=refused("2304"), after=1100)], "polled-after-refusal",
                      [status(answer=refused("2304"), takes=1000), status(answer=refused("2304"), after=900), status(answer=refused("2304"), after=10)]),
    "asked_much_later": ("6", "A refused status request that is repeated within a minute breaks a rule", [status(answer=refused("2304")), status(answer=refused("2304"), after=59_000)], "polled-after-refusal",
                         [status(answer=refused("2304")), status(answer=refused("2304"), after=60_000)]),
    "asked_after_a_gateway": ("6", "A status request after the API's refusal breaks a rule; after a proxy's refusal it does not", [status(answer=refused("2304")), status(after=2000)], "polled-after-refusal",
                              [status(answer={"status": 403, "json": {"message": "Forbidden"}}), status(after=2000)]),
    "polled_after_refusal": ("6 and quirk 5", "A status request that is repeated after a refusal, as the JavaScript SDK does forever, breaks a rule", [status(answer=refused("2205")), status(answer=refused("2205"), after=2000)], "polled-after-refusal",
                             [status(answer=refused("x", 503)), status(after=2000), status(answer=refused("2205"), after=2000)]),
    "asked_after_a_refusal_and_an_announcement": ("6", "A status request that is repeated after \"unknown job\" breaks a rule, unless the job was submitted in between", [status(answer=refused("2304")), status(answer=refused("2304"), after=2000)], "polled-after-refusal",
                                                  [status(answer=refused("2304")), upload(after=1), status(after=2000), put(), status(after=2000)]),
    "asked_after_a_refusal_and_an_archive": ("6", "A status request that is repeated after \"unknown job\" breaks a rule, unless the archive was uploaded in between", [upload(), status(answer=refused("2304")), status(answer=refused("2304"), after=2000), put()], "polled-after-refusal",
                                             [upload(), status(answer=refused("2304")), put(), status(after=2000)]),
    "refused_after_the_result": ("6", "A second status request that is refused after the final result breaks a rule", [status(answer=done()), status(answer=refused("2205"), after=2000), status(answer=refused("2205"), after=2000)], "polled-after-refusal",
                                 [status(answer=done()), status(answer=refused("2205"), after=2000)]),
    "polled_after_result": ("6", "Many status requests after the final result break a rule", [status(answer=done(), after=2000, times=5)], "polled-after-result",
                            [status(answer=done(final=False), after=2000, times=20), status(answer=done(), after=2000, times=4)]),
    "polled_too_fast": ("6", "Status requests without a pause break a rule", [status(after=500, times=11)], "polled-too-fast", [status(after=1100, times=22)]),
    "polled_for_ever": ("6", "Status requests for an unfinished job that never stop break a rule", [status(after=2000, times=23)], "polled-for-ever",
                        # An outage is ridden out, and somebody comes back each minute, and then the archive comes.
                        [status(after=2000, times=20), status(after=2000, times=40, answer=refused("x", 503)), status(after=2000, times=2), status(after=60_000, times=30), status(after=2000, times=21), upload(), status(after=2000, times=22), put(), status(after=2000, times=22)]),
    "archive_never_came": ("7.3 and quirk 14", "An accepted upload request without a following archive breaks a rule", [upload()], "archive-never-came",
                           # The client does not have the link of the first, and the second was refused.
                           [upload(answer=BROKEN), upload("job-2", answer=refused("2209"))]),
    "lookup_repeated": ("3.7", "A second lookup for the same job, which is billed again, breaks a rule", [lookup(), lookup(after=60_000)], "lookup-repeated", [lookup(), lookup("job-2", after=60_000)]),
    "lookup_without_answer": ("3.7", "A lookup that is repeated after a response breaks a rule; after a broken connection it does not", [lookup(), lookup(after=1)], "lookup-repeated",
                              [status(answer=refused("2304")), lookup(answer=BROKEN, after=1), status(after=2000), lookup(after=1)]),
    "refused_twice": ("3.7", "A repeated lookup breaks a rule, unless the first one was refused and so not billed", [lookup(), lookup(after=1)], "lookup-repeated", [lookup(answer=refused("2405")), lookup(after=60_000)]),
}

# What the official SDKs send by the reference, where nothing is recorded here.
BILL = {**info()["misc_information"]["userData"], "firstName": "Bill"}
RUBY = "2023-11-14 22:13:20 +0000"
SDKS = {
    "sdk_ruby": ("3.4, 4.3, 4.4 and quirks 10 and 22", "The Ruby SDK breaks rules: its own timestamp format, paths instead of liveness images, a placeholder name",
                 [upload(timestamp=RUBY), put(info(misc={"userData": BILL}, images=[{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"},
                  {"image_type_id": 4, "image": "/srv/leonora/liveness.jpg", "file_name": ""}]), timestamp=RUBY)],
                 ["image.local-path", "image.type-mismatch", "info.placeholder-name", "timestamp-form"]),
    "sdk_php": ("1.4, 2.2, 3.4, 3.6, 4.2 and quirks 11 and 20", "The PHP SDK breaks rules: no Content-Type, an empty text for an object, null for flags, missing files",
                [upload(headers={}, timestamp="2023-11-14T22:13:20+00:00", more={"model_parameters": ""}),
                 put(info(images=[{"image_type_id": 0, "image": "", "file_name": "selfie.jpg"}, {"image_type_id": 4, "image": "", "file_name": "missing.jpg"}]), timestamp="2023-11-14T22:13:20+00:00"),
                 status(headers={}, timestamp="2023-11-14T22:13:23+00:00", after=3000, more={"image_links": None, "history": None, **SOURCE})],
                ["content-type-missing", "image.file-missing", "timestamp-form", "wrong-type"]),
    "sdk_java": ("2.2, 2.3 and 4.4 and quirk 3", "The Java SDK breaks rules: timestamps with nanoseconds, one signature for all status requests, `entered` as a boolean",
                 [upload(timestamp="2023-11-14T22:13:20.123456789Z"), put(info(id_info={"country": "", "entered": True}), timestamp="2023-11-14T22:13:20.123456789Z"),
                  status(timestamp="2023-11-14T22:13:20.223456789Z", after=2000), status(timestamp="2023-11-14T22:13:20.223456789Z", after=4000)],
                 ["entered-without-id", "signature-reused", "timestamp-form", "wrong-type"]),
}


def main():
    for path in HERE.glob("*.json"):
        path.unlink()
    rows = {**CASES, **{name: (*row, [upload(), put(), status(after=2000)]) for name, row in SDKS.items()}}
    for name, (section, description, breaks, expect, keeps, *besides) in rows.items():
        case = {"id": f"client/{name}", "description": description, "source": f"wire reference, {section}",
                "credentials": KEYS, "breaks": breaks, "expect": sorted([expect] if isinstance(expect, str) else expect), "keeps": keeps}
        if besides:
            case["besides"] = sorted(besides[0])
        (HERE / f"{name}.json").write_text(json.dumps(case, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
