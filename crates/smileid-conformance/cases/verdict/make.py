"""Makes the cases of verdicts: received results and the verdict on each.

    python3 make.py

The decisions are those of the platform reference's table of result codes (section 2.2, the column "Category") and of
its rules (sections 2.1, 3, 4 and 5); nothing is read from the code under test. What the reference leaves open is
decided with caution, and the source of the case says "inferred". Jobs and persons are made up.
"""

import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
CODES = "platform reference, section 2.2"
PARTS = "platform reference, section 2.1: a Biometric KYC is good only when both its results are"
STEPS = "platform reference, section 3; inferred: a step that failed speaks against an approval"
STATUS = "platform reference, section 4"
CAUTION = "platform reference, section 2.1: decide with product and code; inferred: what no table lists is no approval"
SEARCH = "platform reference, sections 2.2 and 5: the search for the same face has a callback of its own"
LENIENT = "platform reference, sections 2.4 and 4: numbers and texts both occur"

CASES = {}


def result(code, job_type, actions=None, **members):
    params = {"user_id": "user-1", "job_id": "job-1", "job_type": job_type}
    whole = {"ResultCode": code, "ResultText": "Made up", "SmileJobID": "0000000001", "PartnerParams": params}
    if actions is not None:
        whole["Actions"] = actions
    return {**whole, **members}


def status(result, history=None, complete=True, success=True, **members):
    whole = {"job_complete": complete, "job_success": success, "code": "2302", "result": result, **members}
    if history is not None:
        whole["history"] = history
    return {name: value for name, value in whole.items() if value is not ...}


def case(name, description, source, message, body, decision, code=None, retry=None):
    expect = {"decision": decision}
    if code is not None:
        expect["code"] = code
    if retry is not None:
        expect["retry"] = retry
    CASES[name] = {
        "id": f"verdict/{name}", "description": description, "source": source,
        "received": {message: body}, "expect": expect,
    }


VERIFIED = {"Verify_ID_Number": "Verified"}
FOUND = {"Verify_ID_Number": "Verified", "Return_Personal_Info": "Returned"}

