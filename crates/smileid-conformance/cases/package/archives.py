"""A second implementation of the archive, in Python, for the lengths and SHA-256 sums in the cases beside it.

It shares nothing with the Rust code: struct lays the container out, zlib computes the checksums, json writes info.json.
What goes in is what the case itself expects (`info`, `entries`) and its files, so it says nothing about how a job
becomes an archive; only how the parts lie in it.

    python3 archives.py            compares
    python3 archives.py --write    writes the lengths and sums into the cases

The container: entries in order, stored, not deflated; version 2.0; flag 11 (names are UTF-8); 1 January 1980, 00:00;
made on Unix with rw-r--r--; sizes and checksums in the local headers; no extra fields, comments or data descriptors.
info.json: no blanks, UTF-8 as it is, members in the order below and, where that is silent, sorted by name.
"""

import base64
import hashlib
import json
import pathlib
import struct
import sys
import zlib

ORDER = {
    "": ["package_information", "misc_information", "id_info", "images", "server_information"],
    "package_information": ["apiVersion", "language"],
    "package_information.apiVersion": ["buildNumber", "majorVersion", "minorVersion"],
    "misc_information": ["timestamp", "signature", "retry", "partner_params", "file_name", "smile_client_id",
                         "callback_url", "userData"],
    "misc_information.partner_params": ["user_id", "job_id", "job_type"],
    "misc_information.userData": ["isVerifiedProcess", "name", "fbUserID", "firstName", "lastName", "gender", "email",
                                  "phone", "countryCode", "countryName"],
    "id_info": ["country", "id_type", "id_number", "session_id", "secondary_id_number", "first_name", "middle_name",
                "last_name", "dob", "gender", "phone_number", "bank_code", "citizenship", "business_type", "postal_address", "postal_code",
                "company", "entered", "consent_information"],
    "images": ["image_type_id", "image", "file_name"],
}


def in_order(value, path=""):
    if isinstance(value, list):
        return [in_order(item, path) for item in value]
    if not isinstance(value, dict):
        return value
    known = ORDER.get(path, [])
    names = [name for name in known if name in value] + sorted(set(value) - set(known))
    return {name: in_order(value[name], f"{path}.{name}".lstrip(".")) for name in names}


def info_bytes(info):
    return json.dumps(in_order(info), ensure_ascii=False, separators=(",", ":")).encode()


def archive(entries):
    body, directory = b"", b""
    for name, content in entries:
        name = name.encode()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800, 0, 0, 0x21, zlib.crc32(content), len(content), len(content),
                             len(name), 0)
        made_by, external = 3 << 8 | 20, 0o100644 << 16
        directory += struct.pack("<IH", 0x02014B50, made_by) + common
        directory += struct.pack("<HHHII", 0, 0, 0, external, len(body)) + name
        body += struct.pack("<I", 0x04034B50) + common + name + content
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    return body + directory + end


def main():
    wrong = 0
    for path in sorted(pathlib.Path(__file__).parent.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        if "build" not in case:
            continue
        build, expect = case["build"], case["build"]["expect"]
        entries = [
            (entry["name"], base64.b64decode(build["files"][entry["file"]]) if "file" in entry
             else info_bytes(expect["info"]))
            for entry in expect["entries"]
        ]
        built = archive(entries)
        found = {"length": len(built), "sha256": hashlib.sha256(built).hexdigest()}
        if all(expect.get(name) == value for name, value in found.items()):
            continue
        wrong += 1
        if "--write" in sys.argv[1:]:
            expect.update(found)
            path.write_text(json.dumps(case, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            print(f"{path.name}: written")
        else:
            print(f"{path.name}: expected {found}")
    sys.exit(1 if wrong and "--write" not in sys.argv[1:] else 0)


if __name__ == "__main__":
    main()
