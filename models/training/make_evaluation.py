"""Writes models/evaluation/data: the test splits with what the fp32 form of the shipped model says of them.

It is run once, for the model that ships. reviews-es.jsonl was written by hand and is left as it is.
"""
import argparse
import gzip
import json
from pathlib import Path

from tokenizers import Tokenizer

from build_model import MAX_TOKENS
from corpora import LABELS, SHIPPED, rows
from preprocess import preprocess
from runtime import logits, session

OUT = Path(__file__).resolve().parents[1] / "evaluation" / "data"


def write(name, found):
    """JSON Lines, gzipped without a time, so that equal rows give equal bytes."""
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
    (OUT / name).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--model", required=True, type=Path)
    ask.add_argument("--fp32", required=True)
    a = ask.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(a.model / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    full = session(a.fp32)
    for language in SHIPPED:
        found = rows(Path(a.data) / f"sentiment/umsab/{language}.test.jsonl")
        labels = logits(full, [e.ids for e in tokenizer.encode_batch([preprocess(r["text"]) for r in found])]).argmax(1)
        write(f"umsab-{language}.test.jsonl.gz", [{"text": r["text"], "label": r["label"], "fp32": LABELS[int(x)]} for r, x in zip(found, labels)])
    write("reviews-en.test.jsonl.gz", rows(Path(a.data) / "sentiment/mams-restaurants-en/test.jsonl"))
    print({f.name: f.stat().st_size for f in sorted(OUT.iterdir())})


if __name__ == "__main__":
    main()
