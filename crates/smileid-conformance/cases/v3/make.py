"""Makes the cases of the endpoints and callbacks of version 3.

    python3 make.py

Requests are those of two official SDKs, byte for byte (`tests/recorded` of the protocol crate), or those that the
official description documents. Responses and refusals are those of the description. Nothing is read from the code under
test: the recorded forms are parsed by Python's `email`, and signatures are made by Python's `hmac`.
"""

import base64
import copy
import email
import email.policy
import hashlib
import hmac
import json
import pathlib
import shutil

FOLDER = pathlib.Path(__file__).parent
RECORDED = FOLDER.parents[2] / "smileid-protocol" / "tests" / "recorded"
KEYS = {"partner_id": "1234", "api_key": "test-api-key"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJwYXJ0bmVyX2lkIjoiMTIzNCIsImV4cCI6MTgwMDAwMDAwMH0.c2ln"
JOB = "job_01h2xcejqtf2nbrexx3vqjhp41"
USER = "user_01h2xcejqtf2nbrexx3vqjhp42"
SPEC = "spec-v3"
DIGEST = "docs-v3-digest"
SDKS = {"v3-python": "usesmileid 12.1.0 from PyPI", "v3-js": "version 12.0.0 of the official SDK for Node.js"}

PERSON = {"given_names": "Amina Fatou", "last_name": "Clearwater", "email": "amina.clearwater@example.com"}
CONSENT = {
    "granted": True, "granted_at": "2026-03-06T12:00:00.123Z", "notice_language": "EN",
    "notice_privacy_policy_url": "https://example.com/privacy",
}
JPEG = b"\xff\xd8\xff\xe0 a picture"
FRAMES = [b"\xff\xd8\xff\xe0 frame %d" % number for number in range(1, 7)]

CASES = {}


def case(endpoint, name, description, source, token=True, **members):
    whole = {"id": f"v3/{endpoint}/{name}", "description": description, "source": source, "credentials": KEYS}
    if token:
        whole["token"] = token if isinstance(token, str) else TOKEN
    assert whole["id"] not in CASES, whole["id"]
    CASES[whole["id"]] = {**whole, **members}


def file(content):
    return {"base64": base64.b64encode(content).decode()}


# Which endpoints there are, and what they need.

IMAGES = {"selfie_image": JPEG, "liveness_images": FRAMES}
ID = {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}
SHARED = {"user_details": PERSON, "consent": CONSENT}
PARTNER_TOO = {"biometric_kyc", "document_verification", "enhanced_document_verification", "residency_document_verification"}
USER_IN_HEADER = PARTNER_TOO | {"enhanced_kyc", "enhanced_kyc_sync", "registration"}
NO_TOKEN = {"token", "bank_codes", "supported_id_types", "supported_documents"}
NO_413 = {"authentication", "compare"}
JOBS = {
    "enhanced_kyc": {**ID, **SHARED},
    "enhanced_kyc_sync": {**ID, **SHARED},
    "biometric_kyc": {**ID, **IMAGES, **SHARED},
    "document_verification": {"country": "NG", **IMAGES, "document": JPEG, **SHARED},
    "enhanced_document_verification": {"country": "NG", "id_type": "PASSPORT", **IMAGES, "document": JPEG, **SHARED},
    "residency_document_verification": {
        "country": "ZA", "id_type": "PASSPORT", **IMAGES, "document": JPEG, "visa": JPEG, **SHARED,
    },
    "registration": {**IMAGES, **SHARED},
    "authentication": {"user_id": "user-1", **IMAGES, **SHARED},
    "compare": {"comparison_image": JPEG, "comparison_image_type": "ID_PHOTO", "selfie_image": JPEG, **SHARED},
}
FORMS = {
    **JOBS,
    "token": {}, "replay": {"job_id": JOB},
    "report_fraud": {"user_id": "user-1", "is_fraud": "true", "reported_by": "risk@example.com",
                     "reason": "ACCOUNT_TAKEOVER"},
}
QUERIES = {
    "status": {"job_id": JOB}, "bank_codes": {"country": "NG"}, "supported_id_types": {"country": "NG"},
    "supported_documents": {"continent": "AFRICA", "country_code": "NG", "locale": "en-GB"},
    "id_status": {"country": "NG", "id_type": "NIN"},
}
PATHS = {
    "enhanced_kyc_sync": "/v3/enhanced_kyc/sync",
    "status": "/v3/status/{job_id}", "replay": "/v3/replay/{job_id}",
    "report_fraud": "/v3/users/{user_id}/report_fraud", "bank_codes": "/v3/services/bank_codes",
    "supported_id_types": "/v3/services/supported_id_types",
    "supported_documents": "/v3/services/supported_documents", "id_status": "/v3/services/id_status",
}


def path_of(endpoint):
    return PATHS.get(endpoint, f"/v3/{endpoint}")


def proof_headers(endpoint, token=TOKEN, partner="1234"):
    if endpoint == "token":
        return {"smileid-partner-id": partner, "smileid-api-key": KEYS["api_key"]}
    if endpoint in NO_TOKEN:
        return {}
    return {"smileid-token": token, **({"smileid-partner-id": partner} if endpoint in PARTNER_TOO else {})}


def value_of(members):
    def one(content):
        if isinstance(content, bytes):
            return file(content)
        if isinstance(content, list) and content and isinstance(content[0], bytes):
            return [file(it) for it in content] if len(content) > 1 else file(content[0])
        return content
    return {name: one(content) for name, content in members.items()}


def parts_of(members):
    """The parts of a form, without what the path or a header has."""
    parts = []
    for name, content in members.items():
        for it in content if isinstance(content, list) and content and isinstance(content[0], bytes) else [content]:
            if isinstance(it, bytes):
                kind = "image/png" if it.startswith(b"\x89PNG") else "image/jpeg"
                parts.append({"file": {"name": name, "file_name": f"{name}.jpg", "content_type": kind, **file(it)}})
            elif isinstance(it, str):
                parts.append({"text": {"name": name, "value": it}})
            else:
                parts.append({"json": {"name": name, "value": it}})
    return parts


def form_request(endpoint, members, **more):
    """A request with a form, whose user id may be in a header, and whose ids may be in the path."""
    path, outside = path_of(endpoint), set()
    for name in ("job_id", "user_id"):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", members[name])
            outside.add(name)
    headers = proof_headers(endpoint)
    if endpoint in USER_IN_HEADER and "user_id" in members:
        headers["user-id"] = members["user_id"]
        outside.add("user_id")
    inside = {name: content for name, content in members.items() if name not in outside}
    request = {"method": "POST", "path": path, "headers": headers, "value": value_of(members)}
    if inside:
        request["parts"] = parts_of(inside)
    return {**request, **more}


def query_request(endpoint, members, **more):
    path, query = path_of(endpoint), dict(members)
    if "{job_id}" in path:
        path = path.replace("{job_id}", query.pop("job_id"))
    headers = proof_headers(endpoint)
    return {"method": "GET", "path": path, "query": query, "headers": headers, "value": members, **more}


def raw_form(members, boundary="x", plain_json=False):
    body = ""
    for part in parts_of(members):
        (kind, it), = part.items()
        body += f"--{boundary}\r\nContent-Disposition: form-data; name=\"{it['name']}\""
        if kind == "file":
            body += f"; filename=\"{it['file_name']}\"\r\nContent-Type: {it['content_type']}\r\n\r\nno picture\r\n"
        elif kind == "json":
            kind = "" if plain_json else "\r\nContent-Type: application/json"
            body += f"{kind}\r\n\r\n{json.dumps(it['value'])}\r\n"
        else:
            body += f"\r\n\r\n{it['value']}\r\n"
    return body + f"--{boundary}--\r\n"


# The recorded requests.

def endpoint_of(path):
    for endpoint in [*FORMS, *QUERIES]:
        pattern, parts = path_of(endpoint).split("/"), path.split("/")
        if len(pattern) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(pattern, parts)):
            return endpoint, {a[1:-1]: b for a, b in zip(pattern, parts) if a.startswith("{")}
    raise ValueError(path)


