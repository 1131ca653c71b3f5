"""Makes the cases about jobs that can be sent and are probably wrong.

    python3 make.py

What must be said follows from the tables under crates/smileid-types/data and from the documentation they name, read by
hand; nothing is read from the code under test.
"""

import base64
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent

TABLES = "the tables of crates/smileid-types/data"
PLATFORM = "platform reference, section 9"
NUMBER, KIND, COUNTRY, PARAMS = "id_info.id_number", "id_info.id_type", "id_info.country", "partner_params"
SELFIE, LIVENESS, CARD, BACK = ({"image_type_id": number, "file_name": f"{number}.jpg"} for number in (0, 4, 1, 5))

CASES = {}


def case(name, description, job, *expected, can_be_sent=True, source=TABLES, of_images=(), **more):
    warnings = lambda them: [{"code": code, "field": field} for code, field in them]
    assert name not in CASES
    CASES[name] = {
        "id": f"strict/{name}", "description": description, "source": f"synthetic, by make.py; {source}", "job": job,
        "can_be_sent": can_be_sent, "expect": warnings(expected), **more,
    }
    if of_images:
        CASES[name]["expect_of_images"] = warnings(of_images)


def job(job_type, images=(), params=None, **id_info):
    return {
        "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": job_type, **(params or {})},
        "image_details": list(images), "id_info": id_info, "options": {},
    }


def kyc(country, id_type, id_number, job_type=5, **more):
    return job(job_type, country=country, id_type=id_type, id_number=id_number, **more)


# Nothing to say.
case("right_kyc", "A correct lookup of a person gets no warning", kyc("NG", "BVN", "00000000000"))
case("right_biometric_kyc", "A complete Biometric KYC gets no warning",
     job(1, [SELFIE], country="NG", id_type="BVN", id_number="00000000000", entered="true", first_name="Joe",
         last_name="Leo", dob="2000-09-20", phone_number="+2340123456789"))
case("right_document", "A document with photos of both sides gets no warning",
     job(6, [SELFIE, CARD, BACK], country="GH", id_type="DRIVERS_LICENSE"))
case("right_passport", "A passport with a photo of only its front gets no warning",
     job(6, [SELFIE, CARD], country="GH", id_type="PASSPORT"))
case("right_document_of_any_kind", "A Document Verification without a document type gets no warning",
     job(6, [SELFIE, CARD], country="GH"))
case("right_business", "A correct lookup of a business gets no warning",
     kyc("NG", "BUSINESS_REGISTRATION", "0000000", 7, business_type="co"))
case("right_selfie", "A correct job with only a selfie gets no warning", job(4, [SELFIE]))
case("right_own_params", "The partner's own parameters get no warning if they are texts",
     job(4, [SELFIE], {"sandbox_result": "0", "note": "we are one"}))

# Names.
for field in ["user_id", "job_id"]:
    names, words = f"{PARAMS}.{field}", field.replace("_", " ")
    for name, value, code in [
        ("blank_before", " user-1", "name.blanks-around"), ("line_break_after", "user-1\n", "name.blanks-around"),
        ("blank_within", "user 1", "name.blank"), ("control_character", "user\u00011", "name.control-character"),
        ("line_break_within", "user\n1", "name.control-character"), ("too_long", "u" * 256, "name.too-long"),
    ]:
        case(f"{field}_{name}", f"A {words} with blanks, control characters or too many characters gets a warning",
             job(4, [SELFIE], {field: value}), (code, names), source=f"any text is documented: {PLATFORM}")
    case(f"{field}_as_long_as_it_may", f"A {words} of 255 non-ASCII characters gets no warning, because the limit counts characters and not bytes",
         job(4, [SELFIE], {field: "é" * 255}), source=f"any text is documented: {PLATFORM}")
case("own_param_number", "A member of the partner's own parameters that is a number gets a warning",
     job(4, [SELFIE], {"note": 1}),
     ("param.not-text", f"{PARAMS}.note"), source=f"partner_params are texts: {PLATFORM}")
case("own_param_null", "A null member of the partner's own parameters gets a warning, because the API refuses it",
     job(4, [SELFIE], {"note": None}),
     ("param.not-text", f"{PARAMS}.note"), source=f"partner_params are texts: {PLATFORM}")
case("own_param_empty", "An empty member of the partner's own parameters gets a warning, because the API returns it as null",
     job(4, [SELFIE], {"note": ""}),
     ("param.empty", f"{PARAMS}.note"), source=f"partner_params are texts: {PLATFORM}")

# Countries.
for name, country in [("lower_case", "ng"), ("three_letters", "NGA"), ("name", "Nigeria"), ("blank", "NG "),
                      ("number", "1A")]:
    case(f"country_{name}", "A country that is not exactly two capital letters gets a warning",
         kyc(country, "BVN", "00000000000"),
         ("country.shape", COUNTRY), source="ISO 3166-1 alpha-2: wire reference, section 7.3")
