"""Makes the archives that are odd or hostile, and the cases about them: what must be found in each, and where.

    python3 make_hostile.py

What must be found follows from how each archive is made here, and from the table of severities below; nothing is read
from the code under test.
"""

import base64
import hashlib
import json
import pathlib

from zips import DESCRIPTOR, ENCRYPTED, JPEG, PNG, UTF8, Entry, archive, local

FOLDER = pathlib.Path(__file__).parent

FATAL, PROBLEM, QUIRK = "fatal", "problem", "quirk"
SEVERITY = {
    "zip.extra-bytes": QUIRK, "zip.hidden-entry": PROBLEM,
    "entry.headers-differ": PROBLEM, "entry.data-descriptor": QUIRK, "entry.deflated-image": QUIRK,
    "entry.not-listed": QUIRK, "entry.base64-img-string": QUIRK,
    "name.folder": QUIRK, "name.duplicate": PROBLEM, "name.unflagged": QUIRK, "name.not-utf8": PROBLEM,
    "name.differs-in-case": PROBLEM, "name.empty": PROBLEM,
    "info.ignored-field": PROBLEM, "info.duplicate-field": PROBLEM,
    "info.not-first": QUIRK, "info.no-images": PROBLEM, "info.no-selfie": PROBLEM, "info.no-id-card": PROBLEM,
    "info.too-much-liveness": PROBLEM, "info.no-signature": QUIRK, "info.placeholder-name": QUIRK,
    "image.file-and-base64": PROBLEM, "image.no-content": PROBLEM, "image.unknown-type": QUIRK,
    "image.type-mismatch": PROBLEM, "image.not-base64": PROBLEM, "image.data-url": PROBLEM,
    "image.wrapped-base64": QUIRK, "image.local-path": PROBLEM, "image.not-jpeg-or-png": PROBLEM,
    "image.file-listed-twice": PROBLEM, "image.no-dimensions": QUIRK,
    "image.few-pixels": QUIRK, "image.few-bytes": QUIRK, "image.many-bytes": QUIRK,
}  # All others are fatal.

CASES = {}

BASE_NAMES = "Entries have base names and no folders: wire reference, section 4.1"
NEEDED = "Of info.json, only images, id_info and consent_information are needed: wire reference, section 4.4"
RECORDED = "the SDKs' habits: wire reference, sections 4.1 to 4.4"
DOCUMENTED = "the documentation's advice: platform reference, section 9"


def case(name, description, content, *findings, files=None, reads=None, source=""):
    found = []
    for code, place in findings:
        place = {"pointer": place[1:]} if place.startswith("#") else {"entry": place} if place or code == "name.empty" else {}
        found.append({"severity": SEVERITY.get(code, FATAL), "code": code, **place})
    expect = {"usable": all(it["severity"] != FATAL for it in found), "findings": found}
    if files is not None:
        expect["files"] = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    if reads is not None:
        expect["info"] = reads
    source = f"synthetic; the archive by make_hostile.py{'. ' * bool(source)}{source}"
    assert name not in CASES
    CASES[name] = content, {
        "id": f"package/{name}", "description": description, "source": source,
        "open": {"archive": f"{name}.zip", "expect": expect},
    }


def info(*images, **members):
    return json.dumps({"id_info": {}, "images": list(images), **members}).encode()


def file(name, image_type_id=0, image=""):
    return {"image_type_id": image_type_id, "image": image, "file_name": name}


def text(image, image_type_id=2):
    return file("", image_type_id, image)


def info_entry(*images, **members):
    return Entry("info.json", info(*images, **members))


def listed(*names):
    return info_entry(*[file(name) for name in names])


def misc(job_type, **members):
    """`misc_information` of a job of this type, with nothing else to find in it."""
    params = {"user_id": "user-1", "job_id": "job-1", "job_type": job_type}
    return {"timestamp": "2026-11-22T19:24:15.000Z", "signature": "AA==", "partner_params": params, **members}


def b64(content):
    return base64.b64encode(content).decode()