def recorded_members(headers, body):
    """The members of a form and its parts, by Python's own parser."""
    if not body:
        return {}
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    members = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if part.get_filename() is not None:
            members.setdefault(name, []).append(content)
        elif part.get("content-type") == "application/json":
            members[name] = json.loads(content)
        else:
            members[name] = content.decode()
    images = {"liveness_images"}
    return {name: it[0] if isinstance(it, list) and name not in images and isinstance(it[0], bytes) else it
            for name, it in members.items()}


def recorded():
    seen, numbers = set(), {}
    for sdk, what in SDKS.items():
        for path in sorted((RECORDED / sdk).glob("*.http")):
            head, body = path.read_bytes().split(b"\r\n\r\n", 1)
            first, *lines = head.decode().split("\r\n")
            method, target, _ = first.split(" ")
            headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            place, _, query = target.partition("?")
            endpoint, in_path = endpoint_of(place)
            members = {**in_path, **recorded_members(headers, body)}
            if "user-id" in headers:
                members["user_id"] = headers["user-id"]
            same = (sdk, target, repr(members))
            if same in seen:
                continue
            seen.add(same)
            name = f"recorded_{sdk.removeprefix('v3-')}"
            numbers[(endpoint, name)] = numbers.get((endpoint, name), 0) + 1
            number = numbers[(endpoint, name)]
            name += "" if number == 1 else f"_{number}"
            token = headers.get("smileid-token")
            if method == "GET":
                pairs = dict(pair.split("=") for pair in query.split("&") if pair)
                request = query_request(endpoint, {**in_path, **pairs})
            else:
                request = form_request(endpoint, members)
            if token:
                request["headers"]["smileid-token"] = token
            exact = {"why": f"the bytes that {what} sent", "headers": headers, **({"base64": base64.b64encode(body).decode()} if body else {})}
            if query:
                exact["query"] = query
            request["variants"] = [exact]
            case(endpoint, name, f"A recorded V3 request of an official SDK ({place.split('/')[2]}) is parsed, and written again unchanged",
                 f"recordings/{sdk}/{path.stem}: {what}", token or False, request=request)


# The documented requests.

