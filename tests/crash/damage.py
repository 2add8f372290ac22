"""Damage done to a copy of a data folder, as a disk does it: one bit, a lost end, a lost block."""

import re
import struct

BLOCK = 32 * 1024  # RocksDB's log format: records lie in blocks, split where one ends
HEADER = struct.Struct("<IHB")  # crc, size, type (1 whole, 2 first, 3 middle, 4 last)
SECTOR = 512

# What lies in <data>/log by its name, and what is damaged besides.
FILES = {"WAL": r"\d+\.log", "SST": r"\d+\.sst", "MANIFEST": r"MANIFEST-\d+", "CURRENT": "CURRENT",
         "OPTIONS": r"OPTIONS-\d+"}
# The last two records of a file, which a reader is most inclined to forgive: of the WAL that was
# written last, of one before it, and of the MANIFEST.
ENDS = {"end of the last WAL": "WAL", "end of an older WAL": "WAL", "end of MANIFEST": "MANIFEST"}
# From one of the last records of an older WAL on, all of them: RocksDB takes zeros for room that
# was never written.
HOLE = "last records of an older WAL"
KINDS = ("flip", "cut", "zero")


def files_of(data, name):
    """The files of that name that hold something, the oldest first."""
    if name == "log.acked":
        return [data / "log.acked"]
    if name == HOLE:
        return files_of(data, "end of an older WAL")
    if name in ENDS:
        files = [file for file in files_of(data, ENDS[name]) if len(records(file)) > 1]
        return files[:-1] if name == "end of an older WAL" else files[-1:]
    files = sorted(p for p in (data / "log").iterdir() if re.fullmatch(FILES[name], p.name))
    if name == "WAL":  # room lies ready in one before its first record
        return [file for file in files if records(file)]
    return [file for file in files if file.stat().st_size > 0]


def records(path):
    """[(begin, end)] of each whole record of a WAL or MANIFEST."""
    data = path.read_bytes()
    found, at, begin = [], 0, None
    while at + HEADER.size <= len(data):
        if BLOCK - at % BLOCK < HEADER.size:
            at += BLOCK - at % BLOCK
            continue
        _, size, kind = HEADER.unpack_from(data, at)
        if kind == 0:  # written ahead of need, or cut off by a crash
            break
        if kind in (1, 2):
            begin = at
        at += HEADER.size + size
        if kind in (1, 4) and begin is not None and at <= len(data):
            found.append((begin, at))
    return found


class Damage:
    """One of a kind, at a place that `random` chooses."""

    def __init__(self, random, data, name, kind):
        self.name, self.kind = name, kind
        self.path = random.choice(files_of(data, name))
        begin, end = 0, self.path.stat().st_size
        if name == "WAL" or name in ENDS:  # more may be there than was ever written
            whole = records(self.path)
            begin, end = whole[-2][0] if name in ENDS else 0, whole[-1][1]
        self.at = random.randrange(begin, end)
        self.bit = random.randrange(8)
        self.zeroed = SECTOR
        if name == HOLE:
            self.at = random.choice(records(self.path)[-2:])[0]
            self.zeroed = BLOCK
        self.end = end

    def __str__(self):
        return f"{self.kind} in {self.path.name} at {self.at} of {self.end}"

    def do(self, path):
        """To `path`, which is the chosen file or a copy of it."""
        data = bytearray(path.read_bytes())
        if self.kind == "flip":
            data[self.at] ^= 1 << self.bit
        elif self.kind == "cut":
            del data[self.at:]
        else:
            begin = self.at if self.name == HOLE else self.at - self.at % self.zeroed
            end = min(begin + self.zeroed - begin % self.zeroed, len(data))
            data[begin:end] = bytes(end - begin)
        path.write_bytes(data)
