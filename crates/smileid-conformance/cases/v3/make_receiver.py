"""Makes the cases for receivers of callbacks of version 3.

    python3 make_receiver.py

A callback of version 3 is signed in headers, and the signature covers neither the body nor the ids. The expected states follow
from the statuses of the official description. Nothing is read from the code under test.
"""

import json
import pathlib
import shutil

FOLDER = pathlib.Path(__file__).parent / "receiver"

SPEC = "spec-v3"
DIGEST = "docs-v3-digest"
FACTS = "v3-corrections C9: readers of the documentation"
UNSIGNED = "spec-v3: the signature covers timestamp and partner id, not the body"
MADE_UP = "synthetic: anybody can send requests to a callback URL"

JOB, OTHER_JOB = "{job_id}", "{other_job_id}"
OTHER_USER = "other-{run}"
SIGNATURE, TIME = "Response-Signature", "Response-Timestamp"

CASES = {}

ABSENT = {"$absent": True}
UNDECIDED = {"$one_of": ["pending", "provisional", "unknown"]}
# An approval that the receiver itself calls unconfirmed does no harm.
NOT_APPROVED = {
    "$one_of": [
        ABSENT,
        {"decision": {"$one_of": ["pending", "provisional", "rejected", "not_done", "finding", "unknown"]}},
        {"confirmed": False},
    ]
}
NOT_THE_USERS = {"$one_of": [*NOT_APPROVED["$one_of"], {"user_id": OTHER_USER}]}


def decided(word):
    """The decision, or an unconfirmed form of it: a receiver that asks no API cannot be sure."""
    return {"decision": {"$one_of": [word, "provisional"]}}


def case(name, description, source, advice, deliveries, state, messages, api=None, needs_api=False):
    whole = {"id": f"v3/receiver/{name}", "description": description, "source": source, "advice": advice}
    if needs_api:
        whole["needs"] = ["api"]
    whole["messages"] = messages
    if api is not None:
        whole["api"] = api
    whole["deliveries"] = deliveries
    whole["state"] = state
    assert name not in CASES, name
    CASES[name] = whole


def message(callback="enhanced_kyc", **members):
    """A message of a case of `v3/callback/`, with other members."""
    return {"callback": f"v3/callback/{callback}", **({"set": {f"/{name}": it for name, it in members.items()}} if members else {})}


CLEAR = message()
BLOCK = message(status="block", reason="spoof_detected")
ACCEPTED, REFUSED, EITHER = ["2xx"], ["4xx"], ["2xx", "4xx"]


def send(name, expect=ACCEPTED, **members):
    return {"message": name, **members, "expect": expect}


def knows(*names, **members):
    return {"results": list(names), **members}


# Genuine results.

ADVICE = "Decide by `status` alone: clear is approved, attention needs a person, block is rejected, error was not done."
for name, word, text, made in [
    ("clear", "approved", "clear is approved", CLEAR),
    ("attention", "finding", "attention is for a person to judge", message("status_attention")),
    ("block", "rejected", "block is rejected, and answered like any other", message("status_block")),
    ("error", "not_done", "error means that the check was not done", message("status_error")),
    ("document", "approved", "a document is approved, with links, data and fraud checks", message("document")),
    ("residency", "approved", "a visa is approved", message("residency")),
    ("aml", "rejected", "a hit in an AML check is rejected", message("aml")),
]:
    case(
        name, f"The status {text}", f"{SPEC}: statuses; {FACTS}", ADVICE, [send("result")], {JOB: decided(word)},
        {"result": made}, knows("result"),
    )
    if name in ("clear", "attention", "block", "error"):
        case(
            f"{name}_confirmed", f"The status {name} that the API confirms is shown as confirmed", UNSIGNED,
            "Ask `GET /v3/status/{job_id}`, compare `user_id`, take the status of the API, and show `confirmed`.",
            [send("result")], {JOB: {"decision": word, "confirmed": True}}, {"result": made}, knows("result"), True,
        )

