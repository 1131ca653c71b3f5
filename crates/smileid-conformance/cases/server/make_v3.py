"""Makes the scenarios of version 3: the files `v3_*.json` of this folder.

    python3 make_v3.py

Expected values are those of the official OpenAPI description (`spec-v3`), of digests of the documentation
(`docs-v3-digest`), and of recorded exchanges with the sandbox (`v3-corrections`). Where a value is inferred, the source says
so. Nothing is read from the code under test.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
SPEC = "spec-v3"
DIGEST = "docs-v3-digest"

JPEG = {
    "base64": "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1"
    "Njc4OTo7PD0+P0D/wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAACv/aAAgBAQAAPwC/gAH/2Q=="
}
PNG = {
    "base64": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
}
GIF = {"base64": "R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="}
CONSENT = {
    "granted": True, "granted_at": "2023-11-01T12:00:00.000Z", "notice_language": "EN",
    "notice_privacy_policy_url": "https://partner.example/privacy",
}

# The test identities, and the products for which they are made: a digest of the documentation, 2026-07.
SELFIE = ["registration", "authentication", "compare"]
FACE = ["biometric_kyc", *SELFIE]
PAGES = ["document_verification", "enhanced_document_verification"]
IDENTITIES = [
    ("Clearwater", "Amina Fatou", "clear", None,
     ["enhanced_kyc", *FACE, *PAGES, "residency_document_verification"]),
    ("Dangerfield", "Rashid Omar", "block", "high_risk", ["enhanced_kyc", *FACE]),
    ("Ghostwell", "Fatima Bello", "block", "identifier_not_found", ["enhanced_kyc", "biometric_kyc"]),
    ("Youngblood", "Aisha Lawal", "block", "age_requirement_not_met", ["enhanced_kyc"]),
    ("Downsworth", "Ngozi Ifeoma", "error", "service_unavailable", ["enhanced_kyc", "biometric_kyc"]),
    ("Twinley", "Obinna Chukwu", "block", "face_verification_failed", FACE),
    ("Masquero", "Taiwo Adeyemi", "block", "spoof_detected", FACE),
    ("Blurton", "Kofi Mensah", "error", "image_unavailable_or_invalid", FACE),
    ("Glitchford", "Chidinma Obi", "error", "internal_error", FACE),
    ("Forgeman", "Ade Ogundimu", "block", "document_check_failed", PAGES),
    ("Oddpaper", "Olumide Fashola", "block", "unsupported_document", PAGES),
    ("Xeroxley", "Adaeze Nnamdi", "attention", "document_copy_detected", PAGES),
    ("Oldfield", "Tunde Bakare", "attention", "document_expired", PAGES),
    ("Puzzleton", "Segun Olawale", "error", "document_unclassifiable", PAGES),
    ("Missingley", "Ifeanyi Okeke", "block", "identifier_not_found", ["enhanced_document_verification"]),
    ("Badnumber", "Wale Oladipo", "error", "invalid_id_number", ["enhanced_document_verification"]),
]
ID = {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}
IMAGES = {"selfie_image": JPEG, "liveness_images": [JPEG] * 6}
PASSPORT = {"country": "ZA", "id_type": "PASSPORT", "document": JPEG}
PARTS = {
    "enhanced_kyc": ID,
    "biometric_kyc": {**ID, **IMAGES},
    "document_verification": {"country": "NG", **IMAGES, "document": JPEG, "document_back": JPEG},
    "enhanced_document_verification": {**PASSPORT, **IMAGES},
    "residency_document_verification": {**PASSPORT, **IMAGES, "visa": JPEG},
    "registration": IMAGES,
    "authentication": {**IMAGES, "user_id": "user-{run}"},
    "compare": {"selfie_image": JPEG, "comparison_image": JPEG, "comparison_image_type": "ID_PHOTO"},
}
# What callbacks call the products: those of tokens.
PRODUCTS = {
    "registration": "smart_selfie_registration",
    "authentication": "smart_selfie_authentication",
    "compare": "smart_selfie_compare",
}

JOB_ID = {"$pattern": "^job_[0-9a-hjkmnp-tv-z]{26}$"}
TIME = {"$pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$"}
TEXT = {"$type": "text"}
NULL = {"$type": "null"}
UNKNOWN_JOB = "job_01h2xcejqtf2nbrexx3vqjhp41"

CASES = {}


def scenario(name, description, source, *steps, mock=False):
    assert name not in CASES, name
    CASES[name] = {
        "id": f"server/v3_{name}", "description": description, "source": source, "api": "v3",
        **({"needs": ["mock"]} if mock else {}), "steps": list(steps),
    }


def person(last="Clearwater", **changes):
    given = next(row[1] for row in IDENTITIES if row[0] == last)
    email = f"{given.split()[0]}.{last}@example.com".lower()
    return {"given_names": given, "last_name": last, "email": email, **changes}


def value(product="enhanced_kyc", last="Clearwater", **members):
    whole = {**PARTS[product], "user_details": person(last), "consent": CONSENT, **members}
    return {name: part for name, part in whole.items() if part is not None}


def ask(endpoint, value=None, status=200, body=None, keep=None, **members):
    expect = {"status": status, **({"json": body} if body is not None else {})}
    return {"ask": {
        "endpoint": f"v3::{endpoint}", **({"value": value} if value is not None else {}), **members, "expect": expect,
        **({"keep": keep} if keep else {}),
    }}


def accepted(**members):
    return {
        # Descriptions of versions before 2026-08 have a capital letter.
        "status": {"$pattern": "^[Aa]ccepted$"}, "message": {"$pattern": "."}, "job_id": JOB_ID,
        "user_id": {"$pattern": "."}, "created_at": TIME, **members,
    }


def submit(product="enhanced_kyc", last="Clearwater", keep="job_id", body=None, ask_with=None, **members):
    return ask(product, value(product, last, **members), 202, accepted(**(body or {})), {keep: "/job_id"}, **(ask_with or {}))


def ends(status, job="{job_id}", user="user-{run}", **members):
    """The status, once the job is no longer processed."""
    until = {"json": {"status": {"$one_of": ["clear", "attention", "block", "error"]}}, "pending": 202, "tries": 60, "every": 2}
    body = {"status": status, "job_id": job, "message": "Job completed", "created_at": TIME}
    return ask("status", {"job_id": job}, 200, {**body, **({"user_id": user} if user else {})}, until=until, **members)


def callbacks(*expect, **members):
    return {"callbacks": {"seconds": 60, "expect": list(expect), **members}}


def called(status, reason=None, product="enhanced_kyc", job="{job_id}", **members):
    return {
        "status": status, "reason": NULL if reason is None else reason, "product": PRODUCTS.get(product, product),
        "job_id": job, "created_at": TIME, **members,
    }


def refusal(status, message):
    words = {400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
             408: "Request Timeout", 409: "Conflict", 415: "Unsupported Media Type", 424: "Failed Dependency",
             429: "Too Many Requests", 500: "Internal Server Error", 504: "Gateway Timeout"}
    return {"status": words[status], "message": message}


NOT_AUTHORIZED = refusal(401, {"$pattern": "^Invalid authentication credentials\\.?$"})
NO_FORM = refusal(415, "Unsupported Media Type. Required Content-Type is multipart/form-data")


def invalid(field):
    return refusal(400, f"Required field '{field}' is missing or invalid.")


def refused(product="enhanced_kyc", body=None, status=400, set=None, remove=None, headers=None, pad=None, **members):
    """A request that is altered after it was written, and its refusal."""
    change = {name: it for name, it in [("set", set), ("remove", remove), ("headers", headers), ("pad", pad)] if it}
    body = body or refusal(400, {"$pattern": "."})
    return ask(product, value(product, **members), status, body, **({"change": change} if change else {}))


def send(method, to, status, expected, **members):
    return {"send": {"method": method, "to": to, **members, "expect": {"status": status, "json": expected}}}


def admin(to, body, status=200, keep=None, method="POST"):
    return {"send": {"method": method, "to": to, "json": body, "expect": {"status": status}, **({"keep": keep} if keep else {})}}


def mint(status=200, body=None, keep="token", **value):
    kept = {keep: "/token"} if status == 200 else None
    body = body or {"token": {"$pattern": "^[\\w-]+\\.[\\w-]+\\.[\\w-]+$"}}
    return ask("token", value, status, body, kept)


def with_token(step, token="{token}"):
    step["ask"]["token"] = token
    return step


# Tokens.

scenario("token", "V3: a token is created for the API key, and a request with this token is accepted",
    f"{SPEC}, POST /v3/token",
         mint(), with_token(submit(user_id="user-{run}", body={"user_id": "user-{run}"})), with_token(ends("clear")))
scenario("token_bound", "V3: a token that is limited to a product and a person is accepted for them, and the job gets the token's user id",
         f"{SPEC}, POST /v3/token (bound values replace those of the job)",
         mint(product="enhanced_kyc", user_id="user-{run}", partner_params={"order": "7"}),
         with_token(submit(body={"user_id": "user-{run}"})), with_token(ends("clear")))
scenario("token_of_another_product", "V3: a request with a token for another product is refused",
         f"{SPEC}, smile_links (401); for the other products inferred",
         mint(product="biometric_kyc"), with_token(refused(body=NOT_AUTHORIZED, status=401)))
scenario("token_of_another_user", "V3: a request with a token for another person is refused", f"{SPEC}, shared errors (403)",
         mint(user_id="user-{run}"),
         with_token(refused(body=refusal(403, "Token is not authorized for this user ID."), status=403,
                            user_id="other-{run}")))
scenario("token_key_refused", "V3: a request for a token with a wrong API key is refused", f"{SPEC}, POST /v3/token (401)",
         ask("token", {}, 401, NOT_AUTHORIZED, sign={"by": {"partner_id": "{partner_id}", "api_key": "not-the-key"}}))
scenario("token_partner_refused", "V3: a request for a token with another partner's key is refused",
    f"{SPEC}, POST /v3/token (401)",
         ask("token", {}, 401, NOT_AUTHORIZED, change={"headers": {"smileid-partner-id": "999999999"}}))
scenario("token_no_partner", "V3: a request for a token without the partner id is refused", f"{SPEC}, POST /v3/token (400)",
         ask("token", {}, 400, refusal(400, "smileid-partner-id header is required."),
             change={"headers": {"smileid-partner-id": None}}))
scenario("token_no_key", "V3: a request for a token without the API key is refused", f"{SPEC}, POST /v3/token (401)",
         ask("token", {}, 401, NOT_AUTHORIZED, change={"headers": {"smileid-api-key": None}}))
scenario("token_json", "V3: a request for a token with a JSON body is refused", f"{SPEC}, POST /v3/token (415)",
         ask("token", {}, 415, NO_FORM, change={"body": "{}", "headers": {"content-type": "application/json"}}))
scenario("token_of_no_product", "V3: a request for a token for an unknown product is refused",
    f"{SPEC}, POST /v3/token (the values of product)",
         mint(400, refusal(400, {"$pattern": "."}), product="no_such_product"))
scenario("token_consent", "V3: a token can be limited to a complete consent only", f"{SPEC}, POST /v3/token (payload)",
         mint(400, invalid("consent.granted_at"), payload={"consent": {"granted": True}}),
         mint(400, refusal(400, {"$pattern": "consent"}), payload={"consent": {**CONSENT, "granted": False}}),
         mint(400, refusal(400, {"$pattern": "consent"}), payload={"consent": {**CONSENT, "granted_at": "2099-01-01T00:00:00Z"}}),
         mint(payload={"consent": CONSENT, "country": "NG"}))
scenario("token_bound_to_a_person", "V3: names that are set in the token replace the job's names, so that no test identity matches",
         "v3-corrections, A3: a recorded exchange with the sandbox; that such a job is blocked is inferred",
         mint(payload={"given_names": "Amina Fatou", "last_name": "Clearwater"}),
         {"ask": {"endpoint": "v3::enhanced_kyc", "value": value(), "token": "{token}",
                  "expect": {"status": 202}, "keep": {"job_id": "/job_id"}}},
         ends("block", user=None))
for name, what, token in [
    ("altered", "an altered token", "{token}A"), ("made_up", "an invented token", "e30.e30.c2ln"),
]:
    scenario(f"token_{name}", f"V3: a request with {what} is refused at every endpoint", f"{SPEC}, shared errors (401)",
             mint(), with_token(refused(body=NOT_AUTHORIZED, status=401), token),
             ask("status", {"job_id": UNKNOWN_JOB}, 401, NOT_AUTHORIZED, token=token),
             ask("replay", {"job_id": UNKNOWN_JOB}, 401, NOT_AUTHORIZED, token=token),
             ask("id_status", {"country": "NG", "id_type": "BVN"}, 401, NOT_AUTHORIZED, token=token))
scenario("token_missing", "V3: a request without a token is refused", f"{SPEC}, shared errors (401)",
         refused(body=NOT_AUTHORIZED, status=401, headers={"smileid-token": None}),
         send("GET", f"/v3/status/{UNKNOWN_JOB}", 401, NOT_AUTHORIZED))
scenario("token_before_the_form", "V3: an empty request without a token is refused for the missing token, not for the missing form parts",
         "v3-corrections, C5: with a valid token an empty form is refused with 400",
         ask("enhanced_kyc", value(), 401, NOT_AUTHORIZED, token="e30.e30.c2ln", change={"set": {}, "body": ""}))
scenario("token_expired", "V3: a token is refused after 15 minutes, and a new one is accepted",
    f"{DIGEST}, tokens (15 minutes)",
         mint(), admin("/_mock/clock", {"partner_id": "{partner_id}", "advance": "14m"}), with_token(submit()),
         admin("/_mock/clock", {"partner_id": "{partner_id}", "advance": "61s"}), with_token(refused(body=NOT_AUTHORIZED, status=401)),
         mint(keep="new"), with_token(submit(), "{new}"), mock=True)
scenario("token_of_another_partner", "V3: another partner's job counts as unknown, and another partner's token is refused",
         f"{SPEC}, GET /v3/status (404 for a foreign job); that the header and the token must agree is inferred",
         submit("biometric_kyc"),
         admin("/_mock/partners", {}, 201, {"other_id": "/partner_id", "other_key": "/api_key"}),
         ask("status", {"job_id": "{job_id}"}, 404, {"status": "not_found", "user_id": "unknown"},
             sign={"by": {"partner_id": "{other_id}", "api_key": "{other_key}"}}),
         refused("biometric_kyc", NOT_AUTHORIZED, 401, headers={"smileid-partner-id": "{other_id}"}), mock=True)

# Jobs, by product and test identity.

for product in PARTS:
    user = {"user_id": "user-{run}"}
    first = [submit("registration", keep="registered", **user)] if product == "authentication" else []
    rows = [row for row in IDENTITIES if product in row[4]]
    words = product.replace("_", " ")
    jobs = [submit(product, last, f"job_{last.lower()}", body=user, callback_url="{callback_url}", **user)
            for last, *_ in rows]
    states = [ends(status, f"{{job_{last.lower()}}}") for last, _, status, *_ in rows]
    scenario(f"{product}_identities", f"V3: each test identity gives a {words} job its documented status",
        f"{DIGEST}, sandbox",
             *first, *[submit(product, last, f"job_{last.lower()}", body=user, **user) for last, *_ in rows], *states)
    arrived = [called(status, reason, product, f"{{job_{last.lower()}}}", user_id="user-{run}")
               for last, _, status, reason, _ in rows]
    scenario(f"{product}_callbacks", f"V3: each test identity gives a {words} callback with the documented status, reason and product, signed in its headers",
             f"{DIGEST}, callbacks and sandbox", *first, *jobs, *states, callbacks(*arrived))

scenario("all_parts", "V3: a job with every documented form part is accepted", f"{SPEC}, POST /v3/biometric_kyc",
         submit("biometric_kyc", user_id="user-{run}", partner_params={"order": "7"}, sandbox_result="1220",
                metadata=[{"name": "channel", "value": "web"}]), ends({"$type": "text"}))
scenario("attention", "V3: a problem with a document gives the status `attention`, which is not a rejection",
    f"{DIGEST}, sandbox",
         submit("document_verification", "Oldfield", user_id="user-{run}"), ends("attention"))
scenario("phone_instead_of_email", "V3: a job with the person's phone number and without an e-mail address is accepted",
    f"{SPEC}, UserDetails",
         submit(user_details={"given_names": "Amina Fatou", "last_name": "Clearwater", "phone_number": "+2348000000000"}))
scenario("compare_with_liveness", "V3: a comparison with liveness images is accepted", f"{SPEC}, POST /v3/compare",
         submit("compare", liveness_images=[JPEG] * 8, comparison_image_type="DOCUMENT"),
         submit("compare", comparison_image_type="PORTRAIT"))
scenario("enrolled_image", "V3: an authentication with the enrolled image instead of a new one is accepted",
         f"{SPEC}, POST /v3/authentication",
         submit("registration", user_id="user-{run}", keep="registered"), ends("clear", "{registered}"),
         submit("authentication", selfie_image=None, liveness_images=None, use_enrolled_image="true",
                body={"user_id": "user-{run}"}), ends("clear"))
scenario("documents_may_be_png", "V3: PNG images of documents and visas are accepted", f"{SPEC}, images",
         submit("residency_document_verification", document=PNG, visa=PNG),
         submit("document_verification", document=PNG, document_back=PNG))
scenario("one_frame", "V3: a job with only one liveness image is accepted",
    "v3-corrections, A4: a recorded exchange with the sandbox",
         submit("biometric_kyc", liveness_images=[JPEG]))
scenario("new_user", "V3: the API creates a user id for a job that names no user", f"{SPEC}, AcceptedResponse",
         submit(body={"user_id": {"$pattern": "^user_[0-9a-hjkmnp-tv-z]{26}$"}}), ends("clear", user=None))
scenario("user_in_body", "V3: a user id in a form part is accepted", f"{SPEC}, POST /v3/enhanced_kyc (user_id)",
         submit(body={"user_id": "user-{run}"}, ask_with={"change": {"set": {"/user_id": "user-{run}"}}}), ends("clear"))
scenario("user_in_header", "V3: a user id in a header is accepted", "the official SDKs, recorded",
         submit(body={"user_id": "user-{run}"}, ask_with={"change": {"headers": {"user-id": "user-{run}"}}}), ends("clear"))
scenario("same_job_again", "V3: the same request sent again creates another job with its own callback",
         f"{SPEC}: no POST but /v3/aml/sync has an idempotency key",
         submit(user_id="user-{run}", callback_url="{callback_url}", keep="first"), ends("clear", "{first}"),
         submit(user_id="user-{run}", callback_url="{callback_url}", keep="second"), ends("clear", "{second}"),
         callbacks(called("clear", job="{first}"), called("clear", job="{second}")))
scenario("sandbox_result", "V3: the parameter `sandbox_result` sets the result of a job",
    f"{SPEC}, sandbox_result; the meaning of the codes is inferred from version 1",
         submit("registration", "Twinley", "passed", sandbox_result="840"), ends("clear", "{passed}", None),
         submit("biometric_kyc", "Clearwater", "failed", sandbox_result="811"), ends("block", "{failed}", None))
scenario("unknown_person", "V3: a job of a person who is not one of the test identities is blocked",
         "the read-me files of the official SDKs; the sandbox was also seen to refuse such a job (v3-corrections, A2)",
         {"ask": {"endpoint": "v3::enhanced_kyc",
                  "value": value(user_details={**person(), "last_name": "Clearwaters"}),
                  "expect": {"status": 202}, "keep": {"job_id": "/job_id"}}},
         ends("block", user=None))

# Status.

scenario("status_unknown", "V3: a status request for an unknown job gets the status `not_found`", f"{SPEC}, GET /v3/status (404)",
         ask("status", {"job_id": UNKNOWN_JOB}, 404,
             {"status": "not_found", "job_id": UNKNOWN_JOB, "user_id": "unknown", "message": "Job not found", "created_at": TIME}))
scenario("status_bad_id", "V3: a status request with an invalid job id is refused", f"{SPEC}, GET /v3/status (400)",
         mint(), send("GET", "/v3/status/job_1", 400, refusal(400, "\"jobId\" must be a valid TypeID with prefix 'job_'"),
                      headers={"smileid-token": "{token}"}),
         send("GET", "/v3/status/user_01h2xcejqtf2nbrexx3vqjhp41", 400, refusal(400, {"$pattern": "TypeID"}),
              headers={"smileid-token": "{token}"}))
scenario("status_again", "V3: repeated requests for a final status get the same response", f"{SPEC}, GET /v3/status",
         submit("enhanced_kyc", "Ghostwell", user_id="user-{run}"), ends("block"), ends("block"), ends("block"))
scenario("status_has_no_reason", "V3: a status response contains neither the reason nor data of the person",
    f"{SPEC}, JobStatusResponse",
         submit("enhanced_kyc", "Ghostwell", user_id="user-{run}"), ends("block"),
         ask("status", {"job_id": "{job_id}"}, 200, {
             "reason": {"$absent": True}, "id_fields": {"$absent": True}, "user_provided_info": {"$absent": True}}))
scenario("processing", "V3: a job is `processing` until it has a result, and until then its callback cannot be sent again",
         f"{SPEC}, GET /v3/status (202), POST /v3/replay (409, 400)",
         admin("/_mock/scenarios", {"when": {"user_id": "user-{run}"}, "then": {"status": "clear", "after": "30s"}}, 201),
         submit(user_id="user-{run}"),
         ask("status", {"job_id": "{job_id}"}, 202, {
             "status": "processing", "job_id": "{job_id}", "user_id": "user-{run}", "message": {"$pattern": "."}, "created_at": TIME}),
         ask("replay", {"job_id": "{job_id}", "callback_url": "{callback_url}"}, 409, refusal(
             409, "Job is still processing. Callbacks can only be replayed for completed jobs.")),
         admin("/_mock/clock", {"partner_id": "{partner_id}", "advance": "31s"}), ends("clear"),
         ask("replay", {"job_id": "{job_id}"}, 400, refusal(400, "No valid callback URL available")), mock=True)

# Callbacks.

scenario("callback", "V3: a callback contains the result, the partner's own parameters, the data about the person from the request, and the consent",
         f"{DIGEST}, callbacks",
         submit(user_id="user-{run}", callback_url="{callback_url}", partner_params={"order": "7-{run}"}), ends("clear"),
         callbacks(called("clear", user_id="user-{run}", message={"$pattern": "."},
                          partner_params={"order": "7-{run}"},
                          user_provided_info={"given_names": "Amina Fatou", "last_name": "Clearwater",
                                              "email": "amina.clearwater@example.com"},
                          consent={"schema_version": "ISO27560-v1"},
                          id_fields={"country": "NG", "id_type": "BVN", "id_number": "00000000000"})))
scenario("callback_of_a_block", "V3: the callback of a blocked job contains no data of an ID, and empty parameters are null",
         f"{DIGEST}, callbacks (id_fields, partner_params)",
         submit("enhanced_kyc", "Youngblood", callback_url="{callback_url}", user_id="user-{run}"), ends("block"),
         callbacks(called("block", "age_requirement_not_met", id_fields={"$absent": True}, partner_params=NULL)))
scenario("callback_of_a_new_user", "V3: the callback contains the user id that the API created",
    f"{DIGEST}, callbacks (User-ID)",
         ask("enhanced_kyc", value(callback_url="{callback_url}"), 202, accepted(), {"job_id": "/job_id", "user_id": "/user_id"}),
         ends("clear", user="{user_id}"), callbacks(called("clear", user_id="{user_id}")))
scenario("callback_retried", "V3: a callback that the receiver answers with an error is sent again until it is accepted",
         f"{DIGEST}, callbacks (three further attempts); the time between them is open",
         submit(user_id="user-{run}", callback_url="{callback_url}/refuses-once"), ends("clear"),
         {"callbacks": {"at": "{callback_url}/refuses-once", "seconds": 5, "expect": [called("clear")]}},
         admin("/_mock/clock", {"partner_id": "{partner_id}", "advance": "2h"}),
         {"callbacks": {"at": "{callback_url}/refuses-once", "seconds": 5, "expect": [called("clear"), called("clear")]}}, mock=True)
scenario("replay", "V3: a callback is sent again on request, with the same content", f"{SPEC}, POST /v3/replay",
         submit("biometric_kyc", "Twinley", user_id="user-{run}", callback_url="{callback_url}"), ends("block"),
         callbacks(called("block", "face_verification_failed", "biometric_kyc")),
         ask("replay", {"job_id": "{job_id}"}, 202, {
             "status": {"$pattern": "^[Aa]ccepted$"}, "job_id": "{job_id}", "user_id": "user-{run}", "message": {"$pattern": "."}}),
         callbacks(*[called("block", "face_verification_failed", "biometric_kyc", user_id="user-{run}")] * 2))
scenario("replay_elsewhere", "V3: a callback is sent again to another URL on request, even if the job had no callback URL",
    f"{SPEC}, POST /v3/replay (callback_url)",
         submit(user_id="user-{run}"), ends("clear"),
         ask("replay", {"job_id": "{job_id}", "callback_url": "{callback_url}/other"}, 202, {"job_id": "{job_id}"}),
         {"callbacks": {"at": "{callback_url}/other", "seconds": 60, "expect": [called("clear")]}}, callbacks())
scenario("replay_unknown", "V3: a request to send the callback of an unknown job again is refused",
    f"{SPEC}, POST /v3/replay (404, 400)",
         ask("replay", {"job_id": UNKNOWN_JOB, "callback_url": "{callback_url}"}, 404, refusal(404, "Job not found")),
         mint(), send("POST", "/v3/replay/job_1", 400, refusal(400, {"$pattern": "."}), headers={"smileid-token": "{token}"}))
scenario("replay_json", "V3: a request with a JSON body to send a callback again is refused", f"{SPEC}, POST /v3/replay (415)",
         submit(), ends("clear", user=None),
         ask("replay", {"job_id": "{job_id}"}, 415, NO_FORM,
             change={"body": "{}", "headers": {"content-type": "application/json"}}))

scenario("callback_refused", "A callback that the receiver refuses is sent three more times, with the same content, and then no more",
         f"{DIGEST}, callbacks (three further attempts); the time between them is open",
         submit(user_id="user-{run}", callback_url="{callback_url}/refuses"), ends("clear"),
         *[admin("/_mock/clock", {"partner_id": "{partner_id}", "advance": "1h"})] * 5,
         {"callbacks": {"at": "{callback_url}/refuses", "seconds": 5, "expect": [called("clear", user_id="user-{run}")] * 4}}, mock=True)

# Lookups with the result in the response.


def look_up(last, status, reason=None, body=None, **members):
    """A lookup, and the result in its response, which is that of a callback."""
    step = ask("enhanced_kyc_sync", value("enhanced_kyc", last, **members), 200, called(status, reason, job=JOB_ID, **(body or {})),
               {"job_id": "header:smileid-job-id", "same_id": "/job_id"})
    step["ask"]["expect"].update(signed=True, headers={"smileid-job-id": JOB_ID, "user-id": {"$pattern": "."}})
    return step


SYNC = f"{SPEC}, POST /v3/enhanced_kyc/sync"
scenario("enhanced_kyc_sync", "A lookup returns the result, signed in headers, and the status of its job is that of the result", SYNC,
         look_up("Clearwater", "clear", user_id="user-{run}", partner_params={"order": "7-{run}"}, body={
             "user_id": "user-{run}", "partner_params": {"order": "7-{run}"}, "completed_at": TIME,
             "id_fields": {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}}),
         ask("status", {"job_id": "{job_id}"}, 200, {"status": "clear", "job_id": "{same_id}", "user_id": "user-{run}"}))
scenario("enhanced_kyc_sync_identities", "The test identities have their status and reason in the response of a lookup",
         f"{DIGEST}, sandbox", *[
             look_up(last, status, reason) for last, _, status, reason, products in IDENTITIES if "enhanced_kyc" in products])
scenario("enhanced_kyc_sync_callback", "A lookup sends no callback, but its job's can be requested", f"{SYNC}; POST /v3/replay",
         look_up("Ghostwell", "block", "identifier_not_found", user_id="user-{run}", callback_url="{callback_url}"), callbacks(),
         ask("replay", {"job_id": "{job_id}", "callback_url": "{callback_url}"}, 202, {"job_id": "{job_id}"}),
         callbacks(called("block", "identifier_not_found", user_id="user-{run}")))
scenario("enhanced_kyc_sync_token", "A lookup needs a token, for its product", f"{SYNC} (401)",
         mint(product="enhanced_kyc"), with_token(look_up("Clearwater", "clear")), mint(product="biometric_kyc"),
         with_token(ask("enhanced_kyc_sync", value(), 401, NOT_AUTHORIZED)),
         ask("enhanced_kyc_sync", value(), 401, NOT_AUTHORIZED, change={"headers": {"smileid-token": None}}))
scenario("enhanced_kyc_sync_refused", "A lookup without a required part is refused, and the part is named", f"{SYNC} (400)", *[
    ask("enhanced_kyc_sync", value(), 400, invalid(part) if part != "consent" else refusal(400, "consent is required"),
        change={"remove": [f"/{part}"]}) for part in ["country", "id_type", "id_number", "user_details", "consent"]])
scenario("enhanced_kyc_sync_unknown", "A lookup that fails after its job was created names the job, whose status can be asked for",
         f"{SYNC} (408, 424, 500, 504: the job may exist)", *[step for status in [408, 424, 500, 504] for step in [
             admin("/_mock/scenarios", {"when": {"endpoint": "v3_enhanced_kyc_sync", "user_id": f"user-{status}-{{run}}"}, "times": 1, "then": {"status": status}}, 201),
             (lambda it: (it["ask"]["expect"].update(headers={"smileid-job-id": JOB_ID}), it)[1])(
                 ask("enhanced_kyc_sync", value(user_id=f"user-{status}-{{run}}"), status, {"status": refusal(status, "")["status"]},
                     {"job_id": "header:smileid-job-id"})),
             ends("clear", user=f"user-{status}-{{run}}"),
         ]], mock=True)

# States of the account.

STATES = [
    (402, "Insufficient wallet balance."), (403, "Product not enabled for this partner."),
    (429, "Rate limit exceeded. Please try again later."),
    (500, "An unexpected error occurred. Please try again or contact support."),
]
for status, message in STATES:
    scenario(f"refused_{status}", f"Each product is refused with {status} and the documented message, and nothing is kept of the job",
             f"{SPEC}, shared errors ({status})", *[step for product in PARTS for step in [
                 admin("/_mock/scenarios", {"when": {"endpoint": f"v3_{product}", "user_id": "user-{run}"}, "times": 1,
                                            "then": {"status": status}}, 201),
                 ask(product, value(product, **{"user_id": "user-{run}", "callback_url": "{callback_url}"}), status, refusal(status, message)),
             ]], callbacks(),
             ask("report_fraud", {"user_id": "user-{run}", "is_fraud": "true", "reason": "MULE_ACCOUNT",
                                  "reported_by": "staff@partner.example"}, 404, {"status": "Not Found"}), mock=True)

# Reports of fraud.

BY = {"reported_by": "staff@partner.example"}
FRAUD = {"user_id": "user-{run}", "is_fraud": "true", "reason": "MULE_ACCOUNT", **BY}
REPORTED = {"status": {"$pattern": "^[Aa]ccepted$"}, "user_id": "user-{run}"}
scenario("report_fraud", "V3: jobs of a person who was reported for fraud are blocked until the report is withdrawn",
         f"{SPEC}, report_fraud; that later jobs are blocked with this reason: {DIGEST}, reasons",
         submit(user_id="user-{run}", keep="before"), ends("clear", "{before}"),
         ask("report_fraud", FRAUD, 202, REPORTED),
         submit(user_id="user-{run}", keep="during", callback_url="{callback_url}"), ends("block", "{during}"),
         callbacks(called("block", "account_locked_fraud", job="{during}")),
         ask("report_fraud", {"user_id": "user-{run}", "is_fraud": "false", "notes": "A mistake.", **BY}, 202, REPORTED),
         submit(user_id="user-{run}", keep="after"), ends("clear", "{after}"))
scenario("report_fraud_unknown_user", "V3: a fraud report about an unknown user is refused", f"{SPEC}, report_fraud (404)",
         ask("report_fraud", {**FRAUD, "user_id": "nobody-{run}"}, 404, refusal(404, "User not found")))
REPORT = refusal(400, {"$pattern": "."})
scenario("report_fraud_incomplete", "V3: a fraud report without its reason, its notes or its author is refused",
    f"{SPEC}, report_fraud (400)",
         submit(user_id="user-{run}"),
         *[ask("report_fraud", FRAUD, 400, REPORT, change=change) for change in [
             {"remove": ["/reason"]}, {"set": {"/reason": "BORED"}}, {"set": {"/reason": "OTHER"}}, {"set": {"/is_fraud": "false"}},
             {"remove": ["/reported_by"]}, {"set": {"/reported_by": "me"}}, {"set": {"/notes": "n" * 501}},
             {"remove": ["/is_fraud"]}, {"set": {"/is_fraud": "perhaps"}}]],
         ask("report_fraud", FRAUD, 202, REPORTED, change={"set": {"/reason": "OTHER", "/notes": "n" * 500}}))

# Lists.

scenario("bank_codes", "V3: the list of a country's banks is returned without a token", f"{SPEC}, GET /v3/services/bank_codes",
         ask("bank_codes", {"country": "NG"}, 200,
             {"bank_codes": {"$has": [{"code": "044", "name": {"$pattern": "Access Bank"}, "country": "NG"}]}}),
         ask("bank_codes", {}, 200, {"bank_codes": {"$has": [{"code": "044"}]}}))
scenario("supported_id_types", "V3: the list of a country's ID types is returned without a token",
    f"{SPEC}, GET /v3/services/supported_id_types",
         ask("supported_id_types", {"country": "NG"}, 200,
             {"id_types": {"$has": [{"country": "NG", "type": "BVN", "label": TEXT, "regex": {"$pattern": "\\{11\\}"}}]}}),
         ask("supported_id_types", {}, 200, {"id_types": {"$has": [{"country": "GH"}, {"country": "NG", "type": "BVN"}]}}))
scenario("supported_documents", "V3: the list of a country's documents is returned without a token",
    f"{SPEC}, GET /v3/services/supported_documents",
         ask("supported_documents", {"country_code": "NG"}, 200, {"valid_documents": {"$has": [{
             "country": {"code": "NG", "name": "Nigeria", "continent": "AFRICA"},
             "id_types": {"$has": [{"code": "PASSPORT", "name": TEXT, "has_back": False}]}}]}}))
scenario("lists_refused", "V3: a request for a list of an invalid country is refused with a code and an error text",
    f"{SPEC}, the public services (403)",
         *[send("GET", f"/v3/services/{path}", 403, {"code": "2413", "error": {"$pattern": "."}}) for path in [
             "bank_codes?country=Nigeria", "supported_id_types?country=Nigeria"]])
scenario("id_status", "V3: the availability of an ID authority is returned", f"{SPEC}, GET /v3/services/id_status",
         ask("id_status", {"country": "NG", "id_type": "BVN"}, 200, {
             "last_checked": TEXT, "last_check_status": {"$one_of": ["success", "failure"]}, "last_known_status": TEXT,
             "last_hour_success_rate": {"$pattern": "^[0-9.]+%$"}, "last_check_success_rate": TEXT}))
scenario("id_status_refused", "V3: a request for the availability of an unknown country or ID type is refused",
    f"{SPEC}, GET /v3/services/id_status (400)",
         mint(), *[send("GET", f"/v3/services/id_status?{query}", 400, refusal(400, message), headers={"smileid-token": "{token}"})
                   for query, message in [
                       ("id_type=BVN", "\"country\" is required"), ("country=XX&id_type=BVN", "Invalid country"),
                       ("country=NG&id_type=NONE", "Invalid id_type for the given country")]])

# Refusals.

scenario("missing_parts", "V3: a job without a required form part is refused, and the error names the part",
    f"{SPEC}, shared errors (400)",
         *[refused(body=invalid(part), remove=[f"/{part}"]) for part in ["country", "id_type", "id_number", "user_details"]],
         refused("authentication", invalid("user_id"), remove=["/user_id"]))
scenario("missing_images", "V3: a job without a required image is refused, and the error names the image",
    f"{SPEC}, the required parts",
         *[refused(product, invalid(part), remove=[f"/{part}"]) for product, part in [
             ("biometric_kyc", "selfie_image"), ("biometric_kyc", "liveness_images"), ("document_verification", "document"),
             ("residency_document_verification", "visa"), ("compare", "comparison_image"), ("compare", "comparison_image_type"),
             ("registration", "selfie_image"), ("enhanced_document_verification", "id_type")]])
scenario("authentication_without_images", "V3: an authentication without images is refused unless it uses the enrolled image",
    f"{SPEC}, POST /v3/authentication",
         refused("authentication", remove=["/selfie_image", "/liveness_images"]))
scenario("user_in_partner_params", "V3: an authentication whose user id is only in `partner_params` is refused",
    "v3-corrections, C7: the sandbox",
         refused("authentication", invalid("user_id"), remove=["/user_id"], set={"/partner_params": {"user_id": "user-{run}"}}))
scenario("no_consent", "V3: a job without consent is refused", "v3-corrections, C5: a recorded exchange with the sandbox",
         refused(body=refusal(400, {"$pattern": "^consent is required|'consent'"}), remove=["/consent"]),
         refused("biometric_kyc", refusal(400, {"$pattern": "^consent is required|'consent'"}), remove=["/consent"]))
scenario("consent_refused", "V3: a consent that is incomplete, not granted or invalid is refused", f"{SPEC}, Consent",
         *[refused(body=invalid(f"consent.{member}"), **{how: it}) for member, how, it in [
             ("granted", "set", {"/consent/granted": False}), ("granted", "remove", ["/consent/granted"]),
             ("granted_at", "remove", ["/consent/granted_at"]), ("notice_language", "remove", ["/consent/notice_language"]),
             ("notice_privacy_policy_url", "remove", ["/consent/notice_privacy_policy_url"])]],
         *[refused(body=refusal(400, {"$pattern": member}), set={f"/consent/{member}": it}) for member, it in [
             ("notice_language", "English"), ("notice_privacy_policy_url", "http://partner.example/privacy"),
             ("granted_at", "yesterday")]])
scenario("consent_in_the_future", "V3: a consent with a time in the future is refused", f"{SPEC}, Consent (granted_at)",
         refused(body=refusal(400, "Required field 'consent.granted_at' cannot be set in the future."),
                 set={"/consent/granted_at": "2099-01-01T00:00:00.000Z"}))
scenario("consent_without_zone", "V3: a consent whose time has no time zone is accepted",
    f"{SPEC}, Consent (granted_at: no zone means UTC)",
         submit(consent={**CONSENT, "granted_at": "2023-11-01T12:00:00"}))
scenario("consent_in_brackets", "V3: a consent in form parts with brackets, such as `consent[granted]`, counts as missing",
    f"{DIGEST}: tests of the live API",
         refused(body=refusal(400, {"$pattern": "^consent is required|'consent'"}), remove=["/consent"],
                 set={"/consent[granted]": "true", "/consent[granted_at]": "2023-11-01T12:00:00.000Z",
                      "/consent[notice_language]": "EN", "/consent[notice_privacy_policy_url]": "https://partner.example"}))
scenario("person_refused", "V3: a job without the person's names, or without phone number and e-mail address, is refused",
    f"{SPEC}, UserDetails",
         refused(body=refusal(400, "Either email or phone_number is required."), remove=["/user_details/email"]),
         refused(body=refusal(400, "Field 'email' is invalid."), set={"/user_details/email": "amina"}),
         refused(body=refusal(400, "Field 'phone_number' is invalid."), set={"/user_details/phone_number": "0800"}),
         refused(body=refusal(400, {"$pattern": "given_names"}), remove=["/user_details/given_names"]),
         refused(body=refusal(400, {"$pattern": "last_name"}), remove=["/user_details/last_name"]),
         refused(body=refusal(400, {"$pattern": "given_names"}), set={"/user_details/given_names": ""}))
scenario("id_refused", "V3: an invalid country, ID number or callback URL is refused", f"{SPEC}, shared errors (400)",
         refused(body=invalid("country"), set={"/country": "Nigeria"}), refused(body=invalid("country"), set={"/country": "ng"}),
         refused(body=refusal(400, "Invalid ID number format for the specified country and ID type."), set={"/id_number": "!!!"}),
         refused(body=refusal(400, {"$pattern": "^A valid callback_url is required"}), set={"/callback_url": "nowhere"}),
         refused("residency_document_verification", invalid("id_type"), set={"/id_type": "IDENTITY_CARD"}))
scenario("images_refused", "V3: an image in the wrong format is refused: a selfie must be JPEG, a document JPEG or PNG",
         f"{SPEC}, images",
         refused("biometric_kyc", invalid("selfie_image"), set={"/selfie_image": PNG}),
         refused("registration", invalid("liveness_images"), set={"/liveness_images": [JPEG] * 5 + [GIF]}),
         refused("compare", invalid("comparison_image"), set={"/comparison_image": GIF}),
         refused("document_verification", refusal(400, "Document image must be JPEG or PNG."), set={"/document": GIF}),
         refused("document_verification", refusal(400, "Document image must be JPEG or PNG."), set={"/document_back": GIF}),
         refused("residency_document_verification", refusal(400, "Document image must be JPEG or PNG."), set={"/visa": GIF}),
         refused("biometric_kyc", invalid("liveness_images"), set={"/liveness_images": [JPEG] * 9}))
scenario("compare_of_no_type", "V3: a comparison with an unknown image type is refused", f"{SPEC}, POST /v3/compare",
         refused("compare", set={"/comparison_image_type": "PAINTING"}))
scenario("users_differ", "V3: a job with different user ids in header and form is refused", f"{SPEC}, User-ID (403)",
         {"ask": {"endpoint": "v3::enhanced_kyc", "value": value(user_id="user-{run}"),
                  "change": {"set": {"/user_id": "other-{run}"}},
                  "expect": {"status": 403, "json": refusal(403, "Token is not authorized for this user ID.")}}})
scenario("no_form", "V3: a job that is not a multipart form is refused", f"{SPEC}, shared errors (415)",
         ask("enhanced_kyc", value(), 415, NO_FORM, change={"body": "{}", "headers": {"content-type": "application/json"}}),
         ask("biometric_kyc", value("biometric_kyc"), 415, NO_FORM, change={"body": "", "headers": {"content-type": None}}))
scenario("too_large", "V3: the gateway refuses a form of more than 10 MB with its own error format",
    f"{SPEC}, GatewayErrorResponse (413)",
         refused(body={"status": "payload_too_large", "message": {"$pattern": "."}, "job_id": NULL, "user_id": NULL},
                 status=413, pad=10 << 20))
scenario("no_such_route", "V3: the gateway refuses an unknown path, and a wrong HTTP method",
    "platform reference, section 0 (403 Missing Authentication Token)",
         send("POST", "/v3/no_such_route", 403, {"message": "Missing Authentication Token"}),
         send("GET", "/v3/enhanced_kyc", 403, {"message": "Missing Authentication Token"}),
         send("POST", f"/v3/status/{UNKNOWN_JOB}", 403, {"message": "Missing Authentication Token"}))

# Tolerance.


def form(parts):
    lines = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts.items())
    return lines + "--x--\r\n"


PLAIN = form({**ID, "user_details": json.dumps(person()), "consent": json.dumps(CONSENT)})
for name, description, path in [
    ("plain_parts", "V3: JSON in form parts without a Content-Type is accepted", "/v3/enhanced_kyc"),
    ("two_slashes", "V3: a path that begins with two slashes, as mobile apps send it, is accepted", "//v3/enhanced_kyc"),
]:
    scenario(name, description, f"{DIGEST}: tests of the live API" if name == "plain_parts" else "v3-corrections, C4: mobile SDK 12",
             mint(), send("POST", path, 202, accepted(), body=PLAIN,
                          headers={"smileid-token": "{token}", "content-type": "multipart/form-data; boundary=x"}))

for path in FOLDER.glob("v3_*.json"):
    path.unlink()
for name, content in CASES.items():
    (FOLDER / f"v3_{name}.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
print(len(CASES), "scenarios")