case("country_lower_case_selfie", "A country in lower case gets a warning even in a job that needs no country",
     job(4, [SELFIE], country="ng"),
     ("country.shape", COUNTRY), source="ISO 3166-1 alpha-2: wire reference, section 7.3")
case("country_without_id_types", "A lookup in a country without any ID type gets a warning",
     kyc("FR", "BVN", "1"), ("country.unknown", COUNTRY))
case("country_without_businesses", "A lookup of a business gets a warning in a country without Business Verification",
     kyc("GH", "BUSINESS_REGISTRATION", "1", 7),
     ("country.unknown", COUNTRY))
case("country_without_documents", "A document of a country that does not exist gets a warning",
     job(6, [SELFIE, CARD], country="ZZ"),
     ("country.unknown", COUNTRY))
for country in ["ET", "TZ"]:
    case(f"country_{country}", "An ID type gets no warning in a country whose ID types are not documented",
         kyc(country, "NATIONAL_ID", "1"),
         source="the live list of 2026-09-28: platform reference, section 6.1")
case("country_missing", "A missing country gets no warning, because other rules already refuse the job",
     job(5, id_type="BVN", id_number="1"),
     can_be_sent=False)

# ID types.
case("id_type_of_another_country", "An ID type of another country gets a warning", kyc("NG", "GHANA_CARD", "1"),
     ("id-type.unknown", KIND))
case("id_type_lower_case", "An ID type in lower case gets a warning",
     kyc("NG", "bvn", "00000000000"), ("id-type.unknown", KIND))
case("id_type_of_businesses", "An ID type of businesses in a lookup of a person gets a warning",
     kyc("ZA", "BUSINESS_REGISTRATION", "1"),
     ("id-type.unknown", KIND))
case("id_type_of_people", "An ID type of persons in a lookup of a business gets a warning", kyc("NG", "BVN", "00000000000", 7),
     ("id-type.unknown", KIND))
case("document_of_another_country", "A document type that the country does not have gets a warning",
     job(6, [SELFIE, CARD], country="GH", id_type="TRIBAL_CARD"),
     ("id-type.unknown", KIND))
case("document_by_an_id_type", "An ID type in place of a document type gets a warning in Document Verification",
     job(6, [SELFIE, CARD], country="GH", id_type="SSNIT"),
     ("id-type.unknown", KIND))
case("enhanced_document_by_an_id_type", "An ID type in place of a document type gets no warning in Enhanced Document Verification",
     job(11, [SELFIE, CARD], country="GH", id_type="SSNIT"))
case("enhanced_document_unknown", "A document type that the country does not have gets a warning in Enhanced Document Verification",
     job(11, [SELFIE, CARD], country="GH", id_type="TRIBAL_CARD"), ("id-type.unknown", KIND))

# Numbers.
case("number_too_short", "A BVN of ten digits gets a warning, because a BVN has eleven",
     kyc("NG", "BVN", "0000000000"), ("id-number.shape", NUMBER))
case("number_with_blank", "A BVN with a blank gets a warning", kyc("NG", "BVN", "00000000000 "), ("id-number.shape", NUMBER))
case("number_entered", "A wrong ID number in a job with images gets a warning if `entered` is true",
     job(1, [SELFIE], country="NG", id_type="BVN", id_number="1", entered=True), ("id-number.shape", NUMBER))
case("number_not_entered", "A wrong ID number in a job with images gets no warning if `entered` is false, because the number is read from the card",
     job(1, [SELFIE, CARD], country="NG", id_type="BVN", id_number="1", entered=False))
case("number_of_a_document", "A wrong document number gets no warning, because the number is read from the photo",
     job(6, [SELFIE, CARD], country="KE", id_type="PASSPORT", id_number="?"))
case("number_any_case", "The number of a Ghana card in lower case gets no warning",
     job(1, [SELFIE], country="GH", id_type="GHANA_CARD", id_number="gha-000000000-0", entered="true"))
case("number_with_hyphen", "The number of a Nigerian driver's licence gets no warning if it contains a hyphen",
     kyc("NG", "DRIVERS_LICENSE", "ABC-123456AA1", dob="2000-09-20", first_name="Joe", last_name="Leo"))
case("number_of_a_licence_too_short", "The number of a Nigerian driver's licence with too few characters gets a warning",
     kyc("NG", "DRIVERS_LICENSE", "ABC12345", dob="2000-09-20", first_name="Joe", last_name="Leo"),
     ("id-number.shape", NUMBER))
