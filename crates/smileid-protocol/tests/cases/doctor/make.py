"""Makes the cases about signatures that are refused: each with one mistake, made here, and what must be suspected.

    python3 make.py

Signatures are made with Python's hmac and hashlib; nothing is read from the code under test. The partners, keys and
times are made up.
"""

import base64
import hashlib
import hmac
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent

PARTNER, KEY = "085", "test-api-key-0001"
TIME = "2023-03-09T21:35:00.279Z"  # 1678397700279 milliseconds
HABITS = "the SDKs' habits: wire reference, sections 2.2 to 2.4"
HISTORY = "the SDKs' history: wire reference, section 9"

CASES = {}


def mac(key, *parts, hash=hashlib.sha256):
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, "".join(parts).encode(), hash).digest()


def b64(bytes):
    return base64.b64encode(bytes).decode()


def sign(timestamp=TIME, partner=PARTNER, key=KEY):
    return b64(mac(key, timestamp, partner, "sid_request"))


def sign_with(sid_request):
    return b64(mac(KEY, TIME, PARTNER, sid_request))


def case(name, description, signature, *expected, timestamp=TIME, sent_partner=PARTNER, partner=PARTNER, key=KEY,
         candidates=(), elsewhere=None, source=""):
    expected = [{"code": it} if isinstance(it, str) else it for it in expected]
    received = {"partner_id": sent_partner, "timestamp": timestamp, "signature": signature}
    if sent_partner is None:
        del received["partner_id"]
    if elsewhere:
        received["timestamp_elsewhere"] = elsewhere
    described = {
        "id": f"doctor/{name}", "description": description,
        "source": f"synthetic; the signatures by make.py{'. ' * bool(source)}{source}",
        "credentials": {"partner_id": partner, "api_key": key},
        "received": received,
        "right": {"partner_id": partner, "timestamp": TIME, "signature": sign(partner=partner, key=key)},
        "expect": expected,
    }
    if candidates:
        described["candidates"] = [
            {"name": name, "partner_id": partner, "api_key": key} for name, partner, key in candidates
        ]
    assert name not in CASES
    CASES[name] = described


# Who signed.
OTHERS = [("sandbox", "085", "test-api-key-0002"), ("partner 212", "212", "test-api-key-0212")]
case("other_key", "The signature was made with the key of the other environment", sign(key="test-api-key-0002"),
     {"code": "other-key", "name": "sandbox"}, candidates=OTHERS)
case("other_partners_key", "The signature was made by another partner with that partner's own key",
     sign(partner="212", key="test-api-key-0212"),
     {"code": "other-key", "name": "partner 212"}, sent_partner="212", candidates=OTHERS)
case("other_partners_key_for_this_one", "The signature was made with another partner's key for this partner's id",
     sign(key="test-api-key-0212"), {"code": "other-key", "name": "partner 212"}, candidates=OTHERS)
case("other_partners_key_for_the_one_sent", "The signature was made with another partner's key, for the partner id in the request",
     sign(partner="0212", key="test-api-key-0212"), {"code": "other-key", "name": "partner 212"}, sent_partner="0212",
     candidates=OTHERS)
case("unknown_key", "The signature was made with a key that the verifier does not know",
     sign(key="test-api-key-9999"), "unexplained",
     candidates=OTHERS)
case("padding_lost", "The signer converted the partner id to a number, which lost its leading zero", sign(partner="85"),
     "partner-padding-lost", source=HISTORY)
case("padding_lost_and_sent", "The partner id was signed and sent without its leading zero", sign(partner="85"),
     "partner-padding-lost", sent_partner="85", source=HISTORY)
case("padding_added", "The signer added a leading zero that the partner id does not have", sign(partner="085"),
     "partner-padding-added", partner="85", sent_partner="85")
case("padding_added_to_four", "The signer padded the partner id with zeros to four digits",
     sign(partner="0085"), "partner-padding-added")
case("padding_lost_on_the_way", "The partner id was signed correctly, but sent as a number, without its leading zero",
     sign(), "partner-id-rewritten",
     sent_partner="85", source=HISTORY)
