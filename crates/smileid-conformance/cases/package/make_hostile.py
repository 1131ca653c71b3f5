"""Makes the archives that are odd or hostile, for the cases of the same names beside it.

    python3 make_hostile.py

Everything is laid out by hand, because no zip library writes most of this. Times are fixed, so the bytes are the same
each time, but for the deflate stream of the bomb, which may vary with the version of zlib.
"""

import json
import pathlib
import struct
import zlib

FOLDER = pathlib.Path(__file__).parent

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"


class Entry:
    """An entry whose headers may lie."""

    def __init__(self, name, content, deflated=False, **lies):
        self.name = name.encode()
        self.content = content
        self.data = deflate(content) if deflated else content
        self.lies = lies
        self.method = lies.get("method", 8 if deflated else 0)

    def header(self):
        crc = self.lies.get("crc", zlib.crc32(self.content))
        packed = self.lies.get("compressed", len(self.data))
        size = self.lies.get("size", len(self.content))
        flags = self.lies.get("flags", 0x800)
        return struct.pack("<HHHHHIIIHH", 20, flags, self.method, 0, 0x21, crc, packed, size, len(self.name), 0)


def deflate(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def archive(entries, count=None):
    body, directory = b"", b""
    for entry in entries:
        directory += struct.pack("<IH", 0x02014B50, 3 << 8 | 20) + entry.header()
        directory += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, len(body)) + entry.name
        body += struct.pack("<I", 0x04034B50) + entry.header() + entry.name + entry.data
    count = len(entries) if count is None else count
    return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)


def info(*images, **members):
    return json.dumps({"id_info": {}, "images": list(images), **members}).encode()


def file(name, image_type_id=0, image=""):
    return {"image_type_id": image_type_id, "image": image, "file_name": name}


def listed(*names):
    return Entry("info.json", info(*[file(name) for name in names]))


SELFIE = Entry("selfie.jpg", JPEG)
PLAIN = archive([listed("selfie.jpg"), SELFIE])

ARCHIVES = {
    # What cannot be used.
    "hostile_empty": b"",
    "hostile_not_an_archive": JPEG * 20,
    "hostile_truncated": PLAIN[: len(PLAIN) // 2],
    "hostile_no_directory": PLAIN[: PLAIN.index(b"PK\x01\x02")],
    "hostile_wrong_crc": archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, crc=zlib.crc32(JPEG) ^ 1)]),
    "hostile_flipped_byte": PLAIN.replace(JPEG, JPEG[:-1] + b"\xd8"),
    "hostile_broken_deflate": archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, method=8)]),
    "hostile_no_info_json": archive([SELFIE]),
    "hostile_info_json_in_folder": archive([Entry("job/info.json", info(file("selfie.jpg"))), SELFIE]),
    "hostile_info_json_not_json": archive([Entry("info.json", b"{'images': []}"), SELFIE]),
    "hostile_info_json_without_images": archive([Entry("info.json", b'{"id_info": {}}'), SELFIE]),
    "hostile_info_json_images_text": archive([Entry("info.json", b'{"images": "selfie.jpg"}'), SELFIE]),
    "hostile_info_json_empty": archive([Entry("info.json", b""), SELFIE]),
    "hostile_listed_file_missing": archive([listed("selfie.jpg", "id_card.png"), SELFIE]),
    "hostile_bomb": archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG + bytes(100 << 20), deflated=True)]),
    "hostile_claims_four_gigabytes": archive(
        [listed("selfie.jpg"), Entry("selfie.jpg", JPEG, deflated=True, size=0xFFFFFFF0)]
    ),
    "hostile_claims_more_than_there_is": archive(
        [listed("selfie.jpg"), Entry("selfie.jpg", JPEG, size=5000, compressed=5000)]
    ),
    "hostile_thousand_entries": archive(
        [listed("selfie.jpg"), SELFIE] + [Entry(f"{number}.jpg", JPEG) for number in range(998)]
    ),
    "hostile_thousand_entries_of_one_name": archive([listed("selfie.jpg")] + [SELFIE] * 999),
    "hostile_encrypted": archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, flags=0x801)]),
    "hostile_unknown_method": archive([listed("selfie.jpg"), Entry("selfie.jpg", JPEG, method=97)]),
    # Names that lead a careless reader out of its folder.
    "hostile_traversal_not_listed": archive([listed("selfie.jpg"), SELFIE, Entry("../../evil.jpg", JPEG)]),
    "hostile_traversal_listed": archive([listed("../../evil.jpg"), Entry("../../evil.jpg", JPEG)]),
    "hostile_absolute_listed": archive([listed("/etc/evil.jpg"), Entry("/etc/evil.jpg", JPEG)]),
    "hostile_backslash_listed": archive([listed("..\\evil.jpg"), Entry("..\\evil.jpg", JPEG)]),
    # What can be used, and is odd.
    "odd_info_json_not_first": archive([SELFIE, listed("selfie.jpg")]),
    "odd_two_info_json": archive([listed("selfie.jpg"), SELFIE, Entry("info.json", info())]),
    "odd_two_files_of_one_name": archive([listed("selfie.jpg"), SELFIE, Entry("selfie.jpg", PNG)]),
    "odd_no_images": archive([Entry("info.json", info())]),
    "odd_file_and_base64": archive([Entry("info.json", info(file("selfie.jpg", image="/9j/4AAQ"))), SELFIE]),
    "odd_neither_file_nor_base64": archive([Entry("info.json", info(file("")))]),
    "odd_base64_type_with_file": archive([Entry("info.json", info(file("selfie.jpg", image_type_id=2))), SELFIE]),
    "odd_file_type_with_base64": archive([Entry("info.json", info(file("", image="/9j/4AAQ")))]),
    "odd_not_an_image": archive([listed("selfie.jpg"), Entry("selfie.jpg", b"RIFF\0\0\0\0WEBPVP8 ")]),
    "odd_unlisted_image_type": archive([Entry("info.json", info(file("selfie.jpg", image_type_id=9))), SELFIE]),
    "odd_not_listed": archive([listed("selfie.jpg"), SELFIE, Entry("security_info.json", b"{}")]),
    "odd_unflagged_name": archive([listed("sélfie.jpg"), Entry("sélfie.jpg", JPEG, flags=0)]),
}

if __name__ == "__main__":
    for name, content in ARCHIVES.items():
        (FOLDER / f"{name}.zip").write_bytes(content)
        print(f"{name}.zip: {len(content)} bytes")
