"""Lays zip archives out by hand, because no zip library writes most of what make_hostile.py wants.

Times are fixed, so the bytes are the same each time, but for deflate streams, which may vary with the version of zlib.
"""

import struct
import zlib

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"

UTF8, DESCRIPTOR, ENCRYPTED = 0x800, 0x8, 0x1


class Entry:
    """An entry whose headers may lie: `lies` go into both of them, `local` into its own alone.

    One that is not `listed` is not in the directory; one that is not `there` is in the directory alone.
    """

    def __init__(self, name, content, deflated=False, local=None, listed=True, there=True, **lies):
        self.listed, self.there = listed, there
        self.name = name if isinstance(name, bytes) else name.encode()
        self.content = content
        self.data = deflate(content) if deflated else content
        self.directory = {
            "name": self.name, "flags": UTF8, "method": 8 if deflated else 0, "crc": zlib.crc32(content),
            "compressed": len(self.data), "size": len(content), **lies,
        }
        self.local = {**self.directory, **(local or {})}
        self.after = b""
        if self.directory["flags"] & DESCRIPTOR:
            self.after = struct.pack("<IIII", 0x08074B50, *(self.directory[it] for it in ("crc", "compressed", "size")))
            self.local.update(crc=0, compressed=0, size=0)


def header(said):
    return struct.pack("<HHHHHIIIHH", 20, said["flags"], said["method"], 0, 0x21, said["crc"], said["compressed"],
                       said["size"], len(said["name"]), 0)


def deflate(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def local(entry):
    """An entry with its own header, as it stands before the directory."""
    return struct.pack("<I", 0x04034B50) + header(entry.local) + entry.local["name"] + entry.data + entry.after


def archive(entries, count=None, disk=0, moved=0, base=0, before=b"", after=b"", comment=0):
    """`count`, `disk` and `comment` are what the end record says; its offset of the directory is `moved` bytes off.
    All offsets count from `base` bytes before the archive."""
    body, directory = b"", b""
    for entry in entries:
        said = entry.directory
        if entry.listed:
            directory += struct.pack("<IH", 0x02014B50, 3 << 8 | 20) + header(said)
            directory += struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, said.get("offset", base + len(body)))
            directory += said["name"]
        if entry.there:
            body += local(entry)
    count = sum(entry.listed for entry in entries) if count is None else count
    end = struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, count, count, len(directory), base + len(body) + moved,
                      comment)
    return before + body + directory + end + after
