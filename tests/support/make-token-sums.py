"""Makes tests/fixtures/token-sums: what Python's `tokenizers` makes of the shipped posts.

A file a tokenizer: for each distinct text of samples/news-es.jsonl.gz, in order, a 32-bit
FNV-1a sum over its token ids (one step an id), as unsigned little-endian numbers. With
--texts FILE (JSON strings, a line each) and --out another set of texts is taken.
Needs tokenizers.

    python tests/support/make-token-sums.py
"""
import argparse
import gzip
import json
import struct
from pathlib import Path

from tokenizers import Tokenizer

ROOT = Path(__file__).resolve().parents[2]
TOKENIZERS = {name: f"tests/fixtures/tiny-bert/{name}" for name in ("wordpiece", "byte-level-bpe", "unigram")}
TOKENIZERS["shipped"] = "models/sentiment-es-en-pt"


def summed(ids):
    """FNV-1a, one step a token id."""
    value = 0x811C9DC5
    for token in ids:
        value = (value ^ token) * 0x01000193 & 0xFFFFFFFF
    return value


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--texts")
    ask.add_argument("--out", default=ROOT / "tests/fixtures/token-sums", type=Path)
    a = ask.parse_args()
    if a.texts:
        texts = [json.loads(line) for line in open(a.texts, encoding="utf-8")]
    else:
        with gzip.open(ROOT / "samples/news-es.jsonl.gz", "rt", encoding="utf-8") as file:
            texts = [json.loads(line)["text"] for line in file]
    texts = list(dict.fromkeys(texts))
    a.out.mkdir(parents=True, exist_ok=True)
    for name, folder in TOKENIZERS.items():
        tokenizer = Tokenizer.from_file(str(ROOT / folder / "tokenizer.json"))
        tokenizer.no_truncation()
        sums = [summed(e.ids) for e in tokenizer.encode_batch(texts)]
        (a.out / f"{name}.bin").write_bytes(struct.pack(f"<{len(sums)}I", *sums))
        print(name, len(sums), "texts")


main()