def documented_requests():
    for endpoint, members in JOBS.items():
        token = endpoint not in NO_TOKEN
        text_parts = {"why": "the parts with JSON as plain texts, which the sandbox was seen to accept",
                      "headers": {**proof_headers(endpoint), "content-type": "multipart/form-data; boundary=x"}}
        lean = {name: it for name, it in members.items() if not isinstance(it, (bytes, list))}
        if lean == members:
            text_parts["body"] = raw_form(members, plain_json=True)
        variants = [text_parts] if "body" in text_parts else []
        request = form_request(endpoint, members)
        if variants:
            request["variants"] = variants
        case(endpoint, "least", "A V3 request with only the required form parts is parsed, and written again unchanged", f"{SPEC}, {path_of(endpoint)}", token,
             request=request)
        full = {**members, "user_id": "user-1", "callback_url": "https://partner.example/hook",
                "partner_params": {"order": "7", "note": "a \"quoted\" text"}, "metadata": [{"name": "channel", "value": "web"}]}
        if endpoint in ("biometric_kyc", "registration", "authentication", "compare"):
            full["sandbox_result"] = "1220"
        case(endpoint, "all_parts", "A V3 request with every documented form part is parsed, and written again unchanged",
             f"{SPEC}, {path_of(endpoint)}; the values are made up", token, request=form_request(endpoint, full))
        unknown = {**members, "a_new_part": "kept"}
        case(endpoint, "unknown_part", "An unknown part of a V3 form is kept", "synthetic", token,
             request=form_request(endpoint, unknown))
        if endpoint in USER_IN_HEADER:
            both = {**members, "user_id": "user-1"}
            request = form_request(endpoint, both)
            inside = {name: it for name, it in lean.items()}
            if inside == members:
                headers = {**proof_headers(endpoint), "content-type": "multipart/form-data; boundary=x"}
                request["variants"] = [{"why": "the user id as a part of the form, as in the newest description",
                                        "headers": headers, "body": raw_form({**inside, "user_id": "user-1"})}]
            case(endpoint, "user_id", "A V3 request with the user id in a header, as the official SDKs send it, is parsed",
                 f"recordings/v3-python/002 (its place); {SPEC} (the form)", token, request=request)
    one_frame = {**JOBS["biometric_kyc"], "liveness_images": FRAMES[:1]}
    case("biometric_kyc", "one_frame", "A V3 request with only one liveness image is parsed, because the sandbox accepts one",
         "v3-corrections A4: an exchange with the sandbox", request=form_request("biometric_kyc", one_frame))
    case("authentication", "enrolled_image", "A V3 authentication that uses the enrolled image is parsed without images",
         f"{SPEC}, /v3/authentication",
         request=form_request("authentication", {"user_id": "user-1", "use_enrolled_image": "true", **SHARED}))
    png = {**JOBS["document_verification"], "document": b"\x89PNG\r\n\x1a\n a picture", "document_back": JPEG}
    case("document_verification", "png_and_back", "A V3 Document Verification with a PNG image of the front and the back is parsed",
         f"{SPEC}, /v3/document_verification",
         request=form_request("document_verification", png))
    number = copy.deepcopy(JOBS["enhanced_kyc"])
    number["user_details"] = {"given_names": "Amina Fatou", "last_name": "Clearwater", "phone_number": "+2348000000000"}
    case("enhanced_kyc", "phone_number", "A V3 request with a person's phone number instead of an e-mail address is parsed",
         f"{SPEC}, UserDetails",
         request=form_request("enhanced_kyc", number))
    token_parts = {"product": "enhanced_kyc", "user_id": "user-1", "partner_params": {"order": "7"}}
    case("token", "bound", "A V3 request for a token that is limited to a product and a person is parsed",
         f"{SPEC}, /v3/token", False,
         request=form_request("token", token_parts))
    case("token", "unlisted_product", "An unknown product in a V3 request for a token is kept", "synthetic", False,
         request=form_request("token", {"product": "a_new_product"}))
    case("token", "payload", "A V3 request for a token that is limited to values of a job is parsed",
         f"{SPEC}, /v3/token: payload", False,
         request=form_request("token", {"payload": {"country": "NG", "id_type": "BVN", "id_number": "00000000000"}}))
    case("token", "partner_in_the_form",
         "A V3 request for a token that repeats the partner id in the form, as an example of the documentation does, is parsed",
         "v3-corrections A9: two readers of the documentation", False,
         request=form_request("token", {"product": "enhanced_kyc", "partner_id": "1234"}))
    padded = {"headers": {"smileid-partner-id": "1234", "smileid-api-key": KEYS["api_key"], "content-length": "0"}}
    case("token", "least", "A V3 request for a token without a body is parsed", "recordings/v3-python/001", False,
         request={**form_request("token", {}), "variants": [{"why": "with the length of its empty body", **padded}]})
    case("replay", "to_another_url", "A V3 request to send a callback again to another URL is parsed",
         f"{SPEC}, /v3/replay/{{job_id}}",
         request=form_request("replay", {"job_id": JOB, "callback_url": "https://partner.example/hook"}))
    case("report_fraud", "withdrawn", "A V3 request that withdraws a fraud report is parsed",
         f"{SPEC}, /v3/users/{{user_id}}/report_fraud",
         request=form_request("report_fraud", {"user_id": "user-1", "is_fraud": "false",
                                               "reported_by": "risk@example.com", "notes": "It was an error."}))
    escaped = form_request("report_fraud", {**FORMS["report_fraud"], "user_id": "a/b c"})
    escaped["path"] = "/v3/users/a%2Fb%20c/report_fraud"
    case("report_fraud", "escaped_user_id", "A user id with a slash is escaped in the path of a V3 request",
         "synthetic", request=escaped)
    for endpoint in ("bank_codes", "supported_id_types", "supported_documents"):
        case(endpoint, "everything", "A V3 request for a list without a filter is parsed", f"{SPEC}, {path_of(endpoint)}", False,
             request=query_request(endpoint, {}))


# The responses.

ACCEPTED = {"status": "accepted", "message": "Request accepted and queued for processing.", "job_id": JOB,
            "user_id": "user-1", "created_at": "2026-08-18T10:00:00.000Z"}
REPLIES = {
    **{job: (202, ACCEPTED) for job in JOBS if job != "enhanced_kyc_sync"},
    "token": (200, {"token": TOKEN}),
    "replay": (202, {"status": "accepted", "job_id": JOB, "user_id": "user-1", "message": "Callback replay accepted"}),
    "report_fraud": (202, {"status": "accepted", "user_id": "user-1"}),
    "bank_codes": (200, {"bank_codes": [{"code": "044", "country": "NG", "name": "Access Bank"}]}),
    "supported_id_types": (200, {"id_types": [{"country": "NG", "type": "BVN", "label": "Bank Verification Number",
                                              "regex": "^[0-9]{11}$", "required_fields": ["country", "id_number"]}]}),
    "supported_documents": (200, {"valid_documents": [{
        "country": {"code": "NG", "name": "Nigeria", "continent": "Africa"},
        "id_types": [{"code": "PASSPORT", "name": "Passport", "example": ["e-passport"], "has_back": False}]}]}),
    "id_status": (200, {"last_checked": "2026-08-18T10:00:00.000Z", "last_check_status": "success",
                        "last_hour_success_rate": "95%", "last_known_status": "online", "last_check_success_rate": "100%"}),
}
STATUSES = {
    "clear": 200, "attention": 200, "block": 200, "error": 200, "processing": 202, "not_found": 404, "a_new_status": 202,
}


