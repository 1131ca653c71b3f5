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
case("other_key", "Made with the key of the other environment", sign(key="test-api-key-0002"),
     {"code": "other-key", "name": "sandbox"}, candidates=OTHERS)
case("other_partners_key", "Made by another partner with its own key", sign(partner="212", key="test-api-key-0212"),
     {"code": "other-key", "name": "partner 212"}, sent_partner="212", candidates=OTHERS)
case("other_partners_key_for_this_one", "Made with another partner's key for this partner",
     sign(key="test-api-key-0212"), {"code": "other-key", "name": "partner 212"}, candidates=OTHERS)
case("other_partners_key_for_the_one_sent", "Made with another partner's key, for the partner id that was sent",
     sign(partner="0212", key="test-api-key-0212"), {"code": "other-key", "name": "partner 212"}, sent_partner="0212",
     candidates=OTHERS)
case("unknown_key", "Made with a key that nobody here has", sign(key="test-api-key-9999"), "unexplained",
     candidates=OTHERS)
case("padding_lost", "The partner id became a number and lost its leading zero", sign(partner="85"),
     "partner-padding-lost", source=HISTORY)
case("padding_lost_and_sent", "The partner id was signed and sent without its leading zero", sign(partner="85"),
     "partner-padding-lost", sent_partner="85", source=HISTORY)
case("padding_added", "A leading zero that the partner id does not have", sign(partner="085"),
     "partner-padding-added", partner="85", sent_partner="85")
case("padding_added_to_four", "Filled up to four digits", sign(partner="0085"), "partner-padding-added")
case("padding_lost_on_the_way", "Signed as it must be, and sent as a number", sign(), "partner-id-rewritten",
     sent_partner="85", source=HISTORY)
case("other_partner", "This key, with another partner's id", sign(partner="212"), "other-partner", sent_partner="212")
case("other_partner_of_this_key", "This key, with the partner id of a candidate that has the same key", sign(partner="777"),
     "other-partner", candidates=[*OTHERS, ("reseller", "777", KEY)])
BASE64_KEY = "dGVzdC1hcGkta2V5LTAwMDE="
for name, words, key in [
    ("key_decoded", "standard base64", BASE64_KEY), ("key_decoded_unpadded", "base64 without padding", BASE64_KEY[:-1]),
    ("key_decoded_url_safe", "the alphabet for addresses", "_-8tdGVzdC1rZXk_"),
]:
    raw = base64.urlsafe_b64decode(key.replace("+", "-").replace("/", "_") + "=" * (-len(key) % 4))
    case(name, f"A key that looks like {words}, decoded before use", sign(key=raw), "key-decoded", key=key,
         source="a third party's client: platform reference, section 10")
UUID, ODD_KEY = "7a1b0c9d-5c2f-4a34-9b7e-2f6f3f1d4b11", "abcdefghij"
for name, words, key, raw in [
    ("key_decoded_uuid", "A UUID, decoded as Python does, which passes over the dashes", UUID, base64.b64decode(UUID)),
    ("key_decoded_uuid_url_safe", "A UUID, decoded as Node.js does, which takes the dashes for pluses", UUID,
     base64.urlsafe_b64decode(UUID)),
    ("key_decoded_letter_left", "A key of 17 letters, decoded as Node.js does, which drops the last", KEY,
     base64.urlsafe_b64decode(KEY[:16])),
    ("key_decoded_bits_left", "A key of 10 letters, decoded as PHP does, which drops the last bits", ODD_KEY,
     base64.b64decode(ODD_KEY + "==")),
]:
    case(name, words, sign(key=raw), "key-decoded", key=key)
case("key_with_line_break", "The key was read from a file with a line break at its end", sign(key=KEY + "\n"),
     "key-whitespace")
case("key_configured_with_blank", "The key is configured here with a blank at its end", sign(), "key-whitespace",
     key=KEY + " ")