def png(width, height, size):
    """What begins as a PNG image of these dimensions and has `size` bytes, hard enough to pack to be no bomb."""
    head = PNG[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + PNG[24:]
    noise = b"".join(hashlib.sha256(number.to_bytes(4, "big")).digest() for number in range(size // 3000))
    return (head + (noise if size > 1 << 20 else b""))[:size].ljust(size, b"\0")


SELFIE = Entry("selfie.jpg", JPEG)
PLAIN = archive([listed("selfie.jpg"), SELFIE])
ONE = {"selfie.jpg": JPEG}

# The container.
case("hostile_empty", "An archive without any bytes is refused", b"", ("zip.not-an-archive", ""))
case("hostile_not_an_archive", "An image instead of an archive is refused", JPEG * 20, ("zip.not-an-archive", ""))
case("hostile_truncated", "The first half of an archive is refused as truncated", PLAIN[: len(PLAIN) // 2], ("zip.truncated", ""))
case("hostile_no_directory", "An archive without its directory is refused as truncated", PLAIN[: PLAIN.index(b"PK\x01\x02")],
     ("zip.truncated", ""))
case("hostile_comment_cut_off", "An archive that ends within its comment is refused as truncated", PLAIN[:-2] + b"\x09\x00comment",
     ("zip.truncated", ""))
case("hostile_count_too_small", "An archive whose directory has more entries than its end record says is refused",
     archive([listed("selfie.jpg"), SELFIE], count=1), ("zip.damaged-directory", ""))
case("hostile_directory_elsewhere", "An archive whose end record points before its beginning is refused",
     archive([listed("selfie.jpg"), SELFIE], moved=5000), ("zip.damaged-directory", ""))
case("hostile_two_disks", "An archive that is one part of several is refused", archive([listed("selfie.jpg"), SELFIE], disk=1),
     ("zip.damaged-directory", ""))
case("hostile_zip64", "An archive in the zip64 format, for more than 65,535 entries, is refused",
     archive([listed("selfie.jpg"), SELFIE], count=0xFFFF), ("zip.zip64", ""))
case("hostile_zip64_entry", "An entry in the zip64 format, for more than 4 GiB, is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, size=0xFFFFFFFF)]), ("zip.zip64", "selfie.jpg"))
case("hostile_thousand_entries", "An archive with a thousand entries is refused",
     archive([listed("selfie.jpg"), SELFIE] + [Entry(f"{number}.jpg", JPEG) for number in range(998)]),
     ("zip.too-many-entries", ""))
case("hostile_thousand_entries_of_one_name", "An archive with a thousand entries that share two names is refused",
     archive([listed("selfie.jpg")] + [SELFIE] * 999), ("zip.too-many-entries", ""))
case("hostile_thousand_entries_unsaid", "An archive with a thousand entries, whose end record says two, is refused",
     archive([listed("selfie.jpg")] + [SELFIE] * 999, count=2), ("zip.too-many-entries", ""))
case("odd_bytes_before", "Bytes before the first entry are reported", archive([listed("selfie.jpg"), SELFIE], before=b"#!/bin/sh\n"),
     ("zip.extra-bytes", ""), files=ONE)
case("odd_bytes_after", "Bytes after the end of the archive are reported", archive([listed("selfie.jpg"), SELFIE], after=b"\n"),
     ("zip.extra-bytes", ""), files=ONE)
case("odd_bytes_before_counted", "Bytes before the first entry that the archive's offsets include are reported",
     archive([listed("selfie.jpg"), SELFIE], base=10, before=b"#!/bin/sh\n"), ("zip.extra-bytes", ""), files=ONE)
PADDED = listed("selfie.jpg")
PADDED.after = b"\0"
case("odd_bytes_between", "A byte between two entries is reported", archive([PADDED, SELFIE]), ("zip.extra-bytes", ""), files=ONE)
case("odd_hidden_entry", "An entry that the directory does not list is reported: readers that start at the front find it",
     archive([listed("selfie.jpg"), SELFIE, Entry("hidden.jpg", JPEG, listed=False)]), ("zip.hidden-entry", ""),
     files=ONE)
case("odd_archive_before", "An archive with another archive before it is read from its end and reported: other readers find the first one",
     archive([listed("selfie.jpg"), SELFIE], before=archive([listed()])), ("zip.hidden-entry", ""), files=ONE)
OUTER = Entry("selfie.jpg", JPEG + local(Entry("inner.jpg", JPEG)))
HEAD = len(local(listed("selfie.jpg", "inner.jpg")) + local(OUTER)) - len(local(Entry("inner.jpg", JPEG)))
case("hostile_entry_within_another", "An entry that lies within the bytes of another entry is refused",
     archive([listed("selfie.jpg", "inner.jpg"), OUTER, Entry("inner.jpg", JPEG, there=False, offset=HEAD)]),
     ("entry.overlaps", "inner.jpg"), files={"selfie.jpg": OUTER.content})
case("hostile_one_entry_many_times", "An archive whose directory lists one entry under sixty names is refused",
     archive([listed("selfie.jpg"), SELFIE] +
             [Entry(f"{number:06}.jpg", JPEG, there=False, offset=len(local(listed("selfie.jpg"))),
                    local={"name": b"selfie.jpg"}) for number in range(60)]),
     *[("entry.overlaps", f"{number:06}.jpg") for number in range(60)],
     *[("entry.not-listed", f"{number:06}.jpg") for number in range(60)], files=ONE)

# What an entry holds.
case("hostile_claims_four_gigabytes", "An entry whose headers claim 4 GB is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, deflated=True, size=0xFFFFFFF0)]),
     ("zip.too-large", "selfie.jpg"), ("entry.compression-bomb", "selfie.jpg"))
case("hostile_claims_what_is_allowed_for_all", "An archive in which one entry claims the size limit of all entries together is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, size=64 << 20)]), ("zip.too-large", "selfie.jpg"))
case("hostile_bomb", "An entry of 100 KB that decompresses to 100 MB is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG + bytes(100 << 20), deflated=True)]),
     ("zip.too-large", "selfie.jpg"), ("entry.compression-bomb", "selfie.jpg"))
case("hostile_bomb_within_the_limits", "An entry of 10 KB that decompresses to 10 MB is refused for its compression ratio",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG + bytes(10 << 20), deflated=True)]),
     ("entry.compression-bomb", "selfie.jpg"))
case("hostile_bomb_that_lies", "An entry whose header claims 20 bytes, but which decompresses to 10 MB, is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG + bytes(10 << 20), deflated=True, size=20)]),
     ("entry.wrong-size", "selfie.jpg"))
case("hostile_fewer_bytes_than_said", "A deflated entry that decompresses to fewer bytes than its header says is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, deflated=True, size=5000)]),
     ("entry.wrong-size", "selfie.jpg"))
case("hostile_wrong_crc", "An entry whose checksum does not match its bytes is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, crc=1)]), ("entry.wrong-crc", "selfie.jpg"))
case("hostile_flipped_byte", "An entry in which one byte was changed is refused for its checksum", PLAIN.replace(JPEG, JPEG[:-1] + b"\xd8"),
     ("entry.wrong-crc", "selfie.jpg"))
case("hostile_broken_deflate", "An entry that is marked as deflated but is not valid deflate data is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, method=8)]), ("entry.damaged", "selfie.jpg"))
case("hostile_claims_more_than_there_is", "An entry whose headers claim more bytes than the archive has is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, size=5000, compressed=5000)]),
     ("entry.damaged", "selfie.jpg"))
case("hostile_entry_elsewhere", "An entry that is not at the position that the directory names is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, offset=7)]), ("entry.damaged", "selfie.jpg"))
case("hostile_encrypted", "An encrypted entry is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, flags=UTF8 | ENCRYPTED)]),
     ("entry.encrypted", "selfie.jpg"))
case("hostile_unknown_method", "An entry with an unknown compression method is refused",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, method=97)]),
     ("entry.unsupported-compression", "selfie.jpg"))
case("hostile_two_broken_entries", "Of two entries that cannot be read, both are reported",
     archive([listed("a.jpg", "b.jpg"), Entry("a.jpg", JPEG, crc=1), Entry("b.jpg", JPEG, method=97)]),
     ("entry.wrong-crc", "a.jpg"), ("entry.unsupported-compression", "b.jpg"))
case("odd_headers_differ", "An entry with different names in its own header and in the directory is reported",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, local={"name": b"selfie.exe"})]),
     ("entry.headers-differ", "selfie.jpg"), files=ONE)
case("odd_own_header_has_another_size", "An entry with different sizes in its own header and in the directory is reported",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, local={"size": 5000})]),
     ("entry.headers-differ", "selfie.jpg"), files=ONE)