def responses():
    for endpoint, (status, body) in REPLIES.items():
        token = endpoint not in NO_TOKEN
        extra = {**body, "a_new_member": {"deep": [None, 1.5, True]}}
        response = {"status": status, "value": body, "json": body}
        case(endpoint, "reply", "The documented V3 response is parsed, and written again unchanged", f"{SPEC}, {path_of(endpoint)}; the values are made up",
             token, response=response)
        case(endpoint, "reply_unknown_member", "An unknown member of a V3 response is kept", "synthetic", token,
             response={"status": status, "value": extra, "json": extra})
    for job in JOBS:
        if job == "enhanced_kyc_sync":
            continue
        body = {name: it for name, it in ACCEPTED.items() if name != "created_at"}
        old = {**body, "status": "Accepted"}
        case(job, "reply_capital", "A V3 response in the older format, with a capital letter in its status and without a time, is parsed",
             f"{SPEC}, older releases", response={"status": 202, "value": old, "json": old})
    for word, status in STATUSES.items():
        body = {"status": word, "job_id": JOB, "user_id": "user-1", "message": "Job completed",
                "created_at": "2026-08-18T10:00:00.000Z"}
        if word == "not_found":
            body.update(user_id="unknown", message="Job not found")
        if word == "processing":
            body.update(message="Job is being processed")
        source = "synthetic" if word == "a_new_status" else f"{SPEC}, JobStatusResponse"
        case("status", f"reply_{word}", f"A V3 status response with status `{word}` is parsed, and written again unchanged",
             source,
             response={"status": status, "value": body, "json": body})
    body = {"status": "clear", "job_id": JOB, "user_id": "user-1", "message": "Job completed",
            "created_at": "2026-08-18T10:00:00.000Z", "a_new_member": 1}
    case("status", "reply_unknown_member", "An unknown member of a V3 response is kept", "synthetic",
         response={"status": 200, "value": body, "json": body})
    live = copy.deepcopy(REPLIES["supported_documents"][1])
    live["valid_documents"][0]["id_types"][0].update(format=1, sub_types=[{"id": "a", "name": "b", "has_back": True,
                                                                          "format": 1, "display_standalone": False}])
    case("supported_documents", "reply_sub_types",
         "Additional members of the V3 list of documents, which the sandbox sends, are kept",
         f"{SPEC}; the sample apps' documentation", False, response={"status": 200, "value": live, "json": live})


def synchronous():
    """The response of a lookup, which has the body of a callback, its signature in headers, and the ids in headers too."""
    time = "2026-08-18T10:00:00.000Z"
    mac = hmac.new(KEYS["api_key"].encode(), f"{time}{KEYS['partner_id']}sid_request".encode(), hashlib.sha256)
    signature = base64.b64encode(mac.digest()).decode()
    headers = {"Response-Signature": signature, "Response-Timestamp": time, "SmileID-Job-ID": JOB, "User-ID": "user-1"}
    clear = {
        "status": "clear", "reason": None, "message": "Job completed", "product": "enhanced_kyc", "job_id": JOB, "user_id": "user-1",
        "created_at": time, "completed_at": time, "partner_params": {"order": "7"}, "kyc_receipt": None,
        "user_provided_info": PERSON, "consent": {"schema_version": "ISO27560-v1"}, "antifraud": None, "device_signals": None,
        "id_fields": {"country": "NG", "id_type": "BVN", "id_number": "00000000000", "full_name": "Amina Fatou Clearwater"},
    }
    block = {**{name: it for name, it in clear.items() if name != "id_fields"}, "status": "block", "reason": "identifier_not_found"}
    for name, body in (("clear", clear), ("block", block), ("unknown_member", {**clear, "a_new_member": {"deep": [None, 1.5]}})):
        least = {member: it for member, it in body.items() if member not in ("job_id", "user_id")}
        case("enhanced_kyc_sync", f"reply_{name}", "The result is read and written, with its signature and its ids in headers",
             f"{SPEC}, /v3/enhanced_kyc/sync; signed with Python's hmac", response={
                 "status": 200, "value": body, "proof": {"timestamp": time, "signature": signature}, "headers": headers, "json": body,
                 "variants": [{"why": "a body without the ids", "json": least}],
             })
    for text in ("<html>", "[]", "", '{"status": "clear", "status": "block"}'):
        name = {"<html>": "html", "[]": "list", "": "empty"}.get(text, "duplicate")
        case("enhanced_kyc_sync", f"malformed_reply_{name}", f"A successful response that is no message is refused: {name}", "synthetic",
             refused={"status": 200, "headers": headers, "body": text, "expect": {"malformed": {}}})
    two = {**clear, "job_id": JOB[:-1] + "2"}
    case("enhanced_kyc_sync", "malformed_reply_two_jobs", "A response whose job ids in header and body differ is refused", "synthetic",
         refused={"status": 200, "headers": headers, "json": two, "expect": {"malformed": {}}})
    for header in ("Response-Signature", "Response-Timestamp"):
        rest = {name: it for name, it in headers.items() if name != header}
        case("enhanced_kyc_sync", f"unsigned_reply_{header.lower().replace('-', '_')}", f"A response without `{header}` is refused", SPEC,
             refused={"status": 200, "headers": rest, "json": clear, "expect": {"unproven": {"member": header.lower()}}})


# The refusals.