for name, words, before, after in [
    ("quoted", "in quotes, as it stands in a JSON file", '"', '"'), ("single_quoted", "in quotes, as it stands in an .env file", "'", "'"),
    ("quoted_with_line_break", "in quotes and with a line break", '"', '"\n'),
    ("curly_quoted", "in the quotes of a word processor", "\u201c", "\u201d"),
]:
    case(f"key_{name}", f"The key {words}", sign(key=before + KEY + after), "key-quoted")
case("key_configured_in_quotes", "The key is configured here in quotes", sign(), "key-quoted", key=f'"{KEY}"')
for name, words, before, after in [
    ("byte_order_mark", "with a byte order mark, as Windows writes files", "\ufeff", ""),
    ("byte_order_mark_and_line_break", "with a byte order mark and a line break", "\ufeff", "\r\n"),
]:
    case(f"key_{name}", f"The key was read from a file {words}", sign(key=before + KEY + after), "key-byte-order-mark")
case("key_configured_with_byte_order_mark", "The key is configured here with a byte order mark", sign(),
     "key-byte-order-mark", key="\ufeff" + KEY)
case("key_with_no_break_space", "The key was copied with a blank that does not break", sign(key=KEY + "\u00a0"),
     "key-whitespace")
case("key_in_capitals", "The key in capitals", sign(key=KEY.upper()), "key-case")
case("key_decoded_hexadecimal", "A UUID, decoded from hexadecimal", sign(key=bytes.fromhex(UUID.replace("-", ""))),
     "key-decoded", key=UUID)
case("partner_with_line_break", "The partner id was read from a file with a line break at its end",
     sign(partner=PARTNER + "\n"), "partner-id-decorated")
case("partner_quoted", "The partner id in quotes", sign(partner=f'"{PARTNER}"'), "partner-id-decorated")

# How the signature is written.
RIGHT = mac(KEY, TIME, PARTNER, "sid_request")
case("hexadecimal", "Hexadecimal in place of base64", RIGHT.hex(), "hexadecimal")
case("hexadecimal_upper_case", "Hexadecimal in capitals", RIGHT.hex().upper(), "hexadecimal-upper-case")
case("base64_of_hexadecimal", "The base64 of the hexadecimal text", b64(RIGHT.hex().encode()), "base64-of-hexadecimal")
# A time whose signature has letters in which the two alphabets differ.
ODD = next(t for t in (f"2023-03-09T21:35:00.{n:03}Z" for n in range(1000)) if set("+/") <= set(sign(t)))
case("url_safe", "The alphabet for addresses", sign(ODD).replace("+", "-").replace("/", "_"), "url-safe", timestamp=ODD)
case("unpadded", "Without the = at its end", sign().rstrip("="), "unpadded")
case("url_safe_and_unpadded", "What libraries for tokens write",
     sign(ODD).replace("+", "-").replace("/", "_").rstrip("="), "url-safe", "unpadded", timestamp=ODD)
case("trailing_newline", "A line break at its end", sign() + "\n", "whitespace")
case("leading_space", "A blank before it", " " + sign(), "whitespace")
case("wrapped", "Broken into two lines", sign()[:20] + "\n" + sign()[20:], "whitespace")
for name, hash, size in [("md5", hashlib.md5, 16), ("sha1", hashlib.sha1, 20), ("sha224", hashlib.sha224, 28),
                         ("sha384", hashlib.sha384, 48), ("sha512", hashlib.sha512, 64)]:
    case(f"hmac_{name}", f"HMAC with {hash().name.upper()}", b64(mac(KEY, TIME, PARTNER, "sid_request", hash=hash)),
         {"code": "other-hash", "bytes": size})
case("hmac_sha1_hexadecimal", "HMAC with SHA-1, in hexadecimal",
     mac(KEY, TIME, PARTNER, "sid_request", hash=hashlib.sha1).hex(), "hexadecimal",
     {"code": "other-hash", "bytes": 20})