# Every family of codes, by product.
for name, code, job_type, actions, decision, what in [
    ("biometric_passed", "0810", 1, VERIFIED, "approved", "the automatic check passed the images, and the ID number is verified"),
    ("biometric_reviewed", "1210", 1, VERIFIED, "approved", "a reviewer passed the images, and the ID number is verified"),
    ("biometric_no_match", "0811", 1, VERIFIED, "rejected", "the images do not match"),
    ("biometric_pure_provisional", "0812", 1, {}, "provisional", "the automatic check has no final result"),
    ("biometric_spoof", "0813", 1, VERIFIED, "rejected", "the automatic check detected a spoof"),
    ("biometric_possible_spoof", "0814", 1, VERIFIED, "provisional", "a person will review a possible spoof"),
    ("biometric_unsure", "0815", 1, VERIFIED, "provisional", "the automatic check is undecided"),
    ("biometric_pending", "0816", 1, VERIFIED, "provisional", "a review is pending under the strict setting"),
    ("biometric_reviewed_no_match", "1211", 1, VERIFIED, "rejected", "a reviewer found that the images show two people"),
    ("biometric_reviewed_fraud", "1212", 1, VERIFIED, "rejected", "a reviewer found fraud"),
    ("biometric_reviewed_unsure", "1213", 1, VERIFIED, "provisional", "a reviewer could not decide"),
    ("biometric_reviewed_card", "1214", 1, VERIFIED, "rejected", "a reviewer found the card invalid"),
    ("biometric_no_face", "0911", 1, {}, "rejected", "no face was found"),
    ("biometric_poor_image", "0912", 1, {}, "rejected", "the quality of the image is too poor"),
    ("generic_failure", "0001", 1, {}, "rejected", "the job failed for an unnamed reason"),
    ("archive_corrupt", "0903", 1, {}, "rejected", "the archive could not be opened"),
    ("strict_spoof", "0907", 1, {}, "rejected", "the strict setting rejects a possible spoof"),
    ("authentication_passed", "0820", 2, {}, "approved", "the automatic check passed"),
    ("authentication_reviewed", "1220", 2, {}, "approved", "a reviewer passed the selfie"),
    ("authentication_no_match", "0821", 2, {}, "rejected", "the selfie is another person's"),
    ("authentication_awaiting", "0822", 2, {}, "provisional", "a person will review the selfie"),
    ("authentication_reviewed_spoof", "1222", 2, {}, "rejected", "a reviewer found a spoof"),
    ("registration_passed", "0840", 4, {"Register_Selfie": "Approved"}, "approved", "the user is enrolled"),
    ("registration_reviewed", "1240", 4, {"Register_Selfie": "Approved"}, "approved", "a reviewer enrolled the user"),
    ("registration_failed", "0841", 4, {}, "rejected", "the comparison failed"),
    ("registration_pending", "0846", 4, {}, "provisional", "a review is pending under the strict setting"),
    ("registration_reviewed_spoof", "1242", 4, {}, "rejected", "a reviewer found a spoof"),
    ("document_verified", "0810", 6, {}, "approved", "the document is genuine"),
    ("document_failed", "0811", 6, {}, "rejected", "the document is not genuine"),
    ("document_unusable", "0812", 6, {}, "rejected", "the image of the document is unusable"),
    ("document_unsupported", "0816", 6, {}, "rejected", "the document is not supported"),
    ("document_expired", "0817", 6, {}, "approved", "the document is genuine, but has expired"),
    ("enhanced_document_verified", "0810", 11, VERIFIED, "approved", "document and ID number are verified"),
]:
    case(name, f"Result code {code} of job type {job_type} gives the decision `{decision}`: {what}", CODES, "callback", result(code, job_type, actions), decision, code)

# Lookups.
for name, code, job_type, actions, decision, retry, what in [
    ("lookup_validated", "1012", 5, FOUND, "approved", None, "the ID number is found"),
    ("lookup_not_found", "1013", 5, {"Verify_ID_Number": "Not Verified"}, "rejected", None, "the ID number is not found"),
    ("lookup_wrong_shape", "1014", 5, {"Verify_ID_Number": "Not Done"}, "not_done", False, "the number has the wrong shape"),
    ("lookup_issuer_down", "1015", 5, {"Verify_ID_Number": "Issuer Unavailable"}, "not_done", True, "the authority is down"),
    ("lookup_not_enabled", "1016", 5, {"Verify_ID_Number": "Not Done"}, "not_done", False, "the product is not enabled"),
    ("basic_exact", "1020", 5, {"Names": "Exact Match"}, "approved", None, "all details match"),
    ("basic_partial", "1021", 5, {"Names": "Exact Match", "DOB": "No Match"}, "approved", None, "some detail matches"),
    ("basic_no_match", "1022", 5, {"Names": "No Match"}, "rejected", None, "no detail matches"),
    ("business_verified", "1012", 7, {"Verify_Business": "Verified"}, "approved", None, "the business is found"),
    ("issuer_down_in_images", "0908", 1, {}, "not_done", True, "the authority could not be reached"),
]:
    message = "callback" if job_type == 1 else "lookup"
    case(name, f"Result code {code} of job type {job_type} gives the decision `{decision}`: {what}", CODES, message, result(code, job_type, actions), decision, code, retry)
case("watch_list", "Result code 1030, a person on a watch list, gives the decision `finding`: neither an approval nor a rejection",
     f"{CODES}: the column says approved, and the text that the category is informational; inferred: being on a watch list is "
     "a finding for a person to look at, as no approval may rest on it", "lookup", result("1030", 10, {"Listed": "Listed"}), "finding", "1030")