case("odd_data_descriptors", "Deflated entries with data descriptors, as the Java SDK writes them, are read and reported",
     archive([Entry("info.json", info(file("selfie.jpg")), deflated=True, flags=UTF8 | DESCRIPTOR),
              Entry("selfie.jpg", JPEG, deflated=True, flags=UTF8 | DESCRIPTOR)]),
     ("entry.data-descriptor", "info.json"), ("entry.data-descriptor", "selfie.jpg"),
     ("entry.deflated-image", "selfie.jpg"), files=ONE, source=RECORDED)
UNSIGNED = Entry("selfie.jpg", JPEG, flags=UTF8 | DESCRIPTOR)
UNSIGNED.after = UNSIGNED.after[4:]
case("odd_data_descriptor_without_signature", "A data descriptor without its optional signature is read and reported",
     archive([UNSIGNED, listed("selfie.jpg")]), ("entry.data-descriptor", "selfie.jpg"), ("info.not-first", "info.json"),
     files=ONE)
case("odd_not_listed", "A file that info.json does not list, as mobile clients send one, is reported",
     archive([listed("selfie.jpg"), SELFIE, Entry("security_info.json", b"{}")]),
     ("entry.not-listed", "security_info.json"), files={**ONE, "security_info.json": b"{}"})

# Names that make a careless reader write outside of its folder, and unusual ones.
EVIL = [
    ("traversal", "leaves the folder with `..`", "../../evil.jpg", ["name.traversal"]),
    ("absolute", "is an absolute path", "/etc/evil.jpg", ["name.absolute"]),
    ("drive", "begins with a drive letter", "C:evil.jpg", ["name.absolute"]),
    ("backslash", "leaves the folder with backslashes", "..\\evil.jpg", ["name.traversal", "name.backslash"]),
    ("control_character", "contains a control character", "evil.jpg\0.png", ["name.control-character"]),
]
for kind, words, name, codes in EVIL:
    case(f"hostile_{kind}_listed", f"An entry whose name {words}, listed as an image, is refused",
         archive([listed(name), Entry(name, JPEG)]), *[(code, name) for code in codes], source=BASE_NAMES)