case("cut_off", "The first half of a signature", sign()[:22], "truncated")
case("cut_off_between_bytes", "A signature without its last four letters", sign()[:40], "truncated")
case("hmac_cut_off", "The first 16 bytes of the HMAC, as many as MD5 has", b64(RIGHT[:16]), "truncated")
case("hmac_cut_off_hexadecimal", "The first 20 bytes of the HMAC, as many as SHA-1 has, in hexadecimal",
     RIGHT[:20].hex(), "hexadecimal", "truncated")
case("other_cut_off", "The first half of a signature with another key", sign(key="another")[:22], "not-a-signature")
case("plus_lost", "The pluses became blanks, as decoding a form leaves them", sign(ODD).replace("+", " "), "plus-lost",
     timestamp=ODD)
case("plus_lost_unpadded", "The pluses became blanks, and the = is missing", sign(ODD).replace("+", " ").rstrip("="),
     "plus-lost", "unpadded", timestamp=ODD)
case("empty", "No signature", "", "not-a-signature")
case("a_word", "A word in place of the signature", "signature", "not-a-signature")
case("one_bit_changed", "A signature that changed on its way", b64(bytes([RIGHT[0] ^ 1]) + RIGHT[1:]), "unexplained")
case("hexadecimal_for_85", "Two mistakes, of which each is said", mac(KEY, TIME, "85", "sid_request").hex(),
     "hexadecimal", "partner-padding-lost")


# Which time was signed.
def at(name, description, signed, code, timestamp=TIME, source=HABITS, **more):
    case(f"time_{name}", description, sign(signed), {"code": f"timestamp-{code}", "signed": signed, **more},
         timestamp=timestamp, source=source)


DAY = "2023-03-09T"
at("without_milliseconds", "Signed without the milliseconds", f"{DAY}21:35:00Z", "fraction")
at("milliseconds_lost", "Sent without the milliseconds", TIME, "fraction", timestamp=f"{DAY}21:35:00Z")
at("zeros_lost", "Milliseconds of zero lost on the way, as by Java's Instant", f"{DAY}21:35:00.000Z", "fraction",
   timestamp=f"{DAY}21:35:00Z", source=HISTORY)
at("zeros_added", "A third digit added on the way, as by Java's Instant", f"{DAY}21:35:00.27Z", "fraction",
   timestamp=f"{DAY}21:35:00.270Z", source=HISTORY)
at("six_digits_signed", "Signed with microseconds", f"{DAY}21:35:00.279123Z", "fraction")
at("six_digits_of_zeros_signed", "Signed with microseconds of zero", f"{DAY}21:35:00.279000Z", "fraction")
at("six_digits_sent", "Sent with microseconds", TIME, "fraction", timestamp=f"{DAY}21:35:00.279123Z")
at("nine_digits_signed", "Signed with nanoseconds of zero", f"{DAY}21:35:00.279000000Z", "fraction")
at("offset_for_z", "+00:00 for Z", f"{DAY}21:35:00.279+00:00", "zone")
at("z_for_offset", "Z for +00:00", TIME, "zone", timestamp=f"{DAY}21:35:00.279+00:00")
at("no_zone", "UTC without a zone", f"{DAY}21:35:00.279", "zone")
at("short_offset", "+0000 for Z", f"{DAY}21:35:00.279+0000", "zone")
at("space_for_t", "A blank for the T", "2023-03-09 21:35:00.279Z", "separator")
at("t_for_space", "The T for a blank", TIME, "separator", timestamp="2023-03-09 21:35:00.279Z")
at("python_spelling", "Signed as Python writes it, sent as JavaScript does", f"{DAY}21:35:00.279000+00:00", "spelling")
at("ruby_spelling", "Signed as Ruby writes it", "2023-03-09 21:35:00 +0000", "spelling")
at("epoch_seconds", "Signed as seconds since 1970", "1678397700", "epoch")
at("epoch_milliseconds", "Signed as milliseconds since 1970", "1678397700279", "epoch")
at("epoch_fraction", "Signed as seconds with a fraction", "1678397700.279", "epoch")
at("epoch_sent", "Signed as a date, sent as milliseconds: what the JavaScript SDK does with a number", TIME, "epoch",
   timestamp="1678397700279")
