"""Says what must be found in each recorded archive, and checks that the cases say the same.

    python3 findings.py [--write]

Archives are opened with Python's zipfile, and judged by what the wire reference (sections 4 and 9) says the official
SDKs do, and by what the platform reference (section 9) advises for photos of documents. Nothing is read from the code
under test.
"""

import base64
import binascii
import collections
import io
import json
import pathlib
import struct
import sys
import zipfile

SEVERITIES = {"problem": ("image.data-url", "image.local-path", "image.not-base64", "image.not-jpeg-or-png",
                          "image.file-listed-twice", "name.duplicate"),
              "fatal": ("image.file-missing",)}
FILES, CARDS, DOCUMENTS = (0, 1, 4, 5), (1, 3, 5, 7), (6, 11)


def severity(code):
    return next((severity for severity, codes in SEVERITIES.items() if code in codes), "quirk")


def is_image(content):
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def longer_side(image):
    if image.startswith(b"\x89PNG"):
        return max(struct.unpack(">II", image[16:24]))
    at = 2
    while image[at + 1] != 0xC0:  # the recorded images are baseline JPEGs
        at += 2 + struct.unpack(">H", image[at + 2:at + 4])[0]
    return max(struct.unpack(">HH", image[at + 5:at + 9]))


def entries(archive):
    counts = collections.Counter(entry.filename for entry in archive.infolist())
    for name, count in counts.items():
        if count > 1:
            yield "name.duplicate", {"entry": name}  # 4.3: two files with one base name
        if name == "base64imgString":
            yield "entry.base64-img-string", {"entry": name}  # 4.2: Python's leftover
    deflated = {entry.filename for entry in archive.infolist()
                if entry.compress_type == zipfile.ZIP_DEFLATED and is_image(archive.read(entry))}
    for name in deflated:
        yield "entry.deflated-image", {"entry": name}  # 4.1: all but JavaScript deflate


def images(archive, info):
    names = archive.namelist()
    misc, id_info = info["misc_information"], info["id_info"]
    of_documents = misc["partner_params"]["job_type"] in DOCUMENTS
    named = set()
    for index, image in enumerate(info["images"]):
        found = lambda code, member: (code, {"pointer": f"/images/{index}/{member}"})
        member, text, content = "image", image["image"], None
        if image["file_name"]:
            member = "file_name"
            if any(image["file_name"] == other["file_name"] for other in info["images"][:index]):
                yield found("image.file-listed-twice", member)  # 4.3: two files with one base name
            if image["file_name"] not in names:
                yield found("image.file-missing", member)  # 4.2
                continue
            content = archive.read(image["file_name"])
            if image["file_name"] in named:
                yield found("image.file-listed-twice", member)  # 4.3 and quirk 12: two files with one base name
            named.add(image["file_name"])
        elif image["image_type_id"] in FILES:
            yield found("image.type-mismatch", "image_type_id")
        if text.startswith("data:"):
            yield found("image.data-url", member)  # 4.3: sent as given, against the documentation
            text = text.split(";base64,")[1]
        if content is None:
            try:
                content = base64.b64decode(text, validate=True)
            except binascii.Error:
                yield found("image.local-path", member)  # 4.2: JavaScript and Ruby, types 4 and 5
                continue
        if not is_image(content):
            yield found("image.not-jpeg-or-png", member)
        elif of_documents and image["image_type_id"] in CARDS:
            if longer_side(content) < (2200 if id_info.get("id_type") == "PASSPORT" else 1500):
                yield found("image.few-pixels", member)
            if len(content) < 600_000:
                yield found("image.few-bytes", member)


def sender(info):
    misc = info["misc_information"]
    if "signature" not in misc:
        yield "info.no-signature", {"pointer": "/misc_information/signature"}  # 4.4: JavaScript
    if misc["userData"]["firstName"] == "Bill":
        yield "info.placeholder-name", {"pointer": "/misc_information/userData/firstName"}  # 4.4: JavaScript and Ruby


def findings(archive):
    archive = zipfile.ZipFile(io.BytesIO(archive))
    info = json.loads(archive.read("info.json"))
    found = [*entries(archive), *images(archive, info), *sender(info)]
    return [{"code": code, "severity": severity(code), **place}
            for code, place in sorted(found, key=lambda it: (it[0], sorted(it[1].items())))]


def line(row):
    return json.dumps(row, ensure_ascii=False)


def main():
    wrong = 0
    for path in sorted(pathlib.Path(__file__).parent.glob("*.json")):
        case = json.loads(path.read_text(encoding="utf-8"))
        for row in case["archives"]:
            expected = findings(base64.b64decode(row["archive"]))
            if row.get("findings") != expected:
                wrong += 1
                row["findings"] = expected
                if "--write" not in sys.argv[1:]:
                    print(f"{path.name} {row['recording']}: expected {line(expected)}")
        if "--write" in sys.argv[1:]:
            members = [f'  "{name}": ' + (line(value) if not isinstance(value, list) else
                                          "[\n    " + ",\n    ".join(line(row) for row in value) + "\n  ]")
                       for name, value in case.items()]
            path.write_text("{\n" + ",\n".join(members) + "\n}\n", encoding="utf-8")
    sys.exit(1 if wrong and "--write" not in sys.argv[1:] else 0)


if __name__ == "__main__":
    main()