case("other_partner", "The signature was made with the right key, but for another partner id",
     sign(partner="212"), "other-partner", sent_partner="212")
case("other_partner_of_this_key", "The signature was made for the id of another known partner that has the same key",
     sign(partner="777"),
     "other-partner", candidates=[*OTHERS, ("reseller", "777", KEY)])
BASE64_KEY = "dGVzdC1hcGkta2V5LTAwMDE="
for name, words, key in [
    ("key_decoded", "standard base64", BASE64_KEY), ("key_decoded_unpadded", "base64 without padding", BASE64_KEY[:-1]),
    ("key_decoded_url_safe", "URL-safe base64", "_-8tdGVzdC1rZXk_"),
]:
    raw = base64.urlsafe_b64decode(key.replace("+", "-").replace("/", "_") + "=" * (-len(key) % 4))
    case(name, f"The signer decoded a key that looks like {words} before using it", sign(key=raw), "key-decoded", key=key,
         source="a third party's client: platform reference, section 10")
UUID, ODD_KEY = "7a1b0c9d-5c2f-4a34-9b7e-2f6f3f1d4b11", "abcdefghij"
for name, words, key, raw in [
    ("key_decoded_uuid", "The signer decoded a key that is a UUID from base64 as Python does, which skips the hyphens", UUID, base64.b64decode(UUID)),
    ("key_decoded_uuid_url_safe", "The signer decoded a key that is a UUID from base64 as Node.js does, which reads each hyphen as a plus sign", UUID,
     base64.urlsafe_b64decode(UUID)),
    ("key_decoded_letter_left", "The signer decoded a key of 17 characters from base64 as Node.js does, which drops the last character", KEY,
     base64.urlsafe_b64decode(KEY[:16])),
    ("key_decoded_bits_left", "The signer decoded a key of 10 characters from base64 as PHP does, which drops the last bits", ODD_KEY,
     base64.b64decode(ODD_KEY + "==")),
]:
    case(name, words, sign(key=raw), "key-decoded", key=key)
case("key_with_line_break", "The signer's key ends with a line break, because it was read from a file", sign(key=KEY + "\n"),
     "key-whitespace")
case("key_configured_with_blank", "The key in the verifier's configuration ends with a blank", sign(), "key-whitespace",
     key=KEY + " ")

for name, words, before, after in [
    ("quoted", "has quotes around it, as in a JSON file", '"', '"'), ("single_quoted", "has single quotes around it, as in an .env file", "'", "'"),
    ("quoted_with_line_break", "has quotes around it and ends with a line break", '"', '"\n'),
    ("curly_quoted", "has the curly quotes of a word processor around it", "\u201c", "\u201d"),
]:
    case(f"key_{name}", f"The signer's key {words}", sign(key=before + KEY + after), "key-quoted")
case("key_configured_in_quotes", "The key in the verifier's configuration has quotes around it",
     sign(), "key-quoted", key=f'"{KEY}"')
for name, words, before, after in [
    ("byte_order_mark", "begins with a byte order mark, because it was read from a file written on Windows", "\ufeff", ""),
    ("byte_order_mark_and_line_break", "begins with a byte order mark and ends with a line break, because it was read from a file", "\ufeff", "\r\n"),
]:
    case(f"key_{name}", f"The signer's key {words}", sign(key=before + KEY + after), "key-byte-order-mark")
case("key_configured_with_byte_order_mark", "The key in the verifier's configuration begins with a byte order mark", sign(),
     "key-byte-order-mark", key="\ufeff" + KEY)
case("key_with_no_break_space", "The signer's key was copied with a no-break space", sign(key=KEY + "\u00a0"),
     "key-whitespace")
case("key_in_capitals", "The signer's key was converted to upper case", sign(key=KEY.upper()), "key-case")
case("key_decoded_hexadecimal", "The signer decoded a key that is a UUID from hexadecimal",
     sign(key=bytes.fromhex(UUID.replace("-", ""))),
     "key-decoded", key=UUID)