case("hostile_traversal_not_listed", "An entry whose name leaves the folder with `..` is refused, even if info.json does not list it",
     archive([listed("selfie.jpg"), SELFIE, Entry("../../evil.jpg", JPEG)]),
     ("name.traversal", "../../evil.jpg"), ("entry.not-listed", "../../evil.jpg"), source=BASE_NAMES)
case("odd_folder", "Images in a folder, and an entry for the folder itself, are reported",
     archive([listed("photos/selfie.jpg"), Entry("photos/", b""), Entry("photos/selfie.jpg", JPEG)]),
     ("name.folder", "photos/"), ("name.folder", "photos/selfie.jpg"), files={"photos/selfie.jpg": JPEG},
     source=BASE_NAMES)
case("odd_two_files_of_one_name", "Two entries with the same listed name are reported, because readers use only one of them",
     archive([listed("selfie.jpg"), SELFIE, Entry("selfie.jpg", PNG)]), ("name.duplicate", "selfie.jpg"),
     files={"selfie.jpg": PNG})
case("odd_unflagged_name", "A name in UTF-8 that is not marked as UTF-8, as the Ruby SDK writes it, is reported",
     archive([listed("sélfie.jpg"), Entry("sélfie.jpg", JPEG, flags=0)]), ("name.unflagged", "sélfie.jpg"),
     files={"sélfie.jpg": JPEG}, source=RECORDED)
case("hostile_name_not_utf8", "An entry name in Latin-1 is refused, because info.json cannot name it",
     archive([listed("sélfie.jpg"), Entry("sélfie.jpg".encode("latin-1"), JPEG, flags=0)]),
     ("name.not-utf8", "s\ufffdlfie.jpg"), ("entry.not-listed", "s\ufffdlfie.jpg"),
     ("image.file-missing", "#/images/0/file_name"))
case("odd_names_differ_in_case", "Two entry names that differ only in letter case are reported: some systems treat them as one file",
     archive([listed("selfie.jpg", "SELFIE.JPG"), SELFIE, Entry("SELFIE.JPG", PNG)]),
     ("name.differs-in-case", "selfie.jpg"), ("name.differs-in-case", "SELFIE.JPG"), files={**ONE, "SELFIE.JPG": PNG})
case("odd_info_json_in_capitals_too", "An INFO.JSON next to info.json is reported",
     archive([listed("selfie.jpg"), SELFIE, Entry("INFO.JSON", info())]), ("name.differs-in-case", "info.json"),
     ("name.differs-in-case", "INFO.JSON"), ("entry.not-listed", "INFO.JSON"))
case("odd_empty_name", "An entry without a name is reported",
     archive([info_entry(text(b64(JPEG))), Entry("", PNG)]), ("name.empty", ""), files={})
LONG = "long" * 16_000
case("hostile_long_name", "An entry name of 64,000 bytes is refused, and shortened in the report",
     archive([listed("selfie.jpg"), SELFIE, Entry(f"../{LONG}", b"")]),
     ("name.traversal", f"../{LONG}"[:255] + "…"), ("entry.not-listed", f"../{LONG}"[:255] + "…"))

# info.json.
case("hostile_no_info_json", "An archive without info.json is refused", archive([SELFIE]), ("info.missing", ""))
case("hostile_info_json_in_folder", "An archive whose only info.json is in a folder is refused, because it counts as missing",
     archive([Entry("job/info.json", info(file("selfie.jpg"))), SELFIE]),
     ("info.missing", ""), ("name.folder", "job/info.json"))
