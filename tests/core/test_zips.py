"""Archives written while they are sent."""

import io
import zipfile

from ecoquartier.core.zips import zipped


def test_an_archive_comes_in_pieces_and_is_read_back():
    asked = []

    def pieces():
        for number in range(3):
            asked.append(number)
            yield bytes([number]) * 200_000

    stream = zipped([("a.txt", ["été".encode()]), ("b.bin", pieces())])
    first = next(stream)
    assert first
    assert asked == []
    archive = zipfile.ZipFile(io.BytesIO(first + b"".join(stream)))
    assert archive.testzip() is None
    assert archive.read("a.txt").decode() == "été"
    assert archive.read("b.bin") == b"".join(bytes([n]) * 200_000 for n in range(3))


def test_an_empty_archive_is_one():
    assert zipfile.ZipFile(io.BytesIO(b"".join(zipped([])))).namelist() == []