OVERSIZE = (413, "Payload Too Large", "selfie_image is too large.")
FORM_ONLY = (415, "Unsupported Media Type", "Unsupported Media Type. Required Content-Type is multipart/form-data")
BROKEN = (500, "Internal Server Error", "An unexpected error occurred. Please try again or contact support.")
NO_CREDENTIALS = (401, "Unauthorized", "Invalid authentication credentials.")
OF_JOBS = [
    (400, "Bad Request", "Required field 'user_details.last_name' is missing or invalid."), NO_CREDENTIALS,
    (402, "Payment Required", "Insufficient wallet balance."), (403, "Forbidden", "Product not enabled for this partner."),
    OVERSIZE, FORM_ONLY, (429, "Too Many Requests", "Rate limit exceeded. Please try again later."), BROKEN,
]
REFUSALS = {
    **{job: [it for it in OF_JOBS if it != OVERSIZE or job not in NO_413] for job in JOBS},
    "token": [(400, "Bad Request", "smileid-partner-id header is required."), NO_CREDENTIALS, FORM_ONLY, BROKEN],
    "status": [(400, "Bad Request", "\"jobId\" must be a valid TypeID with prefix 'job_'"), NO_CREDENTIALS,
               (403, "Forbidden", "Token is not authorized for this user ID."), (404, "Not Found", "Not Found"), BROKEN],
    "replay": [(400, "Bad Request", "No valid callback URL available"), NO_CREDENTIALS,
               (403, "Forbidden", "Callback url not allowed."), (404, "Not Found", "Job not found"),
               (409, "Conflict", "Job is still processing. Callbacks can only be replayed for completed jobs."), FORM_ONLY],
    "report_fraud": [(400, "Bad Request", "Required field 'reason' is missing or invalid."), NO_CREDENTIALS,
                     (403, "Forbidden", "Product not enabled for this partner."), (404, "Not Found", "User not found"),
                     FORM_ONLY, (500, "Internal Server Error", "System Error")],
    "id_status": [(400, "Bad Request", "\"country\" is required"), NO_CREDENTIALS],
}
FURTHER = {
    "enhanced_kyc_sync": [
        ("slow", 408, "Request Timeout", "Made up", f"{SPEC}; its text is made up"),
        ("authority", 424, "Failed Dependency", "Made up", f"{SPEC}; its text is made up"),
    ],
    "enhanced_kyc": [
        ("no_contact", 400, "Bad Request", "Either email or phone_number is required.", SPEC),
        ("no_consent", 400, "Bad Request", "consent is required", "v3-corrections C5: an exchange with the sandbox"),
        ("number_format", 400, "Bad Request", "Invalid ID number format for the specified country and ID type.", SPEC),
        ("id_type", 403, "Forbidden", "ID type not enabled for this partner.", SPEC),
        ("production", 403, "Forbidden", "Production access is not enabled.", SPEC),
        ("sdk_version", 403, "Forbidden", "SDK version not allowed.", SPEC),
        ("another_user", 403, "Forbidden", "Token is not authorized for this user ID.", SPEC),
        ("callback_url", 403, "Forbidden", "Callback url not allowed.", DIGEST),
    ],
    "biometric_kyc": [
        ("unknown_identity", 400, "Bad Request",
         "In sandbox mode, requests must use a recognized test identity. Please check the documentation for valid test identities.",
         "v3-corrections A2: an exchange with the sandbox"),
    ],
    "document_verification": [("no_image", 400, "Bad Request", "Document image must be JPEG or PNG.", SPEC)],
    "id_status": [
        ("country", 400, "Bad Request", "Invalid country", SPEC),
        ("type", 400, "Bad Request", "Invalid id_type for the given country", SPEC),
        ("no_data", 400, "Bad Request", "No data found. Check that NG and BVN are valid inputs", SPEC),
    ],
    "replay": [("no_reference", 404, "Not Found", "Reference not found for this job", SPEC),
               ("no_product", 400, "Bad Request", "Unable to determine product for this job", SPEC)],
}


def refused(status, message, code=None, **body):
    return {"status": status, **body, "expect": {"refused": {"code": code, "message": message}}}


def refusals():
    for endpoint, rows in REFUSALS.items():
        token = endpoint not in NO_TOKEN
        for status, word, message in rows:
            case(endpoint, f"refused_{status}", f"A V3 error response with HTTP status {status} ({word}) is parsed",
                 f"{SPEC}, ApiErrorResponse", token, refused=refused(status, message, json={"status": word, "message": message}))
        slug, status = ("payload_too_large", 413) if endpoint in JOBS else ("unauthorized", 401)
        body = {"status": slug, "message": "Made up", "job_id": None, "user_id": None}
        case(endpoint, "refused_by_gateway", f"The V3 gateway's error response with code `{slug}` is parsed",
             f"{SPEC}, GatewayErrorResponse; its text is made up", token, refused=refused(status, "Made up", json=body))
    for endpoint, rows in FURTHER.items():
        for name, status, word, message, source in rows:
            case(endpoint, f"refused_{status}_{name}", f'The V3 error response "{message}" is parsed', source, endpoint not in NO_TOKEN,
                 refused=refused(status, message, json={"status": word, "message": message}))
    for endpoint in ("bank_codes", "supported_id_types", "supported_documents"):
        for name, code in (("", "2413"), ("_number", 2413)):
            case(endpoint, f"refused_403{name}", "An error response of a V3 list endpoint is parsed with " + ("a code that is a JSON number" if name else "its code"),
                 f"{SPEC}, {path_of(endpoint)}" + ("; synthetic: the number" if name else ""), False,
                 refused=refused(403, "Made up", "2413", json={"error": "Made up", "code": code}))
        case(endpoint, "refused_by_gateway_html", "An HTML page in place of a V3 list is an error without a message", "synthetic",
             False, refused=refused(502, None, body="<html>Bad Gateway</html>"))
    case("supported_documents", "refused_500", "An error response of the V3 list of documents is parsed with its code 2401",
         f"{SPEC}, /v3/services/supported_documents", False,
         refused=refused(500, "Made up", "2401", json={"error": "Made up", "code": "2401"}))
    for job in JOBS:
        case(job, "refused_504_html", "An HTML page from the V3 gateway is an error without a message", "synthetic",
             refused=refused(504, None, body="<html>Gateway Timeout</html>"))
    case("enhanced_kyc", "refused_500_by_gateway", "The V3 gateway's error response with code `integration_failure` is parsed",
         f"{SPEC}, GatewayErrorResponse; its text is made up",
         refused=refused(500, "Made up", json={"status": "integration_failure", "message": "Made up", "job_id": None, "user_id": None}))
    case("status", "refused_404_other",
         "A V3 response with HTTP status 404 and a status other than `not_found` is an error and not a result",
         "synthetic: 404 is a result only with `not_found`", refused=refused(404, "Job completed", json={
             "status": "clear", "job_id": JOB, "user_id": "user-1", "message": "Job completed"}))
    case("status", "refused_404_html", "An HTML page with HTTP status 404 is an error and not a V3 result", "synthetic",
         refused=refused(404, None, body="<html>Not Found</html>"))
    for word in ("clear", "block"):
        case("status", f"refused_500_{word}", f"A V3 response with HTTP status 500 and status `{word}` is an error and not a result",
             "synthetic",
             refused=refused(500, None, json={"status": word}))
    for endpoint, (status, body) in {**REPLIES, "status": (200, {"status": "clear"})}.items():
        token = endpoint not in NO_TOKEN
        name = next(iter(body))
        twice = json.dumps(body)[:-1] + f", {json.dumps(name)}: {json.dumps(body[name])}}}"
        for name, words, text in (("html", "and an HTML page", "<html>"), ("list", "and a JSON list", "[]"),
                                  ("empty", "and without a body", ""), ("duplicate", "and a duplicate JSON member", twice)):
            case(endpoint, f"malformed_reply_{name}", f"A V3 response with a success status {words} is refused", "synthetic", token,
                 refused={"status": status, "body": text, "expect": {"malformed": {}}})
    case("token", "malformed_reply_no_token", "A response without a token is refused", "synthetic", False,
         refused={"status": 200, "json": {}, "expect": {"malformed": {"member": "token"}}})