case("hostile_two_info_json", "An archive with two info.json files is refused as ambiguous",
     archive([listed("selfie.jpg"), SELFIE, Entry("info.json", info())]), ("info.duplicate", "info.json"))
case("odd_info_json_not_first", "An info.json that is not the first entry is reported", archive([SELFIE, listed("selfie.jpg")]),
     ("info.not-first", "info.json"), files=ONE)
case("hostile_info_json_wrong_crc", "An info.json whose bytes do not match its checksum is refused",
     archive([Entry("info.json", info(file("selfie.jpg")), crc=1), SELFIE]), ("entry.wrong-crc", "info.json"))
case("hostile_info_json_not_json", "An info.json that is not JSON is refused",
     archive([Entry("info.json", b"{'images': []}"), SELFIE]),
     ("info.not-json", "#"))
case("hostile_info_json_empty", "An empty info.json is refused", archive([Entry("info.json", b""), SELFIE]),
     ("info.not-json", "#"))
case("hostile_info_json_many_values", "An info.json with too many JSON values is refused",
     archive([Entry("info.json", info(file("selfie.jpg"), x=[0] * 10_001)), SELFIE]), ("info.too-many-values", "#"))
case("hostile_info_json_list", "An info.json that is a JSON list is refused", archive([Entry("info.json", b"[]"), SELFIE]),
     ("info.wrong-field", "#"))
case("hostile_info_json_too_large", "An info.json that claims more bytes than its limit is refused",
     archive([Entry("info.json", info(file("selfie.jpg")), size=(32 << 20) + 1), SELFIE]),
     ("info.too-large", "info.json"))
case("hostile_info_json_many_images", "An info.json that lists too many images is refused",
     archive([info_entry(*[file("selfie.jpg", 4)] * 65), SELFIE]), ("info.too-many-images", "#/images"))
case("hostile_info_json_images_twice", "An info.json that has `images` twice is refused as ambiguous",
     archive([Entry("info.json", b'{"images": [], "images": []}'), SELFIE]),
     ("info.wrong-field", "#/images"), ("info.no-images", "#/images"), ("entry.not-listed", "selfie.jpg"))
case("hostile_info_json_file_name_twice", "An image in info.json that has `file_name` twice is refused as ambiguous",
     archive([Entry("info.json", info(file("selfie.jpg")).replace(b'"file_name"', b'"file_name": "a.jpg", "file_name"')),
              SELFIE]),
     ("info.wrong-field", "#/images/0/file_name"))
TWICE = misc(4, note={"a/b": 1})
case("odd_info_json_members_twice", "For duplicate members of info.json that a job does not need, the last one counts",
     archive([Entry("info.json", info(file("selfie.jpg"), misc_information=TWICE, id_info={"country": "KE"}, more=2)
                    .replace(b'"country"', b'"country": "NG", "country"').replace(b'"more"', b'"more": 1, "more"')
                    .replace(b'"a/b"', b'"a/b": 0, "a/b"').replace(b'"job_type"', b'"job_type": 2, "job_type"')), SELFIE]),
     ("info.duplicate-field", "#/id_info/country"), ("info.duplicate-field", "#/more"),
     ("info.duplicate-field", "#/misc_information/note/a~1b"),
     ("info.duplicate-field", "#/misc_information/partner_params/job_type"), files=ONE, source=NEEDED)
case("hostile_info_json_without_images", "An info.json without `images` is refused",
     archive([Entry("info.json", b'{"id_info": {}}'), SELFIE]),
     ("info.missing-field", "#/images"))
case("hostile_info_json_images_text", "An info.json whose `images` is a text is refused",
     archive([Entry("info.json", b'{"images": "selfie.jpg"}'), SELFIE]), ("info.wrong-field", "#/images"))