case(
    "ids_in_body", "The ids may be in the body too", f"{SPEC}: the synchronous response", "Take the ids from the headers first.",
    [send("clear", change={"set": {"/job_id": JOB, "/user_id": "user-{run}"}})], {JOB: decided("approved")},
    {"clear": CLEAR}, knows("clear"),
)
case(
    "api_version", "Further headers change nothing", DIGEST, "Ignore headers that you do not need.",
    [send("clear", change={"headers": {"Api-Version": "v3.640.0"}})], {JOB: decided("approved")}, {"clear": CLEAR}, knows("clear"),
)
case(
    "further_members", "Unknown members, also deep ones, change nothing", SPEC, "Ignore members that you do not know.",
    [send("clear")], {JOB: decided("approved")}, {"clear": message(a_new_member={"deep": [None, 1.5]})}, knows("clear"),
)
case(
    "two_jobs_of_a_user", "Two jobs of one user have a decision each", SPEC, "Keep results by the API's `job_id`, not by user.",
    [send("clear"), send("block")], {JOB: decided("approved"), OTHER_JOB: decided("rejected")},
    {"clear": CLEAR, "block": {**BLOCK, "set": {**BLOCK["set"], "/job_id": OTHER_JOB}}}, knows("clear", "block"),
)
case(
    "late", "A callback that was signed two minutes ago is accepted", DIGEST, "Allow for a delay of some minutes.",
    [send("clear", sign={"ago": 120})], {JOB: decided("approved")}, {"clear": CLEAR}, knows("clear"),
)
case(
    "clock_ahead", "A callback that was signed five seconds ahead of the receiver's clock is accepted", "synthetic: clocks differ",
    "Allow for a clock that is some seconds ahead.", [send("clear", sign={"ago": -5})], {JOB: decided("approved")},
    {"clear": CLEAR}, knows("clear"),
)

# Statuses that decide nothing.

KEEP = "Treat every status except clear, attention, block and error as undecided, and answer with success."
for name, text, members in [
    ("processing", "The status processing, during a review, decides nothing", {"status": "processing"}),
    ("unknown_status", "A status that is not documented decides nothing", {"status": "completed"}),
    ("capital_letters", "The status Clear, in other letters, is not documented and approves nobody", {"status": "Clear"}),
    ("status_null", "A result without a status decides nothing", {"status": None}),
    ("status_true", "A status that is no text decides nothing", {"status": True}),
]:
    expect = ACCEPTED if name in ("processing", "unknown_status") else EITHER
    case(
        name, text, f"{DIGEST}: an interim callback; {SPEC}: statuses", KEEP, [send("result", expect)],
        {JOB: {"$one_of": [ABSENT, {"decision": UNDECIDED}]}}, {"result": message(**members)}, knows("result"),
    )

DOUBT = "Approve a clear result only if nothing in it contradicts the status."
for name, text, members in [
    ("clear_with_reason", "A clear status with a reason for a block is no approval", {"reason": "spoof_detected"}),
    ("clear_with_fraud", "A clear status with detected fraud is no approval", {"antifraud": {"summary": {"fraud_detected": True}}}),
    (
        "clear_with_suspects", "A clear status with suspects is no approval",
        {"antifraud": {"smile_secure": {"suspect_users": [{"user_id": "suspect", "reasons": ["same-face"]}]}}},
    ),
]:
    case(name, text, f"{FACTS}; inferred", DOUBT, [send("clear")], {JOB: NOT_APPROVED}, {"clear": message(**members)}, knows("clear"))

# Several callbacks of a job.

case(
    "duplicate", "The same callback twice is answered with success and changes nothing", f"{DIGEST}: up to three more attempts",
    "Answer a callback that you know with success.", [send("clear"), {"again": 1, "expect": ACCEPTED}], {JOB: decided("approved")},
    {"clear": CLEAR}, knows("clear"),
)
case(
    "duplicate_resent", "A callback that is signed again, as by a replay, changes nothing", f"{SPEC}: replay",
    "Recognize a result by its job, not by its signature.", [send("block"), send("block")], {JOB: decided("rejected")},
    {"block": BLOCK}, knows("block"),
)
case(
    "duplicates_at_once", "Copies that arrive at the same moment are one result", f"{DIGEST}: up to three more attempts",
    "Change the state of a job in one step, such as a transaction.", [send("clear", copies=4)], {JOB: decided("approved")},
    {"clear": CLEAR}, knows("clear"),
)
case(
    "processing_then_clear", "A result replaces the status processing", f"{DIGEST}: an interim callback", KEEP,
    [send("processing"), send("clear")], {JOB: {"decision": "approved", "confirmed": True}},
    {"processing": message(status="processing"), "clear": CLEAR}, knows("clear"), True,
)
for name, word, made in [("clear", "approved", CLEAR), ("block", "rejected", BLOCK)]:
    case(
        f"processing_after_{name}", f"The late status processing does not replace {name}", "synthetic: callbacks arrive in any order",
        "Never replace a result by a status that decides nothing.", [send(name), send("processing")], {JOB: {"decision": word}},
        {"processing": message(status="processing"), name: made}, knows(name), True,
    )
case(
    "retry_after_failure", "A callback that was answered with an error is not a duplicate when it is sent again",
    f"{DIGEST}: up to three more attempts", "Remember a callback only after its result is stored and confirmed.",
    [send("clear", retries=4)], {JOB: {"decision": "approved", "confirmed": True}}, {"clear": CLEAR}, knows("clear", fails=3), True,
)