case("partner_with_line_break", "The partner id in the signed message ends with a line break, because it was read from a file",
     sign(partner=PARTNER + "\n"), "partner-id-decorated")
case("partner_quoted", "The partner id in the signed message has quotes around it",
     sign(partner=f'"{PARTNER}"'), "partner-id-decorated")

# How the signature is written.
RIGHT = mac(KEY, TIME, PARTNER, "sid_request")
case("hexadecimal", "The signature is written in hexadecimal instead of base64", RIGHT.hex(), "hexadecimal")
case("hexadecimal_upper_case", "The signature is written in upper-case hexadecimal instead of base64",
     RIGHT.hex().upper(), "hexadecimal-upper-case")
case("base64_of_hexadecimal", "The signature was written in hexadecimal and then in base64",
     b64(RIGHT.hex().encode()), "base64-of-hexadecimal")
# A time whose signature has letters in which the two alphabets differ.
ODD = next(t for t in (f"2023-03-09T21:35:00.{n:03}Z" for n in range(1000)) if set("+/") <= set(sign(t)))
case("url_safe", "The signature is written in URL-safe base64",
     sign(ODD).replace("+", "-").replace("/", "_"), "url-safe", timestamp=ODD)
case("unpadded", "The signature lacks the base64 padding at its end", sign().rstrip("="), "unpadded")
case("url_safe_and_unpadded", "The signature is written in URL-safe base64 without padding, as JWT libraries write it",
     sign(ODD).replace("+", "-").replace("/", "_").rstrip("="), "url-safe", "unpadded", timestamp=ODD)
case("trailing_newline", "The signature ends with a line break", sign() + "\n", "whitespace")
case("leading_space", "The signature begins with a blank", " " + sign(), "whitespace")
case("wrapped", "The signature is broken into two lines", sign()[:20] + "\n" + sign()[20:], "whitespace")
for name, hash, size in [("md5", hashlib.md5, 16), ("sha1", hashlib.sha1, 20), ("sha224", hashlib.sha224, 28),
                         ("sha384", hashlib.sha384, 48), ("sha512", hashlib.sha512, 64)]:
    case(f"hmac_{name}", f"The signature was made with HMAC-{hash().name.upper()} instead of HMAC-SHA256",
         b64(mac(KEY, TIME, PARTNER, "sid_request", hash=hash)),
         {"code": "other-hash", "bytes": size})
case("hmac_sha1_hexadecimal", "The signature was made with HMAC-SHA1, and written in hexadecimal",
     mac(KEY, TIME, PARTNER, "sid_request", hash=hashlib.sha1).hex(), "hexadecimal",
     {"code": "other-hash", "bytes": 20})
case("cut_off", "The signature was truncated to its first half", sign()[:22], "truncated")
case("cut_off_between_bytes", "The signature was truncated by its last four characters", sign()[:40], "truncated")
case("hmac_cut_off", "The HMAC was truncated to its first 16 bytes, the length of an MD5 hash", b64(RIGHT[:16]), "truncated")
case("hmac_cut_off_hexadecimal", "The HMAC was truncated to its first 20 bytes, the length of a SHA-1 hash, and written in hexadecimal",
     RIGHT[:20].hex(), "hexadecimal", "truncated")
case("other_cut_off", "A signature that was made with another key was truncated to its first half",
     sign(key="another")[:22], "not-a-signature")
case("plus_lost", "The plus signs of the signature became blanks, as by decoding it as a form",
     sign(ODD).replace("+", " "), "plus-lost",
     timestamp=ODD)
case("plus_lost_unpadded", "The plus signs of the signature became blanks, and the padding is missing",
     sign(ODD).replace("+", " ").rstrip("="),
     "plus-lost", "unpadded", timestamp=ODD)
case("empty", "The signature is empty", "", "not-a-signature")
case("a_word", "A signature that is a word instead of base64", "signature", "not-a-signature")
case("one_bit_changed", "One bit of the signature was changed on its way",
     b64(bytes([RIGHT[0] ^ 1]) + RIGHT[1:]), "unexplained")