WRONG = info_entry(
    file("selfie.jpg"), {"image": "", "file_name": "selfie.jpg"}, 7, file(8), file("selfie.jpg", image_type_id="one"),
    package_information={"apiVersion": {"majorVersion": "2", "minorVersion": 0}, "language": "x"},
    misc_information=misc(4, smile_client_id=85, retry="maybe", userData={"isVerifiedProcess": "no", "a/b~": 1}),
    id_info={"entered": "maybe", "dob": {"year": 1989}, "other": [1]},
)
case("hostile_info_json_wrong_members", "In an info.json with many unreadable members, all of them are reported",
     archive([WRONG, SELFIE]),
     ("info.missing-field", "#/images/1/image_type_id"), ("info.wrong-field", "#/images/2"),
     ("info.wrong-field", "#/images/3/file_name"), ("info.wrong-field", "#/images/4/image_type_id"),
     ("info.ignored-field", "#/package_information/apiVersion/buildNumber"),
     ("info.ignored-field", "#/package_information/apiVersion/majorVersion"),
     ("info.ignored-field", "#/misc_information/smile_client_id"), ("info.ignored-field", "#/misc_information/retry"),
     ("info.ignored-field", "#/misc_information/userData/isVerifiedProcess"),
     ("info.ignored-field", "#/id_info/entered"), ("info.ignored-field", "#/id_info/dob"), source=NEEDED)
case("hostile_wrong_member_and_more", "A member of info.json that cannot be read does not hide other findings",
     archive([info_entry(file("selfie.jpg"), file("id_card.png", 1), package_information="2.0.0",
                         misc_information=misc(6)), SELFIE]),
     ("info.ignored-field", "#/package_information"), ("image.file-missing", "#/images/1/file_name"), source=NEEDED)
SIGNED = {"signature": "AA==", "partner_params": {"user_id": "user-1", "job_id": "job-1", "job_type": 4}}
USER_DATA = {"name": "", "fbUserID": "", "firstName": "", "lastName": "", "gender": "", "email": "", "phone": "",
             "countryCode": "+", "countryName": "", "isVerifiedProcess": False}
case("odd_members_passed_over", "Optional members of info.json that cannot be read are ignored and reported; the others are kept",
     archive([info_entry(file("selfie.jpg"),
                         package_information={"apiVersion": {"buildNumber": "0", "majorVersion": 2, "minorVersion": 0},
                                              "language": "x"},
                         misc_information={**SIGNED, "timestamp": 1669145055,
                                           "userData": {"isVerifiedProcess": "false", "name": "x"}},
                         id_info={"country": "NG", "id_number": ["00000000000"], "consent_information": {"granted": True}},
                         server_information="link"), SELFIE]),
     ("info.ignored-field", "#/package_information/apiVersion/buildNumber"),
     ("info.ignored-field", "#/misc_information/timestamp"),
     ("info.ignored-field", "#/misc_information/userData/isVerifiedProcess"),
     ("info.ignored-field", "#/id_info/id_number"), files=ONE, source=NEEDED,
     reads={"misc_information": {**SIGNED, "userData": {**USER_DATA, "name": "x"}},
            "id_info": {"country": "NG", "consent_information": {"granted": True}}, "images": [file("selfie.jpg")],
            "server_information": "link"})
for name, empty in [("null", None), ("lists", [])]:
    case(f"odd_empty_members_{name}", f"An info.json with {json.dumps(empty)} in place of empty values, as some languages write it, is read",
         archive([info_entry({"image_type_id": 0, "image": None, "file_name": "selfie.jpg"}, id_info=empty,
                             package_information=empty, misc_information={**SIGNED, "userData": empty}), SELFIE]),
         files=ONE, source=NEEDED,
         reads={"misc_information": {**SIGNED, "userData": USER_DATA}, "id_info": {}, "images": [file("selfie.jpg")]})
case("odd_no_images", "An info.json that lists no image is reported", archive([info_entry()]), ("info.no-images", "#/images"), files={})
for job_type in [1, 2, 4, 8, 9]:
    case(f"odd_no_selfie_{job_type}", f"A job of type {job_type} without a selfie is reported",
         archive([info_entry(file("selfie.jpg", 4), misc_information=misc(job_type), id_info={"entered": "true"}),
                  SELFIE]),
         ("info.no-selfie", "#/images"), source=RECORDED)
for name, job_type, id_info, more in [("6", 6, {}, ""), ("11", 11, {"entered": "true"}, ""),
                                      ("1_not_entered", 1, {"entered": "false"}, " and without `entered`")]:
    case(f"odd_no_id_card_{name}", f"A job of type {job_type} without the front of an ID card{more} is reported",
         archive([info_entry(file("selfie.jpg"), misc_information=misc(job_type), id_info=id_info), SELFIE]),
         ("info.no-id-card", "#/images"), source=RECORDED)
case("odd_nine_liveness_images", "Nine liveness images are reported, because the API uses only eight",
     archive([info_entry(file("selfie.jpg"), *[file(f"{number}.jpg", 4) for number in range(4)],
                         *[text(b64(JPEG), 6)] * 5), SELFIE, *[Entry(f"{number}.jpg", JPEG) for number in range(4)]]),
     ("info.too-much-liveness", "#/images"), source=DOCUMENTED)
