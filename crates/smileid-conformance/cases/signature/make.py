"""Makes signature cases over awkward keys, ids and times, with every step of the signature.

    python3 make.py

HMAC-SHA256 of timestamp, partner id and "sid_request" under the UTF-8 text of the key (wire reference, section 2.1), by
Python's hmac and hashlib; nothing is read from the code under test. Partners, keys and times are made up.
"""

import base64
import hashlib
import hmac
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
TIME = "2023-03-09T21:35:00.279Z"

CASES = [
    # Keys: the text as it is, whatever it looks like.
    ("key_one_character", "A key of one character is valid", "212", "k", TIME),
    ("key_one_blank", "A key of one blank is valid and not empty", "212", " ", TIME),
    ("key_blanks_around", "Blanks around a key are used as part of it", "212", " test-api-key-0001 ", TIME),
    ("key_tab", "A tab in a key is used as part of it", "212", "test\tapi\tkey", TIME),
    ("key_newline_at_end", "A newline at the end of a key, as in a file, is used as part of it", "212", "test-api-key-0001\n", TIME),
    ("key_newline_inside", "A newline within a key is used as part of it", "212", "test-api\nkey-0001", TIME),
    ("key_carriage_return", "A carriage return in a key is used as part of it", "212", "test-api-key-0001\r\n", TIME),
    ("key_sixty_four_bytes", "A key of 64 bytes, the block size of SHA-256, is used without hashing", "212", "k" * 64, TIME),
    ("key_sixty_five_bytes", "A key of 65 bytes, one more than the block size of SHA-256, is hashed before use, as HMAC requires", "212", "k" * 65, TIME),
    ("key_thousand_bytes", "A key of a thousand bytes is valid", "212", "0123456789" * 100, TIME),
    ("key_four_byte_characters", "A key with characters outside the Basic Multilingual Plane is used as its UTF-8 bytes", "212", "🔑🔑key", TIME),
    ("key_combining", "A key with combining characters is used without Unicode normalization", "212", "cle\u0301", TIME),
    ("key_composed", "A key with a composed character gives another signature than its decomposed form", "212", "cl\u00e9", TIME),
    ("key_zero_width", "A zero-width space in a key is used as part of it", "212", "test\u200bkey", TIME),
    ("key_byte_order_mark", "A byte order mark before a key is used as part of it", "212", "\ufefftest-api-key-0001", TIME),
    ("key_null_byte", "A null character in a key is used as part of it", "212", "test\u0000key", TIME),
    ("key_quotes", "Quotes and backslashes in a key are used as part of it", "212", "te\"st\\'key", TIME),
    ("key_percent", "Percent escapes in a key are used as text and not decoded", "212", "test%20key+%3D", TIME),
    ("key_hexadecimal", "A key of hexadecimal digits is used as text and not decoded", "212", "deadbeef" * 8, TIME),
    ("key_looks_like_pem", "A key that looks like a PEM file is used as text and not decoded", "212",
     "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", TIME),
    # Partner ids: text, never a number.
    ("partner_zero", "The partner id 0 is signed like any other", "0", "abc", TIME),
    ("partner_all_zeros", "A partner id that consists of zeros keeps all of them", "0000", "abc", TIME),
    ("partner_many_leading_zeros", "A partner id with many leading zeros keeps all of them", "00000042", "abc", TIME),
    ("partner_beyond_numbers", "A partner id that is too large for an integer is signed as text", "12345678901234567890123", "abc", TIME),
    ("partner_letters", "A partner id with letters is signed as text", "p-212-NG", "abc", TIME),
    ("partner_beyond_ascii", "A partner id with non-ASCII characters is signed as its UTF-8 bytes", "Ọ̀ṣun", "abc", TIME),
    ("partner_looks_like_the_end", "A partner id that equals the end of the signed message, `sid_request`, is signed like any other", "sid_request", "abc", TIME),
    # Times: text, signed as it is sent.
    ("time_new_year", "A timestamp of the last millisecond of a year is signed unchanged", "212", "abc", "2023-12-31T23:59:59.999Z"),
    ("time_leap_second", "A timestamp with a leap second is signed unchanged", "212", "abc", "2016-12-31T23:59:60.000Z"),
    ("time_epoch", "The timestamp of the beginning of 1970 is signed unchanged", "212", "abc", "1970-01-01T00:00:00.000Z"),
    ("time_one_digit", "A timestamp with one decimal digit is signed without padding it", "212", "abc", "2023-03-09T21:35:00.2Z"),
    ("time_two_digits", "A timestamp whose fraction ends with a zero is signed with it", "212", "abc", "2023-03-09T21:35:00.270Z"),
    ("time_nanoseconds", "A timestamp with nine decimal digits, as Java writes it, is signed unchanged", "212", "abc", "2023-03-09T21:35:00.123456789Z"),
    ("time_lower_case", "A timestamp with lower-case letters is signed unchanged", "212", "abc", "2023-03-09t21:35:00.279z"),
    ("time_lagos", "A timestamp in another time zone is signed unchanged, not converted to UTC", "212", "abc", "2023-03-09T22:35:00.279+01:00"),
    ("time_offset_without_colon", "A timestamp whose offset has no colon is signed unchanged", "212", "abc", "2023-03-09T22:35:00+0100"),
    ("time_minus_zero", "A timestamp with the offset -00:00 is signed unchanged", "212", "abc", "2023-03-09T21:35:00.279-00:00"),
    ("time_no_zone", "A timestamp without a time zone is signed unchanged", "212", "abc", "2023-03-09T21:35:00.279"),
    ("time_date_alone", "A date without a time is signed unchanged", "212", "abc", "2023-03-09"),
    ("time_seconds", "A timestamp in seconds since 1970 is signed unchanged", "212", "abc", "1678397700"),
    ("time_far_future", "A timestamp with a year of five digits is signed unchanged", "212", "abc", "+12023-03-09T21:35:00.279Z"),
]


def main():
    for name, description, partner, key, timestamp in CASES:
        message = f"{timestamp}{partner}sid_request"
        digest = hmac.new(key.encode(), message.encode(), hashlib.sha256).digest()
        case = {
            "id": f"signature/{name}", "description": description,
            "source": "synthetic: wire reference, section 2.1, by make.py",
            "partner_id": partner, "api_key": key, "timestamp": timestamp,
            "expect": {"signed": {
                "message": message, "hex": digest.hex(), "base64": base64.b64encode(digest).decode(),
            }},
        }
        text = json.dumps(case, ensure_ascii=False, indent=2) + "\n"
        (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")
    print(len(CASES), "cases")


if __name__ == "__main__":
    main()