case("hexadecimal_for_85", "A signature with two mistakes, hexadecimal and a lost leading zero: the diagnosis names both",
     mac(KEY, TIME, "85", "sid_request").hex(),
     "hexadecimal", "partner-padding-lost")


# Which time was signed.
def at(name, description, signed, code, timestamp=TIME, source=HABITS, **more):
    case(f"time_{name}", description, sign(signed), {"code": f"timestamp-{code}", "signed": signed, **more},
         timestamp=timestamp, source=source)


DAY = "2023-03-09T"
at("without_milliseconds", "The timestamp was signed without milliseconds, and sent with them", f"{DAY}21:35:00Z", "fraction")
at("milliseconds_lost", "The timestamp was signed with milliseconds, and sent without them",
   TIME, "fraction", timestamp=f"{DAY}21:35:00Z")
at("zeros_lost", "Milliseconds that are zero were removed from the timestamp after signing, as Java's Instant does", f"{DAY}21:35:00.000Z",
   "fraction",
   timestamp=f"{DAY}21:35:00Z", source=HISTORY)
at("zeros_added", "A third decimal digit was added to the timestamp after signing, as Java's Instant does", f"{DAY}21:35:00.27Z",
   "fraction",
   timestamp=f"{DAY}21:35:00.270Z", source=HISTORY)
at("six_digits_signed", "The timestamp was signed with microseconds, and sent with milliseconds", f"{DAY}21:35:00.279123Z",
   "fraction")
at("six_digits_of_zeros_signed", "The timestamp was signed with microseconds that are zero, and sent without them", f"{DAY}21:35:00.279000Z",
   "fraction")
at("six_digits_sent", "The timestamp was signed with milliseconds, and sent with microseconds",
   TIME, "fraction", timestamp=f"{DAY}21:35:00.279123Z")
at("nine_digits_signed", "The timestamp was signed with nanoseconds that are zero, and sent without them", f"{DAY}21:35:00.279000000Z",
   "fraction")
at("offset_for_z", "The timestamp was signed with +00:00, and sent with Z", f"{DAY}21:35:00.279+00:00", "zone")
at("z_for_offset", "The timestamp was signed with Z, and sent with +00:00", TIME, "zone", timestamp=f"{DAY}21:35:00.279+00:00")
at("no_zone", "The timestamp was signed in UTC without a zone, and sent with one", f"{DAY}21:35:00.279", "zone")
at("short_offset", "The timestamp was signed with +0000, and sent with Z", f"{DAY}21:35:00.279+0000", "zone")
at("space_for_t", "The timestamp was signed with a blank between date and time, and sent with a T", "2023-03-09 21:35:00.279Z",
   "separator")
at("t_for_space", "The timestamp was signed with a T between date and time, and sent with a blank",
   TIME, "separator", timestamp="2023-03-09 21:35:00.279Z")
at("python_spelling", "The timestamp was signed in Python's format, and sent in JavaScript's format", f"{DAY}21:35:00.279000+00:00",
   "spelling")
at("ruby_spelling", "The timestamp was signed in Ruby's format, and sent in JavaScript's format", "2023-03-09 21:35:00 +0000",
   "spelling")
at("epoch_seconds", "The time was signed as seconds since 1970, and sent as a date", "1678397700", "epoch")
at("epoch_milliseconds", "The time was signed as milliseconds since 1970, and sent as a date", "1678397700279", "epoch")
at("epoch_fraction", "The time was signed as seconds since 1970 with a fraction, and sent as a date", "1678397700.279",
   "epoch")
at("epoch_sent", "The time was signed as a date, and sent as milliseconds since 1970, as the JavaScript SDK does with a number",
   TIME, "epoch",
   timestamp="1678397700279")
at("epoch_seconds_sent", "The time was signed as a date, and sent as seconds since 1970", f"{DAY}21:35:00Z",
   "epoch", timestamp="1678397700")
at("epoch_milliseconds_of_seconds", "The time was signed as milliseconds since 1970, and sent as seconds", "1678397700279",
   "epoch",
   timestamp="1678397700")