# Origin.

CHECK = (
    "Compute base64(HMAC-SHA256(API key, Response-Timestamp + partner id + `sid_request`)), compare it with Response-Signature "
    "in constant time, and answer 401 if it differs."
)
for name, text, members in [
    ("unsigned", "A callback without signature is refused", {"change": {"headers": {SIGNATURE: None, TIME: None}}}),
    ("lone_signature", "A callback without the time of its signature is refused", {"change": {"headers": {TIME: None}}}),
    ("lone_timestamp", "A callback with a time but no signature is refused", {"change": {"headers": {SIGNATURE: None}}}),
    ("empty_signature", "An empty signature is refused", {"change": {"headers": {SIGNATURE: ""}}}),
    ("garbled_signature", "A signature that is no base64 is refused", {"change": {"headers": {SIGNATURE: "%%%"}}}),
    ("forged", "A signature with another key is refused", {"sign": {"by": {"partner_id": "{partner_id}", "api_key": "not-the-key"}}}),
    ("wrong_partner", "A signature for another partner is refused", {"sign": {"by": {"partner_id": "4321", "api_key": "{api_key}"}}}),
    ("renewed_timestamp", "A signature whose timestamp was changed is refused", {"change": {"headers": {TIME: "2099-01-01T00:00:00.000Z"}}}),
    (
        "signed_in_body", "A signature in the body, as in version 1, is no proof",
        {"change": {"headers": {SIGNATURE: None, TIME: None}, "set": {"/timestamp": "2026-08-18T10:00:00.000Z", "/signature": "7xO36B385QOgbCArfUoxV6if8R80m6H1oLfo2bEBJyM="}}},
    ),
]:
    case(name, text, f"{DIGEST}: the signature", CHECK, [send("clear", REFUSED, **members)], {JOB: ABSENT}, {"clear": CLEAR}, knows("clear"))

AGE = "Refuse a timestamp that differs from your clock by more than about five minutes: a signature works for any body."
for name, text, sign in [
    ("stale", "A callback that was signed ten minutes ago is refused", {"ago": 600}),
    ("stale_by_a_day", "A callback that was signed yesterday is refused", {"ago": 86400}),
    ("future", "A callback that was signed ten minutes ahead is refused", {"ago": -600}),
    ("unreadable_time", "A callback whose signed time is no time is refused", {"time": "later"}),
]:
    case(
        name, text, "v3-corrections C13: windows of integrators; inferred", AGE, [send("clear", REFUSED, sign=sign)], {JOB: ABSENT},
        {"clear": CLEAR}, knows("clear"),
    )

# Content that the signature does not cover.

ASK = "Ask `GET /v3/status/{job_id}` before anything that cannot be undone: the signature does not cover the body."
case(
    "replayed_on_another_body", "A signature that is used again for another body of the job approves nobody", UNSIGNED,
    "Doubt a signature that you have seen on another body.", [send("block"), send("clear", EITHER, sign={"like": 1})],
    {JOB: NOT_APPROVED}, {"block": BLOCK, "clear": CLEAR}, knows("block"),
)
case(
    "replayed_onto_another_job", "A signature that is used again for another job approves nobody", UNSIGNED,
    "Doubt a signature that you have seen on another body.", [send("clear"), send("other", EITHER, sign={"like": 1})],
    {OTHER_JOB: NOT_APPROVED}, {"clear": CLEAR, "other": message(job_id=OTHER_JOB)}, knows("clear"),
)
case(
    "altered_body", "A genuine signature on an altered body approves nobody", UNSIGNED, ASK, [send("clear", EITHER)],
    {JOB: NOT_APPROVED}, {"clear": CLEAR, "block": BLOCK}, knows("block"), True,
)
case(
    "unknown_job", "A job that the API does not know is not approved", UNSIGNED, ASK, [send("clear", EITHER)], {JOB: NOT_APPROVED},
    {"clear": CLEAR}, knows(), True,
)
case(
    "still_processing", "A result of a job that the API is still processing is not approved", UNSIGNED, ASK,
    [send("clear", ["2xx", "4xx", "5xx"])], {JOB: NOT_APPROVED},
    {"clear": CLEAR, "processing": message(status="processing")}, knows("processing"), True,
)
case(
    "another_users_job", "The approved job of another user approves nobody", UNSIGNED,
    "Compare the `user_id` of the status response with that of the callback.", [send("claim", EITHER)], {JOB: NOT_THE_USERS},
    {"claim": CLEAR, "true": message(user_id=OTHER_USER)}, knows("true"), True,
)
THEFT = (
    "Values in `partner_params` only propose a job: settle it after the status response has its `job_id` and your `user_id`."
)
OWN = message(status="block", reason="spoof_detected", partner_params={"correlation_id": "{run}{run}"})
STOLEN = message(partner_params={"correlation_id": "{run}{run}"}, job_id=OTHER_JOB)
TRUE = message(job_id=OTHER_JOB, user_id=OTHER_USER)
for name, text, order in [
    ("stolen_correlation", "A stolen correlation value does not replace a result", ["own", "stolen"]),
    ("stolen_correlation_first", "A stolen correlation value that comes first does not keep the true result out", ["stolen", "own"]),
]:
    deliveries = [send(it, ACCEPTED if it == "own" else EITHER) for it in order]
    case(
        name, text, UNSIGNED, THEFT, deliveries, {JOB: {"decision": "rejected"}, OTHER_JOB: NOT_THE_USERS},
        {"own": OWN, "stolen": STOLEN, "true": TRUE}, knows("own", "true"), True,
    )