unsigned = misc(4)
del unsigned["signature"]
case("odd_no_signature", "An info.json without a signature, as the JavaScript SDK writes it, is reported",
     archive([info_entry(file("selfie.jpg"), misc_information=unsigned), SELFIE]),
     ("info.no-signature", "#/misc_information/signature"), source=RECORDED)
case("odd_placeholder_name", "The placeholder name that the JavaScript and Ruby SDKs write into info.json is reported",
     archive([info_entry(file("selfie.jpg"), misc_information=misc(4, userData={"firstName": "Bill"})), SELFIE]),
     ("info.placeholder-name", "#/misc_information/userData/firstName"), source=RECORDED)

# Images.
case("hostile_listed_file_missing", "An archive that lacks a file listed in info.json is refused",
     archive([listed("selfie.jpg", "id_card.png"), SELFIE]), ("image.file-missing", "#/images/1/file_name"))
case("hostile_lists_info_json", "An info.json that lists itself as an image is refused", archive([listed("info.json")]),
     ("image.file-missing", "#/images/0/file_name"))
case("odd_file_listed_twice", "A file that info.json lists for two images, as SDKs write it for two files with the same base name, is reported",
     archive([info_entry(file("selfie.jpg"), file("selfie.jpg", 1), file("selfie.jpg", 4)), SELFIE]),
     ("image.file-listed-twice", "#/images/1/file_name"), ("image.file-listed-twice", "#/images/2/file_name"), files=ONE,
     source=RECORDED)
for name, kind, path in [("", "path", "/srv/app/photos/selfie.jpg"), ("_windows", "Windows path", "C:\\photos\\selfie.jpg")]:
    case(f"hostile_local_path_as_file_name{name}",
         f"An archive whose info.json has a {kind} of the client's machine as a file name is refused",
         archive([listed(path), SELFIE]), ("image.file-missing", "#/images/0/file_name"),
         ("image.local-path", "#/images/0/file_name"), ("entry.not-listed", "selfie.jpg"))
case("odd_file_and_base64", "An image given both as a file and in base64 is reported",
     archive([info_entry(file("selfie.jpg", image="/9j/4AAQ")), SELFIE]), ("image.file-and-base64", "#/images/0"),
     files=ONE)
case("odd_neither_file_nor_base64", "An image given neither as a file nor in base64 is reported", archive([info_entry(file(""))]),
     ("image.no-content", "#/images/0"), files={})
case("odd_base64_type_with_file", "An image type for base64 with a file is reported",
     archive([info_entry(file("selfie.jpg", image_type_id=2)), SELFIE]),
     ("image.type-mismatch", "#/images/0/image_type_id"), files=ONE)
case("odd_file_type_with_base64", "An image type for files with an image in base64 is reported",
     archive([info_entry(file("", image="/9j/4AAQ"))]), ("image.type-mismatch", "#/images/0/image_type_id"), files={})
case("odd_unlisted_image_type", "An unknown image type is reported and not refused",
     archive([info_entry(file("selfie.jpg", image_type_id=9)), SELFIE]),
     ("image.unknown-type", "#/images/0/image_type_id"), files=ONE)
WEBP = b"RIFF\0\0\0\0WEBPVP8 "
case("odd_not_an_image", "A listed file that is neither JPEG nor PNG is reported",
     archive([listed("selfie.jpg"), Entry("selfie.jpg", WEBP)]),
     ("image.not-jpeg-or-png", "#/images/0/file_name"), files={"selfie.jpg": WEBP})
case("odd_empty_file", "A listed file without any bytes is reported", archive([listed("selfie.jpg"), Entry("selfie.jpg", b"")]),
     ("image.not-jpeg-or-png", "#/images/0/file_name"), files={"selfie.jpg": b""})
for name, description, image, code in [
    ("not_base64", "Invalid base64", "no base64 at all!", "image.not-base64"),
    ("url_safe_base64", "URL-safe base64", b64(JPEG + b"\xff\xfe\xff").replace("/", "_"),
     "image.not-base64"),
    ("base64_of_text", "Base64 of something that is not an image,", b64(b"selfie"), "image.not-jpeg-or-png"),
    ("data_url", "A data: URL", "data:image/jpeg;base64," + b64(JPEG), "image.data-url"),
    ("wrapped_base64", "Base64 with line breaks,", f"{b64(JPEG)[:16]}\n{b64(JPEG)[16:]}\n", "image.wrapped-base64"),
    ("local_path", "A path of the client's machine", "/srv/app/photos/selfie", "image.local-path"),
    ("local_path_windows", "A Windows path of the client's machine", "C:\\photos\\selfie.jpg",
     "image.local-path"),
]:
    comma = "," if description.endswith(",") else ""
    case(f"odd_{name}", f"{description} in place of an image in base64{comma} is reported", archive([info_entry(text(image))]),
         (code, "#/images/0/image"), files={})
