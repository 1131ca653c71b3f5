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
    ("key_one_character", "A key of one character", "212", "k", TIME),
    ("key_one_blank", "A key that is one blank is not empty", "212", " ", TIME),
    ("key_blanks_around", "Blanks around a key are part of it", "212", " test-api-key-0001 ", TIME),
    ("key_tab", "A tab in a key is part of it", "212", "test\tapi\tkey", TIME),
    ("key_newline_at_end", "A newline at the end of a key, as files have it, is part of it", "212", "test-api-key-0001\n", TIME),
    ("key_newline_inside", "A key of two lines", "212", "test-api\nkey-0001", TIME),
    ("key_carriage_return", "A carriage return in a key is part of it", "212", "test-api-key-0001\r\n", TIME),
    ("key_sixty_four_bytes", "A key as long as the hash's block is used as it is", "212", "k" * 64, TIME),
    ("key_sixty_five_bytes", "A key one byte longer than the hash's block is hashed first", "212", "k" * 65, TIME),
    ("key_thousand_bytes", "A key of a thousand bytes", "212", "0123456789" * 100, TIME),
    ("key_four_byte_characters", "A key with characters outside the Basic Multilingual Plane", "212", "🔑🔑key", TIME),
    ("key_combining", "A key with combining characters is not normalized", "212", "cle\u0301", TIME),
    ("key_composed", "The same key, composed, has another signature", "212", "cl\u00e9", TIME),
    ("key_zero_width", "A zero-width space in a key is part of it", "212", "test\u200bkey", TIME),
    ("key_byte_order_mark", "A byte order mark before a key is part of it", "212", "\ufefftest-api-key-0001", TIME),
    ("key_null_byte", "A null character in a key is part of it", "212", "test\u0000key", TIME),
    ("key_quotes", "Quotes and backslashes in a key", "212", "te\"st\\'key", TIME),
    ("key_percent", "Text like an escape sequence in a key is not decoded", "212", "test%20key+%3D", TIME),
    ("key_hexadecimal", "A key of hexadecimal digits is not decoded", "212", "deadbeef" * 8, TIME),
    ("key_looks_like_pem", "A key that looks like a PEM file is not decoded", "212",
     "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", TIME),
    # Partner ids: text, never a number.
    ("partner_zero", "The partner id 0", "0", "abc", TIME),
    ("partner_all_zeros", "A partner id of zeros alone keeps all of them", "0000", "abc", TIME),
    ("partner_many_leading_zeros", "Many leading zeros", "00000042", "abc", TIME),
    ("partner_beyond_numbers", "A partner id that is too large for a number", "12345678901234567890123", "abc", TIME),
    ("partner_letters", "A partner id with letters", "p-212-NG", "abc", TIME),
    ("partner_beyond_ascii", "A partner id beyond ASCII", "Ọ̀ṣun", "abc", TIME),
    ("partner_looks_like_the_end", "A partner id that ends like the message does", "sid_request", "abc", TIME),
    # Times: text, signed as it is sent.
    ("time_new_year", "The last millisecond of a year", "212", "abc", "2023-12-31T23:59:59.999Z"),
    ("time_leap_second", "A leap second", "212", "abc", "2016-12-31T23:59:60.000Z"),
    ("time_epoch", "The beginning of 1970", "212", "abc", "1970-01-01T00:00:00.000Z"),
    ("time_one_digit", "A fraction of one digit is not padded", "212", "abc", "2023-03-09T21:35:00.2Z"),
    ("time_two_digits", "A fraction that ends with a zero keeps it", "212", "abc", "2023-03-09T21:35:00.270Z"),
    ("time_nanoseconds", "A fraction of nine digits, as Java writes it", "212", "abc", "2023-03-09T21:35:00.123456789Z"),
    ("time_lower_case", "Lower-case letters in a timestamp", "212", "abc", "2023-03-09t21:35:00.279z"),
    ("time_lagos", "Another time zone is not turned into UTC", "212", "abc", "2023-03-09T22:35:00.279+01:00"),
    ("time_offset_without_colon", "An offset without a colon", "212", "abc", "2023-03-09T22:35:00+0100"),
    ("time_minus_zero", "The offset -00:00", "212", "abc", "2023-03-09T21:35:00.279-00:00"),
    ("time_no_zone", "A time without a zone", "212", "abc", "2023-03-09T21:35:00.279"),
    ("time_date_alone", "A date alone", "212", "abc", "2023-03-09"),
    ("time_seconds", "Seconds since 1970", "212", "abc", "1678397700"),
    ("time_far_future", "A year of five digits", "212", "abc", "+12023-03-09T21:35:00.279Z"),
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