# The malformed requests.

def malformed():
    for endpoint, members in {**FORMS, **QUERIES}.items():
        token = endpoint not in NO_TOKEN
        path = path_of(endpoint).replace("{job_id}", JOB).replace("{user_id}", "user-1")
        form = endpoint in FORMS
        base = {"path": path, "headers": proof_headers(endpoint)}
        if form:
            base["headers"] = {**base["headers"], "content-type": "multipart/form-data; boundary=x"}
            inside = {name: it for name, it in members.items() if f"{{{name}}}" not in path_of(endpoint)}
            base["body"] = raw_form(inside or {"partner_params": {"order": "7"}})
        else:
            base["query"] = "&".join(f"{name}={it}" for name, it in members.items() if f"{{{name}}}" not in path)

        def bad(name, description, expect, source="synthetic", **changes):
            whole = {**base, **changes}
            case(endpoint, f"malformed_{name}", description, source, token,
                 malformed={**{key: it for key, it in whole.items() if it is not None}, "expect": expect})

        bad("method", "A V3 request with another HTTP method than the endpoint's is refused", "not_found", method="DELETE",
            **({} if form else {"json": {}}))
        for header in proof_headers(endpoint):
            if header == "smileid-partner-id" and endpoint != "token":
                continue
            headers = {name: it for name, it in base["headers"].items() if name != header}
            bad("no_" + header.removeprefix("smileid-").replace("-", "_"), f"A V3 request without `{header}` is refused",
                {"no_proof": {"member": header}}, SPEC, headers=headers)
            bad("empty_" + header.removeprefix("smileid-").replace("-", "_"), f"A V3 request with an empty `{header}` is refused",
                {"no_proof": {"member": header}}, headers={**base["headers"], header: ""})
        if token:
            bad("another_token", "A V3 request with an altered token is refused", {"signature": "mismatch"},
                headers={**base["headers"], "smileid-token": TOKEN + "x"})
            bad("another_partner", "A V3 request with a token of another partner is refused", {"signature": "mismatch"},
                headers={**base["headers"], "smileid-partner-id": "1235"})
        if endpoint == "token":
            for header, other in (("smileid-api-key", "another-key"), ("smileid-partner-id", "1235")):
                bad("another_" + header.removeprefix("smileid-").replace("-", "_"), f"A V3 request with the `{header}` of another account is refused",
                    {"signature": "mismatch"}, headers={**base["headers"], header: other})
        if form:
            for name in inside:
                # The user id of these, the images of the liveness check, and the reason of a report are optional.
                if name in ("liveness_images", "reason") or (endpoint == "authentication" and name == "selfie_image"):
                    continue
                rest = {part: it for part, it in inside.items() if part != name}
                bad(f"no_{name}", f"A V3 request without `{name}` is refused",
                    {"form": {"member": name}}, f"{SPEC}, {path_of(endpoint)}",
                    body=raw_form(rest))
            bad("json", "A V3 request with JSON instead of a multipart form is refused", {"form": {}}, f"{SPEC}: 415",
                headers={**proof_headers(endpoint), "content-type": "application/json"}, body=None, json={})
            bad("cut_off", "A V3 form that ends in the middle is refused", {"form": {}}, body=base["body"][:-6])
            bad("boundary", "A V3 form with another boundary than its Content-Type names is refused", {"form": {}},
                headers={**base["headers"], "content-type": "multipart/form-data; boundary=y"})
            for name in ("consent", "user_details"):
                if name in inside:
                    bad(f"text_{name}", f"A V3 request whose `{name}` is not JSON is refused", {"json": {"member": name}},
                        body=raw_form({**inside, name: "yes"}))
                    bad(f"list_{name}", f"A V3 request whose `{name}` is a JSON list is refused", {"json": {"member": name}},
                        body=raw_form({**inside, name: []}))
            if endpoint in USER_IN_HEADER:
                bad("two_users", "A V3 request with two different user ids is refused", {"form": {}},
                    headers={**base["headers"], "user-id": "user-1"}, body=raw_form({**inside, "user_id": "user-2"}))
                bad("bad_user", "A V3 request with the user id `..` is refused", {"form": {"member": "user_id"}},
                    headers={**base["headers"], "user-id": ".."})
    for name, path in (("short", "/v3/status/job_1"), ("other_prefix", f"/v3/status/user{JOB[3:]}"), ("dots", "/v3/status/%2E%2E")):
        case("status", f"malformed_id_{name}", "A V3 request whose path contains no valid job id is refused", SPEC,
             malformed={"path": path, "headers": proof_headers("status"), "expect": {"json": {}}})
        case("replay", f"malformed_id_{name}", "A V3 request whose path contains no valid job id is refused", SPEC,
             malformed={"path": path.replace("status", "replay"), "headers": {**proof_headers("replay"), "content-type": "multipart/form-data; boundary=x"},
                        "body": raw_form({"partner_params": {}}), "expect": {"form": {"member": "job_id"}}})
    case("report_fraud", "malformed_user_id", "A V3 request with the user id `..` is refused", "synthetic",
         malformed={"path": "/v3/users/%2E%2E/report_fraud",
                    "headers": {**proof_headers("report_fraud"), "content-type": "multipart/form-data; boundary=x"},
                    "body": raw_form({"is_fraud": "true", "reported_by": "risk@example.com"}),
                    "expect": {"form": {"member": "user_id"}}})
    case("report_fraud", "malformed_flag", "A V3 fraud report whose flag is neither `true` nor `false` is refused",
         "synthetic",
         malformed={"path": "/v3/users/user-1/report_fraud",
                    "headers": {**proof_headers("report_fraud"), "content-type": "multipart/form-data; boundary=x"},
                    "body": raw_form({"is_fraud": "yes", "reported_by": "risk@example.com"}), "expect": {"form": {}}})
    for name in ("country", "id_type"):
        query = "&".join(f"{it}=NG" for it in ("country", "id_type") if it != name)
        case("id_status", f"malformed_no_{name}", f"A V3 request without `{name}` is refused", SPEC,
             malformed={"query": query, "headers": proof_headers("id_status"), "expect": {"json": {"member": name}}})
    compare = {name: it for name, it in JOBS["compare"].items()}
    case("compare", "malformed_kind", "A V3 comparison with an unknown `comparison_image_type` is refused", SPEC,
         malformed={"headers": {**proof_headers("compare"), "content-type": "multipart/form-data; boundary=x"},
                    "body": raw_form({**compare, "comparison_image_type": "PASSPORT"}),
                    "expect": {"form": {"member": "comparison_image_type"}}})