at("epoch_milliseconds_of_a_date", "The time was signed as milliseconds since 1970, and sent as a date without milliseconds",
   "1678397700279",
   "epoch", timestamp=f"{DAY}21:35:00Z")
at("ruby_spelling_sent", "The timestamp was signed in JavaScript's format, and sent in Ruby's format", TIME, "spelling",
   timestamp="2023-03-09 21:35:00 +0000")
at("small_z", "The timestamp was signed with a lower-case z, and sent with Z", f"{DAY}21:35:00.279z", "zone")
at("small_z_sent", "The timestamp was signed with Z, and sent with a lower-case z",
   TIME, "zone", timestamp=f"{DAY}21:35:00.279z")
at("comma", "The timestamp was signed with a comma before the milliseconds, and sent with a point", f"{DAY}21:35:00,279Z",
   "spelling")
at("comma_sent", "The timestamp was sent with a comma before the milliseconds, and signed with a point",
   TIME, "spelling", timestamp=f"{DAY}21:35:00,279Z")
at("of_another_zone", "The time was signed in another time zone than it was sent in", f"{DAY}22:35:00.279+01:00", "zone")
at("of_another_zone_ruby", "The time was signed in another time zone, in Ruby's format, than it was sent in", "2023-03-09 13:35:00 -0800",
   "zone")
at("sent_in_another_zone", "The timestamp was signed in UTC, and sent in another time zone", TIME, "zone",
   timestamp=f"{DAY}16:35:00.279-05:00")
for name, time, minutes in [
    ("lagos", f"{DAY}22:35:00.279", 60), ("nairobi", "2023-03-10T00:35:00.279", 180),
                            ("tehran", "2023-03-10T01:05:00.279", 210),
    ("kathmandu", "2023-03-10T03:20:00.279", 345), ("baker_island", f"{DAY}09:35:00.279", -720),
    ("kiritimati", "2023-03-10T11:35:00.279", 840), ("new_york_microseconds", f"{DAY}16:35:00.279000", -300),
    ("accra_plus_one_no_fraction", f"{DAY}22:35:00", 60),
]:
    at(f"local_{name}", "The timestamp was signed as local time without a zone, as Python SDKs up to 3.0.0 write it, and sent in UTC",
       time, "local",
       offset_minutes=minutes, source=HISTORY)
at("local_as_utc", "The timestamp was signed as local time that is marked as UTC, as the Java SDK 1.0 writes it, and sent in real UTC",
   "2023-03-10T00:35:00.279Z",
   "local-as-utc",
   offset_minutes=180)
at("local_as_utc_sent", "The timestamp was signed in UTC, and sent as local time that is marked as UTC", TIME, "local-as-utc",
   timestamp="2023-03-10T00:35:00.279Z", offset_minutes=-180)
at("local_nairobi_more_digits", "The timestamp was signed as local time without a zone and with microseconds, and sent in UTC with milliseconds",
   "2023-03-10T00:35:00.279123", "local", offset_minutes=180, source=HISTORY)
at("local_kathmandu_more_digits_sent_as_ruby", "The timestamp was signed as local time with milliseconds, and sent in UTC without them",
   "2023-03-10 03:20:00.279",
   "local", timestamp="2023-03-09 21:35:00 +0000", offset_minutes=345)
at("local_sent", "The timestamp was signed in UTC, and sent as local time without a zone", TIME, "local",
   timestamp="2023-03-10T00:35:00.279", offset_minutes=-180)
at("line_break_signed", "The timestamp was signed with a line break at its end, and sent without one",
   TIME + "\n", "whitespace", source="")
at("quoted", "The timestamp was signed with the quotes that a JSON writer adds", f'"{TIME}"', "quoted", source="")
at("quoted_sent", "The timestamp was sent with additional quotes, as a JSON writer adds them, and signed without",
   TIME, "quoted", timestamp=f'"{TIME}"', source="")
at("blank_sent", "The timestamp was sent with a blank before it, but signed without the blank",
   TIME, "whitespace", timestamp=f" {TIME}", source="")