at("epoch_seconds_sent", "Signed as a date, sent as seconds", f"{DAY}21:35:00Z", "epoch", timestamp="1678397700")
at("epoch_milliseconds_of_seconds", "Signed as milliseconds since 1970, sent as seconds", "1678397700279", "epoch",
   timestamp="1678397700")
at("epoch_milliseconds_of_a_date", "Signed as milliseconds since 1970, sent as a date without them", "1678397700279",
   "epoch", timestamp=f"{DAY}21:35:00Z")
at("ruby_spelling_sent", "Signed as JavaScript writes it, sent as Ruby does", TIME, "spelling",
   timestamp="2023-03-09 21:35:00 +0000")
at("small_z", "Signed with a small z", f"{DAY}21:35:00.279z", "zone")
at("small_z_sent", "Sent with a small z", TIME, "zone", timestamp=f"{DAY}21:35:00.279z")
at("comma", "Signed with a comma before the milliseconds", f"{DAY}21:35:00,279Z", "spelling")
at("comma_sent", "Sent with a comma before the milliseconds", TIME, "spelling", timestamp=f"{DAY}21:35:00,279Z")
at("of_another_zone", "The same moment in another zone", f"{DAY}22:35:00.279+01:00", "zone")
at("of_another_zone_ruby", "The same moment in another zone, as Ruby writes it", "2023-03-09 13:35:00 -0800", "zone")
at("sent_in_another_zone", "Signed in UTC, sent in another zone", TIME, "zone",
   timestamp=f"{DAY}16:35:00.279-05:00")
for name, time, minutes in [
    ("lagos", f"{DAY}22:35:00.279", 60), ("nairobi", "2023-03-10T00:35:00.279", 180),
                            ("tehran", "2023-03-10T01:05:00.279", 210),
    ("kathmandu", "2023-03-10T03:20:00.279", 345), ("baker_island", f"{DAY}09:35:00.279", -720),
    ("kiritimati", "2023-03-10T11:35:00.279", 840), ("new_york_microseconds", f"{DAY}16:35:00.279000", -300),
    ("accra_plus_one_no_fraction", f"{DAY}22:35:00", 60),
]:
    at(f"local_{name}", "Local time without a zone, as Python SDKs up to 3.0.0 write it", time, "local",
       offset_minutes=minutes, source=HISTORY)
at("local_as_utc", "Local time marked as UTC, as the Java SDK 1.0 writes it", "2023-03-10T00:35:00.279Z",
   "local-as-utc",
   offset_minutes=180)
at("local_as_utc_sent", "Signed in UTC, sent in local time marked as UTC", TIME, "local-as-utc",
   timestamp="2023-03-10T00:35:00.279Z", offset_minutes=-180)
at("local_nairobi_more_digits", "Local time without a zone and with microseconds, sent with milliseconds",
   "2023-03-10T00:35:00.279123", "local", offset_minutes=180, source=HISTORY)
at("local_kathmandu_more_digits_sent_as_ruby", "Local time with milliseconds, sent without", "2023-03-10 03:20:00.279",
   "local", timestamp="2023-03-09 21:35:00 +0000", offset_minutes=345)
at("local_sent", "Signed in UTC, sent in local time without a zone", TIME, "local",
   timestamp="2023-03-10T00:35:00.279", offset_minutes=-180)