# Codes that no table has for the product.
for name, code, job_type, what in [
    ("unlisted_code", "0899", 1, "An unknown result code"),
    ("unlisted_near_approval", "0818", 1, "An unknown result code next to approval codes"),
    ("code_of_another_product", "0840", 2, "A result code that approves another product"),
    ("document_code_in_lookup", "0810", 5, "A lookup's result code that approves only images"),
    ("words_for_a_code", "Approved", 4, "A word in place of the result code"),
    ("empty_code", "", 4, "An empty result code"),
]:
    case(name, f"{what} does not approve the job", CAUTION, "callback", result(code, job_type, VERIFIED), "unknown", code)
without = result("", 4)
del without["ResultCode"]
case("no_code", "A result without a result code does not approve the job", CAUTION, "callback", without, "unknown")
case("nothing_but_an_object", "A result that is an empty JSON object does not approve the job",
     CAUTION, "callback", {}, "unknown")

# Numbers for texts, texts for numbers.
case("code_as_number", "The result code 810 as a JSON number, which lost its leading zero, is read as 0810",
     f"{LENIENT}; inferred: the zero",
     "callback", result(810, 1, VERIFIED), "approved", "0810")
case("code_as_number_of_four", "A result code of four digits as a JSON number is read as the same code",
     LENIENT, "lookup", result(1012, 5, FOUND), "approved", "1012")
case("job_type_as_text", "A job type as a text of digits is read as the number",
     LENIENT, "callback", result("0840", "4"), "approved", "0840")
case("flags_as_texts", "`job_complete` and `job_success` as the text \"true\" are read as true", LENIENT, "status",
     status(result("0840", 4), complete="true", success="true"), "approved", "0840")

# The two results of one job.
face, number = result("0810", 1, {"Verify_ID_Number": "Not Done"}), result("1012", 1, FOUND)
lost = result("1013", 1, {"Verify_ID_Number": "Not Verified"})
case("images_alone", "A Biometric KYC whose images passed, without a result of the ID number, gives the decision `provisional`",
     PARTS, "callback", face,
     "provisional", "0810")
case("number_alone", "A Biometric KYC whose ID number was found, without a result of the images, gives the decision `provisional`",
     PARTS, "callback", number,
     "provisional", "1012")
case("images_and_number", "A Biometric KYC whose images and ID number both passed gives the decision `approved`",
     PARTS, "status", status(face, [face, number]), "approved", "0810")
case("images_and_no_number", "A Biometric KYC whose images passed, but whose ID number was not found, gives the decision `rejected`",
     PARTS, "status",
     status(face, [face, lost]), "rejected", "1013")
case("number_before_images", "A Biometric KYC with both results passed gives the decision `approved`, even if the newest result is the lookup",
     PARTS, "status",
     status(number, [number, face]), "approved", "0810")
other = result("1012", 1, FOUND, SmileJobID="0000000002")
other["PartnerParams"] = {**other["PartnerParams"], "job_id": "job-2"}
case("number_of_another_job", "A Biometric KYC whose history contains the lookup of another job gives the decision `provisional`", f"{PARTS}; inferred: of the same job",
     "status",
     status(face, [face, other]), "provisional", "0810")
case("person_after_machine", "A reviewer's approval after a provisional result gives the decision `approved`", "platform reference, section 5",
     "status",
     status(result("1240", 4), [result("1240", 4), result("0844", 4)]), "approved", "1240")
case("rejected_after_provisional", "A reviewer's rejection after a provisional approval gives the decision `rejected`",
     "platform reference, section 5",
     "status", status(result("1242", 4), [result("1242", 4), result("0844", 4)], success=False), "rejected", "1242")

# Steps against codes.
for name, step, value in [
    ("liveness_failed", "Liveness_Check", "Failed"),
    ("comparison_failed", "Selfie_To_ID_Authority_Compare", "Failed"),
    ("person_failed_it", "Human_Review_Compare", "Failed"),
    ("selfie_rejected", "Register_Selfie", "Rejected"),
]:
    case(f"code_against_{name}", f"An approval code with the contradictory action `{step}: {value}` gives the decision `provisional`",
         STEPS, "callback",
         result("0810", 1, {**VERIFIED, step: value}), "provisional", "0810")