case("time_of_another_minute", "The timestamp was created again after signing, so that another time was sent",
     sign(f"{DAY}21:36:07.279Z"), "unexplained")
case("time_unreadable", "The timestamp is written in words", sign(), "unexplained", timestamp="yesterday")

# What was signed.
message = [TIME, PARTNER, "sid_request"]
case("no_sid_request", "The signed message lacks `sid_request`", b64(mac(KEY, TIME, PARTNER)), "no-sid-request")
case("no_sid_request_partner_first", "The signed message lacks `sid_request`, and has partner id and timestamp in the wrong order",
     b64(mac(KEY, PARTNER, TIME)),
     "no-sid-request", "part-order")
INVENTED = "public integrations, some of which invent a scheme"
case("timestamp_alone", "The signed message is only the timestamp",
     b64(mac(KEY, TIME)), "no-partner-id", "no-sid-request", source=INVENTED)
case("timestamp_alone_hexadecimal", "The signed message is only the timestamp, and the signature is in hexadecimal",
     mac(KEY, TIME).hex(), "hexadecimal",
     "no-partner-id", "no-sid-request", source=INVENTED)
case("partner_alone", "The signed message is only the partner id",
     b64(mac(KEY, PARTNER)), "no-timestamp", "no-sid-request", source=INVENTED)
case("no_partner_id", "The signed message lacks the partner id", b64(mac(KEY, TIME, "sid_request")), "no-partner-id")
case("no_timestamp", "The signed message lacks the timestamp, so that every signature is the same",
     b64(mac(KEY, PARTNER, "sid_request")),
     "no-timestamp")
case("partner_colon_timestamp", "The signed message is `partner:timestamp`, as in the scheme before 2022",
     b64(mac(KEY, PARTNER, ":", TIME)),
     "no-sid-request", "part-order", {"code": "separator", "between": ":"}, source=INVENTED)
case("timestamp_colon_partner", "The signed message is `timestamp:partner`",
     b64(mac(KEY, TIME, ":", PARTNER)), "no-sid-request",
     {"code": "separator", "between": ":"}, source=INVENTED)
for name, signed in [("digit", "sid_request1"), ("dash", "sid-request"), ("camel_case", "sidRequest"), ("plural", "sid_requests"),
                     ("capitals", "SID_REQUEST"), ("letter_lost", "sid_reqest"), ("letters_exchanged", "sid_reqeust"),
                     ("reply", "sid_response")]:
    case(f"sid_request_{name}", f"The signed message has `{signed}` in place of `sid_request`", sign_with(signed),
         {"code": "sid-request-spelling", "signed": signed})
for name, order in [("partner_first", [1, 0, 2]), ("sid_first", [2, 0, 1]), ("sid_second", [0, 2, 1]),
                    ("reversed", [2, 1, 0]), ("partner_sid_time", [1, 2, 0])]:
    case(f"order_{name}", "The signed message has its parts in the wrong order",
         b64(mac(KEY, *[message[part] for part in order])), "part-order")
for name, words, between in [("colon", "`:`", ":"), ("line_break", "line breaks", "\n"), ("bar", "`|`", "|"), ("comma", "`,`", ","),
                             ("blank", "blanks", " ")]:
    case(f"separator_{name}", f"The parts of the signed message are separated by {words}",
         b64(mac(KEY, between.join(message))),
         {"code": "separator", "between": between}, source=HISTORY if between == ":" else "")
case("message_line_break", "The signed message ends with a line break, as `echo` adds it", b64(mac(KEY, *message, "\n")),
     "message-whitespace")
for name, text in [("message", "".join(message)), ("key_first", KEY + "".join(message)),
                   ("key_last", "".join(message) + KEY)]:
    case(f"plain_hash_{name}", "The signature is a SHA-256 hash instead of an HMAC",
         b64(hashlib.sha256(text.encode()).digest()), "plain-hash")