# The callbacks.

NOW = 1787047201000  # 2026-08-18T10:00:01Z
TIME = "2026-08-18T10:00:00.000Z"
RESULT = {
    "status": "clear", "reason": None, "message": "Job completed", "product": "enhanced_kyc",
    "created_at": "2026-08-18T09:59:50.000Z", "completed_at": "2026-08-18T09:59:59.000Z",
    "partner_params": {"order": "7"}, "kyc_receipt": "https://example.com/receipt",
    "user_provided_info": {**PERSON, "phone_number": None}, "consent": {"schema_version": "ISO27560-v1"},
    "antifraud": None, "device_signals": None,
}


def signature(time=TIME, partner="1234", key="test-api-key"):
    text = f"{time}{partner}sid_request".encode()
    return base64.b64encode(hmac.new(key.encode(), text, hashlib.sha256).digest()).decode()


def callbacks():
    def signed(time=TIME, **more):
        return {"Response-Signature": signature(time, **more), "Response-Timestamp": time, "Job-ID": JOB, "User-ID": "user-1"}

    def add(name, description, source, expect, body=RESULT, headers=None, now=NOW, window={"max_age": 300, "max_ahead": 60}, keys=None):
        text = body if isinstance(body, str) else json.dumps(body)
        whole = {"id": f"v3/callback/{name}", "description": description, "source": f"{source}; signed with Python's hmac",
                 "headers": signed() if headers is None else headers, "body": text, "keys": keys or [KEYS], "now": now}
        if window:
            whole["window"] = window
        CASES[whole["id"]] = {**whole, "expect": expect}

    def read(origin, body=RESULT, job=JOB, user="user-1"):
        value = dict(body)
        if job:
            value.setdefault("job_id", job)
        if user:
            value.setdefault("user_id", user)
        return {"read": {"kind": "v3", "origin": origin, "value": value}}

    proven = {"proven": {"timestamp": TIME}}
    add("enhanced_kyc", "A V3 callback with its job id and user id in headers is parsed", DIGEST, read(proven))
    with_ids = {**RESULT, "job_id": JOB, "user_id": "user-1"}
    add("ids_in_body", "A V3 callback with the same job id and user id in headers and body is parsed", f"{SPEC}, the synchronous response",
        read(proven, with_ids), with_ids)
    only_body = {name: it for name, it in signed().items() if "ID" not in name}
    add("ids_only_in_body", "A V3 callback with its job id and user id only in the body is parsed",
        f"{SPEC}, the synchronous response",
        read(proven, with_ids), with_ids, only_body)
    add("no_ids", "A V3 callback without job id and user id is parsed", "synthetic",
        read(proven, RESULT, None, None), RESULT, only_body)
    small = {name.lower(): it for name, it in signed().items()}
    add("small_letters", "A V3 callback with header names in lower case is parsed", "RFC 9110", read(proven), headers=small)
    api_version = {**signed(), "Api-Version": "v3.640.0"}
    add("api_version", "A header with the API version has no effect on a V3 callback",
        DIGEST, read(proven), headers=api_version)
    for word, reason in (("attention", "document_expired"), ("block", "spoof_detected"), ("error", "service_unavailable"),
                         ("processing", None), ("a_new_status", "a_new_reason")):
        body = {**RESULT, "status": word, "reason": reason}
        source = "synthetic" if word == "a_new_status" else DIGEST
        add(f"status_{word}", f"A V3 callback with status `{word}` is parsed", source, read(proven, body), body)
    document = {**RESULT, "product": "document_verification",
                "image_links": {"selfie_image": "https://links.example/s", "id_card_image": "https://links.example/f",
                                "id_card_back_image": "https://links.example/b"},
                "id_fields": {"country": "NG", "id_type": "PASSPORT", "full_name": "Amina Fatou Clearwater", "id_number": "A00000000",
                              "expiration_date": "2030-01-01", "a_new_field": "kept"},
                "antifraud": {"fraud_risk": {"risk_level": "low", "risk_score": 3}, "summary": {"fraud_detected": False},
                              "smile_secure": {"status": "clear", "suspect_users": []}}}
    add("document", "A V3 callback of a Document Verification is parsed with all its members",
        "v3-corrections C9: readers of the documentation",
        read(proven, document), document)
    residency = {**RESULT, "product": "residency_document_verification",
                 "additional_documents": [{"full_name": "Amina Fatou Clearwater", "no_of_entries": "multiple", "image_link": None,
                                           "expiry": {"expiry_date": None, "expiry_period_in_months": "12"}}]}
    add("residency", "A V3 callback of the verification of a visa is parsed with all its members",
        SPEC, read(proven, residency), residency)
    aml = {**RESULT, "product": "one_time_aml", "strict_match": True, "no_of_persons_found": 1, "status": "block",
           "reason": "aml_match_found", "people": [{"name": "A Person"}]}
    add("aml", "A V3 callback of an AML check is parsed with all its members", SPEC, read(proven, aml), aml)
    add("least", "A V3 callback with only a status is parsed", "synthetic",
        read(proven, {"status": "clear"}), {"status": "clear"})
    add("empty_object", "A V3 callback that is an empty JSON object is parsed without a status", "synthetic",
        read(proven, {}), {})
    add("unknown_member", "An unknown member of a V3 response is kept", "synthetic",
        read(proven, {**RESULT, "a_new_member": [1]}),
        {**RESULT, "a_new_member": [1]})
    add("altered_body", "A V3 callback with a changed body and a genuine signature counts as verified, because the signature does not cover the body",
        DIGEST,
        read(proven, {**RESULT, "status": "block"}), {**RESULT, "status": "block"})
    for partner in ("001234", "1234"):
        keys = [{"partner_id": partner, "api_key": "test-api-key"}]
        add(f"signed_for_{partner}_known", f"A V3 callback signed for partner id 1234 is verified with a receiver's partner id {partner}",
            "v3-corrections C14: the form of the partner id is undocumented", read(proven), keys=keys)
    padded = signed(partner="001234")
    add("signed_with_zeros", "A V3 callback signed for the partner id with leading zeros is verified",
        "v3-corrections C14: the form of the partner id is undocumented", read(proven), headers=padded,
        keys=[{"partner_id": "001234", "api_key": "test-api-key"}])
    rotated = [{"partner_id": "1234", "api_key": "a-new-key"}, KEYS]
    add("key_rotation", "A V3 callback signed with the older of a receiver's two keys is verified", "synthetic",
        read(proven), keys=rotated)
    for name, headers, origin, what in (
        ("forged", signed(key="another-key"), "mismatch", "A V3 callback signed with another key fails verification"),
        ("another_partner", signed(partner="1235"), "mismatch", "A V3 callback signed for another partner id fails verification"),
        ("timestamp_rewritten", {**signed(), "Response-Timestamp": "2026-08-18T10:00:00.001Z"}, "mismatch",
         "A V3 callback with another timestamp than the signed one fails verification"),
        ("timestamp_other_form", {**signed(), "Response-Timestamp": "2026-08-18T10:00:00Z"}, "mismatch",
         "A V3 callback whose timestamp was reformatted after signing fails verification"),
        ("short_signature", {**signed(), "Response-Signature": "c2lnbmF0dXJl"}, "malformed", "A V3 callback whose signature has another length counts as malformed"),
        ("hexadecimal_signature", {**signed(), "Response-Signature": base64.b64decode(signature()).hex()}, "malformed",
         "A V3 callback with a hexadecimal signature counts as malformed"),
    ):
        add(name, what, "synthetic", read(origin), headers=headers)
    for name, ago, origin, words in (
        ("stale", 301_000, {"stale": {"milliseconds": 301_000}},
         "that is 301 seconds old is reported as too old, as the limit is five minutes"),
        ("just_in_time", 300_000, proven, "that is exactly five minutes old is accepted, as the limit is five minutes"),
        ("ahead", -61_000, {"ahead": {"milliseconds": 61_000}},
         "with a timestamp 61 seconds in the future is reported as ahead, as the limit is one minute"),
        ("a_little_ahead", -60_000, proven, "with a timestamp 60 seconds in the future is accepted, as the limit is one minute"),
    ):
        add(name, f"A V3 callback {words}", "synthetic", read(origin), now=NOW - 1000 + ago)
    add("without_window", "An old V3 callback is accepted by a receiver that does not check the age", "synthetic",
        read(proven), now=NOW + 10**9, window=None)
    yesterday = "yesterday"
    add("unreadable_time", "A V3 callback whose timestamp cannot be parsed fails verification", "synthetic",
        read("unreadable_time"), headers=signed(yesterday))
    for header in ("Response-Signature", "Response-Timestamp"):
        for name, headers in ((f"no_{header}", {key: it for key, it in signed().items() if key != header}),
                              (f"empty_{header}", {**signed(), header: ""})):
            add(name.lower().replace("-", "_"), f"A V3 callback without the header `{header}` is refused", DIGEST,
                {"refused": {"no_proof": {"member": header.lower()}}}, headers=headers)
    add("unsigned", "A V3 callback without signature and timestamp is refused", "synthetic",
        {"refused": {"no_proof": {"member": "response-timestamp"}}},
        headers={"Job-ID": JOB})
    in_body = {**RESULT, "timestamp": TIME, "signature": signature()}
    add("signed_in_body", "A V3 callback with its signature in the body, as in version 1, counts as unsigned", "synthetic",
        {"refused": {"no_proof": {"member": "response-timestamp"}}}, in_body, {"Job-ID": JOB})
    for name, change in (("job", {"job_id": JOB[:-1] + "2"}), ("user", {"user_id": "user-2"})):
        add(f"two_{name}s", f"A V3 callback with different {name} ids in header and body is refused",
            "synthetic: the body is not signed",
            {"refused": {"form": {}}}, {**RESULT, **change})
    for name, words, body in (
        ("empty", "with an empty body", ""), ("text", "with a JSON text", "clear"), ("list", "with a JSON list", "[]"),
        ("null", "with the JSON null", "null"), ("html", "with an HTML page", "<html></html>"),
        ("cut_off", "whose JSON ends in the middle", json.dumps(RESULT)[:-1]), ("two_objects", "with two JSON objects", "{}{}"),
        ("single_quotes", "with single quotes instead of double quotes", "{'status': 'clear'}"),
        ("duplicate_status", "with two `status` members", '{"status": "block", "status": "clear"}'),
        ("not_a_number", "with NaN, which is not valid JSON,", '{"no_of_persons_found": NaN}'),
    ):
        add(f"malformed_{name}", f"A V3 callback {words} is refused", "synthetic", {"refused": {"json": {}}}, body)


recorded()
documented_requests()
responses()
synchronous()
refusals()
malformed()
callbacks()
for folder in FOLDER.iterdir():
    if folder.is_dir() and folder.name != "receiver":
        shutil.rmtree(folder)
for name, content in CASES.items():
    path = FOLDER.parent / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")
print(len(CASES), "cases")