case("number_capitals_only", "The number of a Kenyan passport in lower case gets a warning",
     kyc("KE", "PASSPORT", "a00000000"),
     ("id-number.shape", NUMBER))
case("number_of_the_older_pattern", "An ID number in either of two documented formats gets no warning",
     kyc("GH", "PASSPORT", "G000000000"))
case("number_of_no_known_shape", "Any ID number gets no warning if the format of the ID type is not documented",
     kyc("NG", "TIN", "?"))
case("number_of_a_business", "A South African registration number without slashes gets a warning",
     kyc("ZA", "BUSINESS_REGISTRATION", "202012345607", 7),
     ("id-number.shape", NUMBER))
for digit in "01234":
    case(f"test_number_{digit}_in_production", "A test number of the sandbox gets a warning in production",
         kyc("NG", "BVN", f"0000000000{digit}"), ("id-number.of-sandbox", NUMBER), environment="production")
case("test_number_before_a_letter_in_production", "A test number of the sandbox that ends with a letter gets a warning in production",
     kyc("KE", "TAX_INFORMATION", "A000000003A"), ("id-number.of-sandbox", NUMBER), environment="production")
case("test_number_of_a_business_in_production", "A business's test number of the sandbox gets a warning in production",
     kyc("NG", "TIN", "00000000-0001", 7), ("id-number.of-sandbox", NUMBER), environment="production")
case("test_number_in_the_sandbox", "A test number of the sandbox gets no warning in the sandbox",
     kyc("NG", "BVN", "00000000000"),
     environment="sandbox")
case("other_number_in_production", "An ID number that is not a test number of the sandbox gets no warning in production",
     kyc("NG", "BVN", "00000000005"),
     environment="production")

# What an ID type needs beside its number.
case("ghana_card_without_selfie", "A lookup of a Ghana card without a selfie gets a warning",
     kyc("GH", "GHANA_CARD", "GHA-000000000-0"), ("images.no-selfie", "image_details"),
     source="platform reference, section 6.1 (a selfie is a required input)")
case("session_for_number", "A lookup with ID type BVN_MFA gets no warning if it has a session instead of the number",
     job(5, country="NG", id_type="BVN_MFA", session_id="f7d1"), source="platform reference, section 6.1")
case("number_for_session", "A lookup with ID type BVN_MFA and without the session of the holder's consent gets a warning",
     kyc("NG", "BVN_MFA", "00000000000"), ("id-info.needed", "id_info.session_id"),
     source="platform reference, section 6.1")
case("bank_account_without_bank", "A lookup of a bank account without a bank code gets a warning",
     kyc("NG", "BANK_ACCOUNT", "0000000000"),
     ("id-info.needed", "id_info.bank_code"))
case("bank_account_with_empty_bank", "A lookup of a bank account with an empty bank code gets a warning",
     kyc("NG", "BANK_ACCOUNT", "0000000000", bank_code=""),
     ("id-info.needed", "id_info.bank_code"))
case("bank_account_with_bank", "A lookup of a bank account with its bank code gets no warning",
     kyc("NG", "BANK_ACCOUNT", "0000000000", bank_code="044"))
case("national_id_of_uganda", "A lookup of a Ugandan ID without date of birth and card number gets two warnings",
     kyc("UG", "NATIONAL_ID_NO_PHOTO", "0" * 14),
     ("id-info.needed", "id_info.dob"), ("id-info.needed", "id_info.secondary_id_number"))
needed = job(5, (), {"secondary_id_number": "0000"}, country="UG", id_type="NATIONAL_ID_NO_PHOTO", id_number="0" * 14,
             dob="2000-09-20")
case("needed_among_own_params", "A required member of `id_info` gets no warning if it is in `partner_params` instead, where older SDKs put it",
     needed,
     source="wire reference, section 2.7")
case("business_without_type", "A lookup of a Nigerian business without `business_type` gets a warning",
     kyc("NG", "BUSINESS_REGISTRATION", "0000000", 7),
     ("id-info.needed", "id_info.business_type"))

# Dates and phones.
for name, dob, code in [
    ("day_first", "20-09-2000", "dob.shape"), ("slashes", "2000/09/20", "dob.shape"),
                        ("with_time", "2000-09-20T00:00:00Z", "dob.shape"),
    ("short", "2000-9-20", "dob.shape"), ("no_month", "2000-13-01", "dob.no-date"),
                        ("no_day", "2000-02-30", "dob.no-date"),
    ("no_leap_year", "1900-02-29", "dob.no-date"),
]:
    case(f"dob_{name}", "A date of birth that is not a real date in the form YYYY-MM-DD gets a warning",
         kyc("NG", "BVN", "00000000000", dob=dob), (code, "id_info.dob"),
         source=f"dob is YYYY-MM-DD: {PLATFORM}")