at("line_break_signed", "Signed with a line break at its end", TIME + "\n", "whitespace", source="")
at("quoted", "Signed with the quotes that a JSON writer adds", f'"{TIME}"', "quoted", source="")
at("quoted_sent", "Sent with the quotes that a JSON writer adds", TIME, "quoted", timestamp=f'"{TIME}"', source="")
at("blank_sent", "Sent with a blank before it", TIME, "whitespace", timestamp=f" {TIME}", source="")
case("time_of_another_minute", "A time made anew after signing", sign(f"{DAY}21:36:07.279Z"), "unexplained")
case("time_unreadable", "A timestamp in words", sign(), "unexplained", timestamp="yesterday")

# What was signed.
message = [TIME, PARTNER, "sid_request"]
case("no_sid_request", "sid_request left out", b64(mac(KEY, TIME, PARTNER)), "no-sid-request")
case("no_sid_request_partner_first", "sid_request left out, and the others in another order", b64(mac(KEY, PARTNER, TIME)),
     "no-sid-request", "part-order")
INVENTED = "public integrations, some of which invent a scheme"
case("timestamp_alone", "The timestamp alone", b64(mac(KEY, TIME)), "no-partner-id", "no-sid-request", source=INVENTED)
case("timestamp_alone_hexadecimal", "The timestamp alone, in hexadecimal", mac(KEY, TIME).hex(), "hexadecimal",
     "no-partner-id", "no-sid-request", source=INVENTED)
case("partner_alone", "The partner id alone", b64(mac(KEY, PARTNER)), "no-timestamp", "no-sid-request", source=INVENTED)
case("no_partner_id", "The partner id left out", b64(mac(KEY, TIME, "sid_request")), "no-partner-id")
case("no_timestamp", "The timestamp left out, so that every signature is the same", b64(mac(KEY, PARTNER, "sid_request")),
     "no-timestamp")
case("partner_colon_timestamp", "partner:timestamp, as the legacy scheme hashed it", b64(mac(KEY, PARTNER, ":", TIME)),
     "no-sid-request", "part-order", {"code": "separator", "between": ":"}, source=INVENTED)
case("timestamp_colon_partner", "timestamp:partner", b64(mac(KEY, TIME, ":", PARTNER)), "no-sid-request",
     {"code": "separator", "between": ":"}, source=INVENTED)
for name, signed in [("digit", "sid_request1"), ("dash", "sid-request"), ("camel_case", "sidRequest"), ("plural", "sid_requests"),
                     ("capitals", "SID_REQUEST"), ("letter_lost", "sid_reqest"), ("letters_exchanged", "sid_reqeust"),
                     ("reply", "sid_response")]:
    case(f"sid_request_{name}", f"{signed} for sid_request", sign_with(signed), {"code": "sid-request-spelling", "signed": signed})
for name, order in [("partner_first", [1, 0, 2]), ("sid_first", [2, 0, 1]), ("sid_second", [0, 2, 1]),
                    ("reversed", [2, 1, 0]), ("partner_sid_time", [1, 2, 0])]:
    case(f"order_{name}", "The parts in another order", b64(mac(KEY, *[message[part] for part in order])), "part-order")
for name, between in [("colon", ":"), ("line_break", "\n"), ("bar", "|"), ("comma", ","), ("blank", " ")]:
    case(f"separator_{name}", f"{between!r} between the parts", b64(mac(KEY, between.join(message))),
         {"code": "separator", "between": between}, source=HISTORY if between == ":" else "")
case("message_line_break", "A line break at the end of the message, as echo adds it", b64(mac(KEY, *message, "\n")),
     "message-whitespace")
for name, text in [("message", "".join(message)), ("key_first", KEY + "".join(message)),
                   ("key_last", "".join(message) + KEY)]:
    case(f"plain_hash_{name}", "SHA-256 and not HMAC", b64(hashlib.sha256(text.encode()).digest()), "plain-hash")
