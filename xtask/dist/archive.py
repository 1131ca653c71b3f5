"""Packs files into an archive, with fixed times and owners, so that equal files give equal archives.

Arguments: the archive (`….tar.gz`), and the files. The archive has one folder, named as the archive.
"""

import gzip
import io
import sys
import tarfile
from pathlib import Path

archive, *files = map(Path, sys.argv[1:])
folder = archive.name.removesuffix(".tar.gz")
packed = io.BytesIO()
with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
    for file in files:
        info = tarfile.TarInfo(f"{folder}/{file.name}")
        info.size = file.stat().st_size
        info.mode = 0o755 if file.stat().st_mode & 0o100 else 0o644
        with file.open("rb") as content:
            tar.addfile(info, content)
with archive.open("wb") as out, gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as compressed:
    compressed.write(packed.getvalue())
