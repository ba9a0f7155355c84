"""Writes code-points.bin, the Unicode data of Moodstream.Text. Usage: python3.11 make_tables.py TESTS_DATA_UNICODE

From the running Python (3.11, unicodedata 14.0.0): NFKC, combining classes, compositions, white space and word
characters, because the model's training text was normalised by it. From the folder given (tests/data/unicode):
what Hugging Face's BertNormalizer and BertPreTokenizer do to each code point.

Little-endian layout, read by CodePoints.cs:
  u32 blocks, records, pool, compositions                       how many of each follow
  u16 block of each 128 code points                             0x110000 / 128 of them
  u16 record of each code point of a block                      blocks x 128
  u16 NFKD offset, length, BERT offset, length, combining class, BERT combining class, flags
                                                                one record for each distinct set of properties
  u32 code points that the offsets point into                   pool
  u32 first, u32 second, u32 composed                           compositions, ascending
"""
import re
import struct
import sys
import unicodedata
from pathlib import Path

assert unicodedata.unidata_version == "14.0.0", "the tables are Unicode 14.0: run Python 3.11"

LAST = 0x110000
BLOCK = 128
SPACE, WORD, NFKC_MAY_CHANGE, COMPOSES = 1, 2, 4, 8
KEEP, REMOVE, REMOVE_STARTER, SPACED, MAP, HANGUL = (kind << 4 for kind in range(6))
SEPARATOR, ALONE = 1 << 7, 2 << 7

# Combining marks of Unicode 13.0 and 14.0 (DerivedAge.txt). BertNormalizer decomposes by the Rust crate
# unicode-normalization-alignments 0.1.12, whose data are of 12.1: to it these are unassigned, hence starters.
AFTER_12_1 = [
    (0x0898, 0x089F), (0x08CA, 0x08D2), (0x0C3C, 0x0C3C), (0x1715, 0x1715), (0x1ABF, 0x1ACE), (0x1DFA, 0x1DFA),
    (0xA82C, 0xA82C), (0x10EAB, 0x10EAC), (0x10F82, 0x10F85), (0x11070, 0x11070), (0x1193D, 0x1193E),
    (0x11943, 0x11943), (0x16FF0, 0x16FF1), (0x1E2AE, 0x1E2AE)]


def is_surrogate(point):
    return 0xD800 <= point < 0xE000


def is_hangul_syllable(point):
    return 0xAC00 <= point < 0xD7A4


def rows(path):
    for line in Path(path).read_text(encoding="ascii").splitlines():
        first, last, what = line.split("\t")
        for point in range(int(first, 16), int(last, 16) + 1):
            yield point, what


def bert_kind(what, point):
    if what is None:
        return KEEP, []
    if what == "removed":
        # An accent that is a starter is removed only after reordering, so it keeps the marks around it apart.
        accent = unicodedata.category(chr(point)) == "Mn"
        return (REMOVE_STARTER if accent and unicodedata.combining(chr(point)) == 0 else REMOVE), []
    if what == "spaced":
        return SPACED, []
    if what == "space":
        return MAP, [0x20]
    mapped = [int(p, 16) for p in what.removeprefix("to ").split()]
    if is_hangul_syllable(point):
        assert mapped == [ord(c) for c in unicodedata.normalize("NFD", chr(point))]
        return HANGUL, []
    return MAP, mapped


def compositions():
    for point in range(LAST):
        parts = unicodedata.decomposition(chr(point))
        if parts and not parts.startswith("<") and " " in parts:
            if unicodedata.normalize("NFC", chr(point)) == chr(point):
                first, second = (int(p, 16) for p in parts.split())
                yield first, second, point


class Pool:
    """Code point sequences laid end to end, each once."""

    def __init__(self):
        self.points, self.seen = [], {}

    def add(self, sequence):
        key = tuple(sequence)
        if key and key not in self.seen:
            self.seen[key] = len(self.points)
            self.points += key
        return self.seen.get(key, 0), len(key)


def main(folder, out):
    normalizer = dict(rows(folder / "bert-normalizer.tsv"))
    pre_tokenizer = dict(rows(folder / "bert-pretokenizer.tsv"))
    newer = {p for first, last in AFTER_12_1 for p in range(first, last + 1)}
    pairs = sorted(compositions())
    composing = {second for _, second, _ in pairs} | set(range(0x1161, 0x1176)) | set(range(0x11A8, 0x11C3))
    pool, records, of_point = Pool(), {}, []
    for point in range(LAST):
        char = chr(point)
        if is_surrogate(point):
            of_point.append(0)
            continue
        decomposed = [ord(c) for c in unicodedata.normalize("NFKD", char)]
        decomposed = [] if decomposed == [point] or is_hangul_syllable(point) else decomposed
        kind, mapped = bert_kind(normalizer.get(point), point)
        assert char.isspace() == bool(re.match(r"\s", char))
        flags = kind | {"separator": SEPARATOR, "alone": ALONE, None: 0}[pre_tokenizer.get(point)]
        flags |= SPACE if char.isspace() else 0
        flags |= WORD if re.match(r"\w", char) else 0
        flags |= COMPOSES if point in composing else 0
        flags |= NFKC_MAY_CHANGE if point in composing or unicodedata.normalize("NFKC", char) != char else 0
        nfkd_offset, nfkd_length = pool.add(decomposed)
        bert_offset, bert_length = pool.add(mapped)
        combining = unicodedata.combining(char)
        record = (nfkd_offset, nfkd_length, bert_offset, bert_length, combining,
                  0 if point in newer else combining, flags)
        of_point.append(records.setdefault(record, len(records)))
    blocks, block_of = {}, []
    for start in range(0, LAST, BLOCK):
        block_of.append(blocks.setdefault(tuple(of_point[start:start + BLOCK]), len(blocks)))
    with open(out, "wb") as file:
        file.write(struct.pack("<4I", len(blocks), len(records), len(pool.points), len(pairs)))
        file.write(struct.pack(f"<{len(block_of)}H", *block_of))
        for block in blocks:
            file.write(struct.pack(f"<{BLOCK}H", *block))
        for record in records:
            file.write(struct.pack("<7H", *record))
        file.write(struct.pack(f"<{len(pool.points)}I", *pool.points))
        for pair in pairs:
            file.write(struct.pack("<3I", *pair))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).with_name("code-points.bin"))