case(
    "two_job_ids", "A callback whose job ids in header and body differ approves neither job", "synthetic: neither is signed",
    "Refuse a callback whose ids in header and body differ.", [send("clear", EITHER, change={"set": {"/job_id": OTHER_JOB}})],
    {OTHER_JOB: NOT_APPROVED}, {"clear": CLEAR, "block": {**BLOCK, "set": {**BLOCK["set"], "/job_id": OTHER_JOB}}},
    knows("clear", "block"),
)
for name, text, headers in [
    ("no_job_id", "A callback without a job id harms nothing", {"Job-ID": None}),
    ("hostile_job_id", "A job id that is a path harms nothing", {"Job-ID": "../token"}),
    ("no_user_id", "A callback without a user id is not approved", {"User-ID": None}),
]:
    case(
        name, text, MADE_UP, "Take ids only in the form of `job_` and 26 characters, and approve no job without its user.",
        [send("clear", EITHER, change={"headers": headers})], {JOB: NOT_APPROVED}, {"clear": CLEAR}, knows("clear"), name == "no_user_id",
    )

# Bodies that are no result. The signature is right: it does not cover them.

for name, text, body in [
    ("empty", "An empty body", ""),
    ("not_json", "A body that is not JSON", "status=clear"),
    ("html", "A page", "<html><body>clear</body></html>"),
    ("array", "An array", '[{"status": "clear"}]'),
    ("null", "The value null", "null"),
    ("json_cut_off", "JSON that ends in the middle", '{"status": "clear", "reason": nu'),
    ("single_quotes", "JSON with single quotes", "{'status': 'clear'}"),
    ("two_objects", "Two objects", '{"status": "block"}{"status": "clear"}'),
    ("deep_nesting", "Deep nesting", '{"status": "clear", "x": ' + "[" * 5000 + "]" * 5000 + "}"),
]:
    case(
        name, f"{text} is refused, with a right signature", MADE_UP,
        "Answer 400 to a body that is not one JSON object, and read no result from it.",
        [send("clear", REFUSED, change={"body": body})], {JOB: ABSENT}, {"clear": CLEAR}, knows("clear"),
    )
case(
    "two_statuses", "A body with two statuses approves nobody", MADE_UP, "Refuse a body in which a member occurs twice.",
    [send("clear", EITHER, change={"body": '{"status": "block", "reason": "spoof_detected", "status": "clear"}'})],
    {JOB: NOT_APPROVED}, {"clear": CLEAR},
)

# Transport.

for name, text, members, expect in [
    ("chunked", "A body without a length", {"pace": {"chunked": True, "pieces": 3}}, ACCEPTED),
    ("slow", "A slow body", {"pace": {"pieces": 4, "every": 400}}, ACCEPTED),
    ("charset", "A content type with a charset", {"change": {"headers": {"Content-Type": "application/json; charset=utf-8"}}}, ACCEPTED),
]:
    case(
        name, f"{text} is accepted", "synthetic: valid HTTP", "Read the whole body within 35 seconds, in any valid form.",
        [send("clear", expect, **members)], {JOB: decided("approved")}, {"clear": CLEAR}, knows("clear"),
    )
case(
    "cut_off", "A callback that is cut off is not stored, and accepted when it is sent again", f"{DIGEST}: up to three more attempts",
    "Store a callback only after its whole body was read.", [
        send("clear", ["none"], pace={"cut_off": True}), send("clear"),
    ], {JOB: decided("approved")}, {"clear": CLEAR}, knows("clear"),
)
case(
    "get", "A GET request changes nothing", MADE_UP, "Accept results only by POST.",
    [send("clear", ["2xx", "3xx", "4xx"], method="GET")], {JOB: NOT_APPROVED}, {"clear": CLEAR},
)

shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
for name, whole in CASES.items():
    (FOLDER / f"{name}.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")
print(len(CASES), "cases")
