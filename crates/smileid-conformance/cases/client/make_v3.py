"""Writes the cases of this folder about version 3.

    python3 make_v3.py

Each entry names a section of the reference of version 3 and the rules that must be broken. Nothing is read from the code under
test.
"""

import base64
import json
import pathlib

HERE = pathlib.Path(__file__).parent
KEYS = {"partner_id": "085", "api_key": "test-api-key-0001"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoiODUiLCJleHAiOjE4MDAwMDAwMDB9.c2ln"
JOB = "job_01h2xcejqtf2nbrexx3vqjhp41"
JPEG = b"\xff\xd8\xff\xe0 a picture"
PNG = b"\x89PNG\r\n\x1a\n a picture"
PERSON = {"given_names": "Amina Fatou", "last_name": "Clearwater", "email": "amina.clearwater@example.com"}
CONSENT = {
    "granted": True, "granted_at": "2023-11-14T22:00:00.000Z", "notice_language": "EN",
    "notice_privacy_policy_url": "https://example.com/privacy",
}
HEADERS = {"smileid-token": TOKEN, "user-id": "user-1"}
ACCEPTED = {"status": 202, "json": {"status": "accepted", "message": "m", "job_id": JOB, "user_id": "user-1"}}
UNAUTHORIZED = {"status": 401, "json": {"status": "Unauthorized", "message": "Invalid authentication credentials."}}

CASES = {}


def text(name, value):
    return {"text": {"name": name, "value": value}}


def image(name, content=JPEG, content_type="image/jpeg", file_name="picture.jpg"):
    content = base64.b64encode(content).decode()
    return {"file": {"name": name, "file_name": file_name, "content_type": content_type, "base64": content}}


def parts(*more, without=(), **changed):
    """The parts of a lookup of an ID number."""
    whole = {"country": "NG", "id_type": "BVN", "id_number": "00000000000", "user_details": PERSON, "consent": CONSENT, **changed}
    kind = lambda value: "text" if isinstance(value, str) else "json"
    return [
        {kind(value): {"name": name, "value": value}} for name, value in whole.items() if name not in without
    ] + list(more)


def post(path, form, headers=HEADERS, answer=ACCEPTED, **step):
    return {"path": path, "headers": headers, "parts": form, "answer": answer, **step}


def lookup(*more, without=(), headers=HEADERS, answer=ACCEPTED, path="/v3/enhanced_kyc", step=None, **changed):
    return post(path, parts(*more, without=without, **changed), headers, answer, **(step or {}))


def selfie(*changed, frames=6, **step):
    has_selfie = any(it.get("file", {}).get("name") == "selfie_image" for it in changed)
    own = [image("selfie_image")] * (not has_selfie) + [image("liveness_images")] * frames
    return post("/v3/registration", parts(*own, *changed, without=("country", "id_type", "id_number")), **step)


def status(job=JOB, headers=None, answer=None, **step):
    answer = answer or {"status": 202, "json": {"status": "processing", "job_id": job, "user_id": "user-1"}}
    return {"method": "GET", "path": f"/v3/status/{job}", "headers": headers or {"smileid-token": TOKEN}, "answer": answer, **step}


def token(headers=None, answer=None, **step):
    headers = headers or {"smileid-partner-id": "85", "smileid-api-key": KEYS["api_key"]}
    return {"path": "/v3/token", "headers": headers, "answer": answer or {"status": 200, "json": {"token": TOKEN}}, **step}


def case(name, description, source, breaks, keeps, expect=None, besides=None):
    listed = lambda steps: steps if isinstance(steps, list) else [steps]
    rule = "v3-" + name.replace("_", "-")
    whole = {
        "id": f"client/v3_{name}", "description": description, "source": source, "credentials": KEYS, "breaks": listed(breaks),
        "expect": sorted(expect or [rule]), "keeps": listed(keeps),
    }
    if besides:
        whole["besides"] = besides
    assert name not in CASES, name
    CASES[name] = whole


SPEC = "spec-v3"

case(
    "brackets", "Names with brackets", "tests with the sandbox: brackets are refused, dropped or counted wrongly",
    [lookup(text("consent[granted]", "true")), selfie(image("liveness_images[0]"))], [lookup(), selfie()],
)
case(
    "callback_form", "A callback URL without TLS, or without a host", f"{SPEC}: callback_url",
    [lookup(callback_url=url) for url in ["http://cb.example/hook", "cb.example", "https:///hook", ""]],
    [lookup(callback_url=url) for url in ["https://cb.example/hook", "http://127.0.0.1:8090/callback"]],
)
case(
    "consent", "A consent that is missing, refused, incomplete, or in the future", f"{SPEC}: Consent", [
        lookup(without=("consent",)),
        *[
            lookup(consent=consent) for consent in [
                {**CONSENT, "granted": False}, {**CONSENT, "granted_at": "2023-11-15T22:00:00.000Z"},
                {**CONSENT, "notice_language": "eng"}, {**CONSENT, "notice_privacy_policy_url": "http://example.com"},
                {name: value for name, value in CONSENT.items() if name != "granted_at"}, {},
            ]
        ],
    ],
    [lookup(), lookup(consent={**CONSENT, "granted_at": "2023-11-14T22:13:40.000Z"}), lookup(consent={**CONSENT, "notice_language": "en"})],
)
case(
    "double_slash", "A path with two slashes", "v3-corrections C4: mobile SDKs, which the sandbox accepts",
    lookup(path="//v3/enhanced_kyc"), lookup(),
)
case("frames", "Five or nine images of the liveness check", f"{SPEC}: liveness_images", [selfie(frames=5), selfie(frames=9)], [selfie(), selfie(frames=8)])
case(
    "image_content_type", "Images whose Content-Type follows from their file name", "official SDKs for Go, Python and Java: by name",
    selfie(image("selfie_image", JPEG, "image/png", "selfie.png")), [selfie(), selfie(image("selfie_image", JPEG, "image/jpeg", "selfie.png"))],
)
DOCUMENT = parts(image("selfie_image"), *[image("liveness_images")] * 6, image("document", PNG, "image/png"), without=("id_type", "id_number"))
case(
    "image_form", "A selfie as PNG, and a document as PDF", f"{SPEC}: images", [
        selfie(image("selfie_image", PNG, "image/png")), selfie(image("selfie_image", b"%PDF-1.7", "application/pdf")),
        post("/v3/document_verification", parts(image("selfie_image"), *[image("liveness_images")] * 6, image("document", b"GIF89a", "image/gif"), without=("id_type", "id_number"))),
    ],
    [selfie(), post("/v3/document_verification", DOCUMENT)],
)
case(
    "job_after_401", "A job that is sent again with another token", "official SDKs of version 12: each request is sent again after a 401",
    [lookup(answer=UNAUTHORIZED), lookup(headers={**HEADERS, "smileid-token": TOKEN + "2"})],
    [lookup(answer=UNAUTHORIZED), lookup(id_number="00000000001"), status(answer=UNAUTHORIZED), status()],
)
case(
    "job_id_form", "Job ids of another form", f"{SPEC}: ids", [status(job, answer={"status": 400}) for job in ["job-1", "%2E%2E", "JOB_01H2XCEJQTF2NBREXX3VQJHP41"]],
    status(),
)
case(
    "job_repeated", "A job that is sent again after no response, or after an error of the server or of the authority", f"{SPEC}: sync endpoints; v3-api 2.3",
    [step for number, answer in enumerate([{"status": None}, {"status": 500}, {"status": 504}, {"status": 424}, {"status": 408}])
     for step in (lookup(id_number=f"{number:011}", answer=answer), lookup(id_number=f"{number:011}"))],
    [lookup(answer={"status": 500}), lookup(id_number="00000000001"), lookup(id_number="00000000002"), lookup(id_number="00000000002"),
     lookup(id_number="00000000003", answer={"status": 429}), lookup(id_number="00000000003"), status(answer={"status": 503}), status()],
)
case(
    "json_part", "JSON in a part of text, or in a file", f"{SPEC}: parts; tests with the sandbox: text is accepted",
    [lookup(text("consent", json.dumps(CONSENT)), without=("consent",)),
     lookup(image("consent", json.dumps(CONSENT).encode(), "application/json", "consent.json"), without=("consent",))],
    lookup(),
)
case(
    "no_form", "A job as JSON, and a form without a boundary", f"{SPEC}: 415",
    [{"path": "/v3/enhanced_kyc", "headers": {**HEADERS, "content-type": kind}, "body": "{}", "answer": {"status": 415}}
     for kind in ["application/json", "multipart/form-data"]],
    [lookup(), token(), {"path": f"/v3/replay/{JOB}", "headers": {"smileid-token": TOKEN}, "answer": ACCEPTED}],
)
case(
    "number_form", "A result code with a fraction", "recorded from the official SDK for Python", selfie(text("sandbox_result", "1220.0")),
    selfie(text("sandbox_result", "1220")),
)
case(
    "partner_id", "A partner id with leading zeros", f"{SPEC}: smileid-partner-id",
    [token({"smileid-partner-id": "085", "smileid-api-key": KEYS["api_key"]}), lookup(headers={**HEADERS, "smileid-partner-id": "085"})],
    [token(), lookup(headers={**HEADERS, "smileid-partner-id": "85"})],
)
case("token_missing", "A job and a status request without a token", f"{SPEC}: SmileIDToken", [lookup(headers={}, answer=UNAUTHORIZED), status(headers={"accept": "*/*"}, answer=UNAUTHORIZED)], [
    lookup(), {"method": "GET", "path": "/v3/services/bank_codes?country=NG", "headers": {}, "answer": {"status": 200, "json": {"bank_codes": []}}},
])
case(
    "token_place", "A token in the query, in the path, or as a bearer token", f"{SPEC}: SmileIDToken",
    [status(f"{JOB}?token={TOKEN}"), status(headers={"smileid-token": TOKEN, "authorization": f"Bearer {TOKEN}"})], status(),
)
case(
    "token_stampede", "Many tokens at once", "official SDK for Python: each of 20 calls that a 401 meets requests a token",
    token(times=11), [token(times=10), token(after=2000, times=20)],
)
case(
    "person", "A person without a name or a contact", f"{SPEC}: UserDetails",
    [lookup(user_details=person) for person in [
        {**PERSON, "last_name": " "}, {**PERSON, "email": None}, {**PERSON, "email": "amina"}, {**PERSON, "phone_number": "0801"},
        {"email": PERSON["email"]},
    ]] + [lookup(without=("user_details",))],
    [lookup(), lookup(user_details={**PERSON, "email": None, "phone_number": "+2348012345678"})],
)
case(
    "person_in_params", "A user id that is only among the partner's own members", "v3-corrections C7: tests with the sandbox",
    lookup(partner_params={"user_id": "user-1"}, headers={"smileid-token": TOKEN}),
    [lookup(partner_params={"user_id": "user-1"}), lookup(partner_params={"order": "7"}, headers={"smileid-token": TOKEN})],
)
case(
    "persons_differ", "Two users", f"{SPEC}: 403", lookup(user_id="user-2", answer={"status": 403}),
    [lookup(user_id="user-1"), lookup(user_id="user-2", headers={"smileid-token": TOKEN})],
)

# Rules of both versions.

case("country_form", "A country in other letters", f"{SPEC}: country", lookup(country="ng"), lookup(), ["country-form"])
case("key_sent", "The API key in a job, and in the query of a token", "v3-api 1.2", [
    lookup(headers={**HEADERS, "smileid-api-key": KEYS["api_key"]}), lookup(partner_params={"key": KEYS["api_key"]}),
    token(headers={"smileid-partner-id": "85", "smileid-api-key": KEYS["api_key"]}, path=f"/v3/token?key={KEYS['api_key']}"),
], [lookup(), token()], ["key-sent"])
case("member_missing", "A job without an ID type", f"{SPEC}: 400", lookup(without=("id_type",)), lookup(), ["member-missing"])
case("no_route", "Paths that `.` and `..` leave", "official SDKs: ids with dot segments", [
    {"path": "/v3/report_fraud", "headers": HEADERS, "parts": [text("is_fraud", "true")], "answer": {"status": 404}},
    {"method": "GET", "path": "/v3/status", "headers": {"smileid-token": TOKEN}, "answer": {"status": 404}},
], status(), ["no-route"])
case("polled_too_fast", "Eleven status requests in a second", "official SDKs: one in two seconds", status(after=90, times=11), status(after=2000, times=20), ["polled-too-fast"])
case("polled_after_result", "Status requests after the final status", "official SDKs: none", status(after=2000, answer={"status": 200, "json": {"status": "clear"}}, times=5),
     status(after=2000, answer={"status": 200, "json": {"status": "clear"}}, times=4), ["polled-after-result"])
case("refused", "A job that the API refuses for its content", f"{SPEC}: 400", lookup(id_number="1", answer={"status": 400}), lookup(answer={"status": 402}), ["request-refused"])
case("unreadable_body", "A flag in other letters", f"{SPEC}: allow_new_enroll", selfie(text("allow_new_enroll", "yes")), selfie(text("allow_new_enroll", "true")), ["unreadable-body"])
case("wrong_method", "A status request by POST", f"{SPEC}: paths", {**status(), "method": "POST"}, status(), ["wrong-method"])

for old in HERE.glob("v3_*.json"):
    old.unlink()
for name, whole in CASES.items():
    (HERE / f"v3_{name}.json").write_text(json.dumps(whole, indent=2) + "\n")
print(len(CASES), "cases")