for name, text in [("of_partner_and_timestamp", f"{PARTNER}:{TIME}"), ("with_key_between", f"{PARTNER}{KEY}{TIME}"),
                   ("with_key_and_colons", f"{PARTNER}:{TIME}:{KEY}"), ("of_timestamp_and_key", f"{TIME}{KEY}")]:
    case(f"plain_hash_{name}", "SHA-256 and not HMAC, of an invented text",
         hashlib.sha256(text.encode()).hexdigest(), "hexadecimal", "plain-hash", source=INVENTED)
case("plain_hash_for_85", "SHA-256 and not HMAC, of a partner id without its leading zero",
     b64(hashlib.sha256(f"{TIME}85sid_request{KEY}".encode()).digest()), "plain-hash", "partner-padding-lost")
case("key_and_message_swapped", "The message as the key and the key as the message", b64(mac("".join(message), KEY)),
     "key-and-message-swapped")
SEC_HASH = hashlib.sha256(b"85:1562938446").hexdigest()
assert SEC_HASH == "0761dff432c592544a089994c68d31a7c7a6a2b8dd36e557de84f75a510c298c"  # a vector of the wire reference
LEGACY = "the scheme up to 2022: wire reference, section 2.6"
case("sec_key", "A sec_key, of which the first part is encrypted anew each time",
     f"{b64(bytes(range(128)))}|{SEC_HASH}",
     "sec-key", timestamp="1562938446", source=LEGACY)
case("sec_key_wrapped", "A sec_key as Ruby wrote it, with line breaks",
     f"{base64.encodebytes(bytes(range(128))).decode()}|{SEC_HASH}", "sec-key", timestamp="1562938446", source=LEGACY)
for bits in [1024, 2048]:
    case(f"sec_key_rsa_{bits}", f"The first half of a sec_key alone, encrypted with an RSA key of {bits} bits",
         b64(bytes(n % 256 for n in range(bits // 8))), "sec-key", timestamp="1562938446", source=LEGACY)
case("sec_key_hash", "The second half of a sec_key, as old replies carry it", SEC_HASH, "sec-key", sent_partner=None,
     timestamp="1562938446", source=LEGACY)

# Where it was put.
case("partner_and_timestamp_swapped", "Partner id and timestamp in each other's members", sign(),
     "partner-and-timestamp-swapped", timestamp=PARTNER, sent_partner=TIME)
case("other_place", "The signature of the headers in the body, whose timestamp is another",
     sign(f"{DAY}21:35:02.010Z"), "other-place", elsewhere=f"{DAY}21:35:02.010Z")
case("neither_place", "A signature of neither timestamp", sign(f"{DAY}21:35:02.011Z"), "unexplained",
     elsewhere=f"{DAY}21:35:02.010Z")
case("partner_and_signature_swapped", "Partner id and signature in each other's members", PARTNER,
     "partner-and-signature-swapped", sent_partner=sign())
case("all_in_other_members", "No member holds its own value: which belongs where is not guessed", PARTNER,
     "not-a-signature", timestamp=sign(), sent_partner=TIME)
case("signature_and_timestamp_swapped", "Signature and timestamp in each other's members", TIME,
     "signature-and-timestamp-swapped", timestamp=sign())

# Nothing.
case("right", "A right signature", sign())
case("right_reply", "A right signature of a reply, which names no partner", sign(), sent_partner=None)
case("right_among_candidates", "A right signature, whatever the candidates", sign(),
     candidates=[*OTHERS, ("itself", PARTNER, KEY)])
case("right_in_an_odd_form", "A right signature of an odd timestamp", sign("2023-03-10 00:35:00 +0300"),
     timestamp="2023-03-10 00:35:00 +0300")

if __name__ == "__main__":
    for old in FOLDER.glob("*.json"):
        old.unlink()
    for name, described in CASES.items():
        (FOLDER / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n",
                                             encoding="utf-8")
    print(f"{len(CASES)} cases")