case("odd_local_paths_of_liveness", "Paths in place of liveness images, as the JavaScript and Ruby SDKs send for image types 4 and 5, are reported",
     archive([info_entry(file("selfie.jpg"), text("/srv/app/live_0.jpg", 4), text("id_back.png", 5)), SELFIE]),
     ("image.type-mismatch", "#/images/1/image_type_id"), ("image.local-path", "#/images/1/image"),
     ("image.type-mismatch", "#/images/2/image_type_id"), ("image.local-path", "#/images/2/image"), files=ONE,
     source=RECORDED)


def document(card, job_type=6, deflated=True, **id_info):
    images = [file("selfie.jpg"), file("card.png", 1)]
    return archive([info_entry(*images, misc_information=misc(job_type), id_info=id_info), SELFIE,
                    Entry("card.png", card, deflated=deflated)])


CARD = "#/images/1/file_name"
DEFLATED = ("entry.deflated-image", "card.png")
case("odd_document_as_advised", "A photo of a card in the documented size has no finding about its size", document(png(950, 1500, 600_000)),
     DEFLATED, source=DOCUMENTED)
case("odd_document_of_few_pixels", "A photo of a card with fewer pixels than documented is reported",
     document(png(1499, 950, 600_000), 11), ("image.few-pixels", CARD), DEFLATED, source=DOCUMENTED)
case("odd_passport_of_few_pixels", "A photo of a passport with fewer pixels than documented is reported",
     document(png(2199, 1500, 600_000), id_type="PASSPORT"), ("image.few-pixels", CARD), DEFLATED, source=DOCUMENTED)
case("odd_document_of_few_bytes", "A photo of a card with fewer bytes than documented is reported",
     document(png(1500, 950, 60_000), deflated=False), ("image.few-bytes", CARD), source=DOCUMENTED)
case("odd_document_of_many_bytes", "A photo of a card with more bytes than documented is reported",
     document(png(1500, 950, (10 << 20) + 1)), ("image.many-bytes", CARD), DEFLATED, source=DOCUMENTED)
case("odd_document_in_base64", "A photo of a card in base64 is checked against the same size limits as a file",
     archive([info_entry(file("selfie.jpg"), text(b64(png(10, 10, 100)), 3), misc_information=misc(6)), SELFIE]),
     ("image.few-pixels", "#/images/1/image"), ("image.few-bytes", "#/images/1/image"), source=DOCUMENTED)
FRAME = b"\xff\xc0\x00\x0b\x08\x03\xb6\x05\xdc\x01\x01\x11\x00"  # 1500 by 950 pixels
for name, words, head, code in [
    ("without_dimensions", "A JPEG without a frame header has unknown dimensions, which is reported", b"\xff\xd9", ["image.no-dimensions"]),
    ("with_much_before_the_frame", "A JPEG with 1023 fill bytes before its frame header is measured", b"\xff" * 1022 + FRAME, []),
    ("with_too_much_before_the_frame", "A JPEG with too many fill bytes before its frame header is not measured, which is reported",
     b"\xff" * 1100 + FRAME, ["image.no-dimensions"]),
]:
    case(f"odd_document_{name}", words,
         document((b"\xff\xd8\xff" + head).ljust(600_000, b"\0")), *[(it, "#/images/1/file_name") for it in code],
         ("entry.deflated-image", "card.png"))
case("odd_card_of_another_job", "The size limits for a card are not applied to a job that does not verify a document",
     document(png(10, 10, 100), 1, deflated=False), source=DOCUMENTED)
case("odd_sparse_info_json", "The short info.json of newer mobile clients has no findings",
     archive([info_entry(file("selfie.jpg"), consent_information={"granted": True}), SELFIE]), files=ONE,
     source=RECORDED)

if __name__ == "__main__":
    for old in [*FOLDER.glob("hostile_*"), *FOLDER.glob("odd_*")]:
        old.unlink()
    for name, (content, described) in CASES.items():
        (FOLDER / f"{name}.zip").write_bytes(content)
        (FOLDER / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False, indent=2) + "\n",
                                             encoding="utf-8")
    print(f"{len(CASES)} cases, {sum(len(content) for content, _ in CASES.values())} bytes")