for name, text in [("of_partner_and_timestamp", f"{PARTNER}:{TIME}"), ("with_key_between", f"{PARTNER}{KEY}{TIME}"),
                   ("with_key_and_colons", f"{PARTNER}:{TIME}:{KEY}"), ("of_timestamp_and_key", f"{TIME}{KEY}")]:
    case(f"plain_hash_{name}", "The signature is a SHA-256 hash instead of an HMAC, of an invented message",
         hashlib.sha256(text.encode()).hexdigest(), "hexadecimal", "plain-hash", source=INVENTED)
case("plain_hash_for_85", "The signature is a SHA-256 hash instead of an HMAC, for a partner id that lost its leading zero",
     b64(hashlib.sha256(f"{TIME}85sid_request{KEY}".encode()).digest()), "plain-hash", "partner-padding-lost")
case("key_and_message_swapped", "Key and message were passed to HMAC in the wrong order", b64(mac("".join(message), KEY)),
     "key-and-message-swapped")
SEC_HASH = hashlib.sha256(b"85:1562938446").hexdigest()
assert SEC_HASH == "0761dff432c592544a089994c68d31a7c7a6a2b8dd36e557de84f75a510c298c"  # a vector of the wire reference
LEGACY = "the scheme up to 2022: wire reference, section 2.6"
case("sec_key", "The signature is a `sec_key` of the scheme before 2022, whose first part is encrypted differently each time",
     f"{b64(bytes(range(128)))}|{SEC_HASH}",
     "sec-key", timestamp="1562938446", source=LEGACY)
case("sec_key_wrapped", "The signature is a `sec_key` with line breaks, as Ruby wrote it",
     f"{base64.encodebytes(bytes(range(128))).decode()}|{SEC_HASH}", "sec-key", timestamp="1562938446", source=LEGACY)
for bits in [1024, 2048]:
    case(f"sec_key_rsa_{bits}", f"The signature is the first half of a `sec_key`, encrypted with an RSA key of {bits} bits",
         b64(bytes(n % 256 for n in range(bits // 8))), "sec-key", timestamp="1562938446", source=LEGACY)
case("sec_key_hash", "The signature is the second half of a `sec_key`, as old responses contain it",
     SEC_HASH, "sec-key", sent_partner=None,
     timestamp="1562938446", source=LEGACY)

# Where it was put.
case("partner_and_timestamp_swapped", "The members for partner id and timestamp have each other's values", sign(),
     "partner-and-timestamp-swapped", timestamp=PARTNER, sent_partner=TIME)
case("other_place", "The body contains the signature for the timestamp in the headers, but the body's own timestamp differs",
     sign(f"{DAY}21:35:02.010Z"), "other-place", elsewhere=f"{DAY}21:35:02.010Z")
case("neither_place", "The signature matches neither the timestamp in the headers nor the one in the body",
     sign(f"{DAY}21:35:02.011Z"), "unexplained",
     elsewhere=f"{DAY}21:35:02.010Z")
case("partner_and_signature_swapped", "The members for partner id and signature have each other's values", PARTNER,
     "partner-and-signature-swapped", sent_partner=sign())
case("all_in_other_members", "Partner id, timestamp and signature are all in a wrong member: the diagnosis does not guess where each one belongs",
     PARTNER,
     "not-a-signature", timestamp=sign(), sent_partner=TIME)
case("signature_and_timestamp_swapped", "The members for signature and timestamp have each other's values", TIME,
     "signature-and-timestamp-swapped", timestamp=sign())

# Nothing.
case("right", "A right signature gets no finding", sign())
case("right_reply", "A right signature of a response, which names no partner, gets no finding", sign(), sent_partner=None)
case("right_among_candidates", "A right signature gets no finding, even if other known keys are tried", sign(),
     candidates=[*OTHERS, ("itself", PARTNER, KEY)])
case("right_in_an_odd_form", "A right signature of a timestamp in an unusual format gets no finding",
     sign("2023-03-10 00:35:00 +0300"),
     timestamp="2023-03-10 00:35:00 +0300")

if __name__ == "__main__":
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, described in CASES.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n",
                                             encoding="utf-8")
    print(f"{len(CASES)} cases")