case("code_against_lookup", "The code of a found ID number with the contradictory action `Verify_ID_Number: Not Verified` gives the decision `provisional`",
     STEPS, "lookup",
     result("1012", 5, {"Verify_ID_Number": "Not Verified"}), "provisional", "1012")
case("rejected_whatever_the_steps", "A rejected job stays rejected, whatever its actions say", STEPS, "callback",
     result("0811", 1, {**VERIFIED, "Liveness_Check": "Passed"}), "rejected", "0811")
case("completed_is_passed", "An approval whose comparisons say Completed gives the decision `approved`, since Completed means passed",
     "platform reference, section 3: approved compare values are Completed, not Passed", "callback",
     result("0810", 1, {**VERIFIED, "Selfie_To_ID_Authority_Compare": "Completed"}), "approved", "0810")
case("not_final", "An approval that is marked as not final gives the decision `provisional`",
     "platform reference, section 4; inferred: wait for it",
     "callback", result("0840", 4, {}, IsFinalResult="false"), "provisional", "0840")

# Status replies without the result that they should have.
case("status_complete", "A complete and successful job with an approval code gives the decision `approved`",
     STATUS, "status", status(result("0840", 4)), "approved", "0840")
case("status_incomplete", "An approval code of an incomplete job gives the decision `provisional`",
     f"{STATUS}; inferred: wait for it",
     "status", status(result("0840", 4), complete=False), "provisional", "0840")
case("status_no_success", "An approval code of a job without success gives the decision `provisional`, because the two contradict each other",
     f"{STATUS}; inferred: a person must look",
     "status", status(result("0840", 4), success=False), "provisional", "0840")
case("status_text_result", "A status response with a text as its result, because no archive arrived yet, gives the decision `unknown`",
     STATUS, "status",
     status("No zip file received", complete=False, success=False, code="2314"), "unknown")
case("status_without_result", "A status response without a result gives the decision `unknown`",
     STATUS, "status", status(..., complete=False, success=False), "unknown")
case("status_null_result", "A status response with null as its result gives the decision `unknown`",
     STATUS, "status", status(None, complete=False, success=False), "unknown")
case("status_history_without_result", "A status response with a history but without a result gives the decision `unknown`, because the history may be of other jobs",
     "platform reference, section 12, row 7; inferred: it says nothing of this one", "status",
     status(..., [result("0840", 4)], complete=False, success=False), "unknown")
case("status_success_without_result", "A complete and successful job without a result gives the decision `unknown`",
     f"{STATUS}; inferred: no approval",
     "status", status(...), "unknown")

# The search for the same face under other names.
case("search_found_somebody", "A callback of a duplicate search with suspects gives the decision `finding`",
     SEARCH, "callback", result("5211", 2), "finding", "5211")
case("search_found_nobody", "A callback of a duplicate search without suspects gives the decision `finding`, not an approval",
     SEARCH, "callback", result("5210", 2), "finding", "5210")
case("search_failed", "A callback about a failed duplicate search gives the decision `not_done`",
     SEARCH, "callback", result("5212", 2), "not_done",
     "5212", True)
case("approved_and_suspects", "A passed job in which the duplicate search found the same face under other names gives the decision `finding`",
     SEARCH, "callback",
     result("0840", 4, {}, Antifraud={"SuspectUsers": [{"user_id": "user-2", "reason": "same-person"}]}), "finding", "0840")
case("rejected_and_suspects", "A rejected job stays rejected, whatever the duplicate search found", SEARCH, "callback",
     result("0841", 4, {}, Antifraud={"SuspectUsers": [{"user_id": "user-2", "reason": "same-person"}]}), "rejected", "0841")

for name, described in CASES.items():
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
print(len(CASES), "cases")