case("dob_leap_day", "A date of birth on 29 February of a leap year gets no warning",
     kyc("NG", "BVN", "00000000000", dob="2000-02-29"))
case("dob_empty", "An empty date of birth gets no warning", kyc("NG", "BVN", "00000000000", dob=""))
for name, phone in [("blanks", "0123 456 789"), ("hyphens", "0123-456789"), ("letters", "none"), ("plus_alone", "+")]:
    case(f"phone_{name}", "A phone number with other characters than digits gets a warning",
         kyc("NG", "BVN", "00000000000", phone_number=phone),
         ("phone.shape", "id_info.phone_number"), source="phone numbers are digits: platform reference, section 6.6")

# Images.
case("nine_liveness_images", "Nine liveness images get a warning, because the API uses only eight",
     job(4, [SELFIE, *[LIVENESS] * 9]),
     ("images.too-much-liveness", "image_details"), source=f"up to eight: {PLATFORM}")
case("eight_liveness_images", "Eight liveness images get no warning", job(4, [SELFIE, *[LIVENESS] * 8]),
     source=f"up to eight: {PLATFORM}")
case("document_without_back", "A document without the photo of its back gets a warning if its type has a back",
     job(6, [SELFIE, CARD], country="GH", id_type="DRIVERS_LICENSE"), ("images.no-back", "image_details"))


# The time that a request is signed at.
for name, time, expected in [
    ("of_the_documents", "2024-08-19T11:35:07.809Z", []), ("of_python", "2026-11-22T19:24:14.818352+00:00", []),
    ("of_ruby", "2021-05-18 15:14:43 -0700", []), ("in_milliseconds", "1678216434434", []),
    ("of_no_form", "x", ["timestamp.shape"]), ("without_zone", "2023-01-01T12:00:00.123456", ["timestamp.shape"]),
]:
    case(f"timestamp_{name}", "A timestamp gets a warning if it does not name an exact time, as without a time zone",
         job(4, [SELFIE]), timestamp=time,
         expect_of_timestamp=[{"code": code, "field": "timestamp"} for code in expected],
         source="ISO 8601 with a zone, and what the official SDKs were recorded sending: platform reference, section 10")

def png(width, height, size):
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return head.ljust(size, b"\0")


def jpeg(width, height):
    """A JPEG with a comment and a table before its frame."""
    frame = b"\xff\xc2\x00\x0b\x08" + height.to_bytes(2, "big") + width.to_bytes(2, "big") + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xfe\x00\x04hi\xff\xc4\x00\x03\x00" + frame


FILES = {"0.jpg": jpeg(10, 10), "1.jpg": jpeg(1499, 950), "5.jpg": jpeg(950, 1500)}
FILES = {name: base64.b64encode(content).decode() for name, content in FILES.items()}
ADVICE = f"the documentation's advice: {PLATFORM}"
case("photos_of_a_document", "Small photos of a document get warnings about their size, but a small selfie does not",
     job(6, [SELFIE, CARD, BACK], country="GH", id_type="DRIVERS_LICENSE"), files=FILES, source=ADVICE,
     of_images=[("image.few-pixels", "image_details[1].image"), ("image.few-bytes", "image_details[1].image"),
                ("image.few-bytes", "image_details[2].image")])
case("photo_of_a_passport", "A photo of a passport gets a warning below a higher number of pixels than other documents",
     job(11, [SELFIE, BACK | {"image_type_id": 1}], country="GH", id_type="PASSPORT"),
     files=FILES, source=ADVICE,
     of_images=[("image.few-pixels", "image_details[1].image"), ("image.few-bytes", "image_details[1].image")])
case("photo_in_base64", "A small photo of a document in base64 gets a warning about its size",
     job(6, [SELFIE, {"image_type_id": 3, "image": base64.b64encode(png(1499, 1, 40)).decode()}], country="GH"),
     files=FILES, source=ADVICE,
     of_images=[("image.few-pixels", "image_details[1].image"), ("image.few-bytes", "image_details[1].image")])
case("photos_of_many_bytes", "A photo of a document gets a warning if it is one byte larger than documented",
     job(6, [SELFIE, CARD, BACK], country="GH", id_type="DRIVERS_LICENSE"), files={**FILES, "1.jpg": FILES["5.jpg"]},
     lengths={"1.jpg": 10 << 20, "5.jpg": (10 << 20) + 1}, source=ADVICE,
     of_images=[("image.many-bytes", "image_details[2].image")])
case("photo_of_another_job", "A small photo of a card gets no warning in a job that does not verify a document",
     job(1, [SELFIE, CARD]),
     files=FILES, source=ADVICE)

if __name__ == "__main__":
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, described in CASES.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n",
                                             encoding="utf-8")
    print(f"{len(CASES)} cases")
