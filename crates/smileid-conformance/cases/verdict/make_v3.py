"""Makes the cases of verdicts on results of version 3.

    python3 make_v3.py

Statuses and reasons are those of the platform's description and of notes on its documentation. Nothing is read from the
code under test. What the sources leave open is decided with caution, and the source of the case says "inferred".
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
REASONS = {
    "attention": ["document_expired", "document_copy_detected", "age_requirement_not_met", "medium_risk", "news_media_match",
                  "information_outdated"],
    "block": ["high_risk", "account_locked_fraud", "account_locked", "face_verification_failed", "spoof_detected",
              "document_check_failed", "unsupported_document", "identifier_not_found", "age_requirement_not_met", "aml_match_found",
              "address_out_of_range", "name_mismatch", "no_address_on_record"],
    "error": ["service_unavailable", "internal_error", "image_unavailable_or_invalid", "document_unclassifiable",
              "content_policy_violated", "invalid_id_number"],
}
DECISIONS = {"attention": "finding", "block": "rejected", "error": "not_done"}
RETRY = {"service_unavailable", "internal_error"}
SOURCE = "spec-v3 for the status, docs-v3-digest for the reason"
CASES = {}


def case(name, description, source, message, body, decision, reason=None, retry=None):
    expect = {"decision": decision}
    if reason is not None:
        expect["reason"] = reason
    if retry is not None:
        expect["retry"] = retry
    CASES[name] = {"id": f"verdict/v3_{name}", "description": description, "source": source,
                   "received": {message: body}, "expect": expect}


def result(status, reason=None, **members):
    return {"status": status, "reason": reason, "message": "Job completed", "product": "enhanced_kyc", **members}


for status, reasons in REASONS.items():
    decision = DECISIONS[status]
    for reason in [*reasons, "a_new_reason"]:
        retry = (reason in RETRY) if status == "error" else None
        source = "synthetic: the set of reasons is open" if reason == "a_new_reason" else SOURCE
        case(f"{status}_{reason}", f"A V3 result with status `{status}` and reason `{reason}` gives the decision `{decision}`",
             source, "v3_callback",
             result(status, reason), decision, reason, retry)
for reason in sorted({reason for reasons in REASONS.values() for reason in reasons} | {"a_new_reason"}):
    case(f"clear_{reason}", f"A V3 result with status `clear` and the contradictory reason `{reason}` gives the decision `provisional`",
         "spec-v3: a clear result has no reason; inferred: no approval", "v3_callback", result("clear", reason), "provisional", reason)
case("clear", "A V3 result with status `clear` gives the decision `approved`", "spec-v3",
     "v3_callback", result("clear"), "approved")
case("clear_reason_of_another_type", "A V3 result with status `clear` whose reason is not a text gives the decision `provisional`", "inferred: no approval",
     "v3_callback",
     {"status": "clear", "reason": {"code": 1}}, "provisional")
for name, antifraud in (
    ("summary", {"summary": {"fraud_detected": True}}), ("status", {"smile_secure": {"status": "attention"}}),
    ("suspects", {"smile_secure": {"status": "clear", "suspect_users": [{"user_id": "user-2", "reasons": ["same-face"]}]}}),
):
    case(f"clear_fraud_{name}", f"A V3 result with status `clear` and fraud in the search's {name} gives the decision `finding`",
         "v3-corrections C9 for the members; inferred: no approval", "v3_callback", result("clear", antifraud=antifraud), "finding")
case("clear_no_fraud", "A V3 result with status `clear` and a fraud search that found nobody gives the decision `approved`", "v3-corrections C9",
     "v3_callback",
     result("clear", antifraud={"smile_secure": {"status": "clear", "suspect_users": []}, "summary": {"fraud_detected": False}}), "approved")
case("block_and_fraud", "A V3 result with status `block` and fraud gives the decision `rejected`", "inferred", "v3_callback",
     result("block", "high_risk", antifraud={"summary": {"fraud_detected": True}}), "rejected", "high_risk")
for status, decision in {"clear": "approved", "attention": "finding", "block": "rejected", "error": "not_done", "processing": "pending",
                         "not_found": "unknown", "Not Found": "unknown", "Clear": "unknown", "CLEAR": "unknown", " clear": "unknown",
                         "complete": "unknown", "approved": "unknown", "success": "unknown", "": "unknown", None: "unknown", True: "unknown", 200: "unknown"}.items():
    name = {"": "empty", None: "null", True: "true", 200: "number", "Not Found": "not_found_of_http", "Clear": "clear_capital",
            "CLEAR": "clear_capitals", " clear": "clear_space"}.get(status, status)
    source = "spec-v3, JobStatusResponse" if status in ("clear", "attention", "block", "error", "processing", "not_found") else "synthetic: not a documented status"
    case(f"status_{name}", f"A V3 response with status {json.dumps(status)} gives the decision `{decision}`",
         source, "v3_status",
         {"status": status, "job_id": "job_01h2xcejqtf2nbrexx3vqjhp41", "user_id": "user-1", "message": "Job completed"}, decision,
         retry=False if decision == "not_done" else None)
case("status_missing", "A V3 response without a status gives the decision `unknown`", "synthetic",
     "v3_status", {"message": "Job completed"}, "unknown")
case("processing", "A V3 callback during a review gives the decision `pending`", "docs-v3-digest: one integrator",
     "v3_callback", result("processing"), "pending")
case("codes_of_version_1", "A result code of version 1 in a V3 result has no effect on the decision", "synthetic",
     "v3_callback",
     {"ResultCode": "0810", "ResultText": "Enroll User", "job_success": True}, "unknown")

for name, described in CASES.items():
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (FOLDER / f"v3_{name}.json").write_text(text, encoding="utf-8")
print(len(CASES), "cases")
