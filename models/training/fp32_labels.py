"""Writes what the fp32 form says of every 40th distinct shipped post, for the test that the int8 form agrees.

    python models/training/fp32_labels.py --model models/sentiment-es-en-pt --fp32 /tmp/fp32.onnx
"""
import argparse
import gzip
import json
from pathlib import Path

from tokenizers import Tokenizer

from corpora import LABELS
from preprocess import preprocess
from runtime import logits, session

ROOT = Path(__file__).resolve().parents[2]
EVERY = 40


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--model", required=True, type=Path)
    ask.add_argument("--fp32", required=True)
    ask.add_argument("--out", default=ROOT / "tests/fixtures/fp32-labels.json", type=Path)
    a = ask.parse_args()
    with gzip.open(ROOT / "samples/news-es.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = list(dict.fromkeys(json.loads(line)["text"] for line in file))[::EVERY]
    pulso = json.loads((a.model / "config.json").read_text(encoding="utf-8"))["pulso"]
    tokenizer = Tokenizer.from_file(str(a.model / "tokenizer.json"))
    tokenizer.enable_truncation(pulso["maxTokens"])
    ids = [e.ids for e in tokenizer.encode_batch([preprocess(t) for t in texts])]
    labels = logits(session(a.fp32), ids).argmax(1)
    head = {"about": f"Made by models/training/fp32_labels.py: label of every {EVERY}th distinct text of samples/news-es.jsonl.gz, "
                     + ", ".join(f"{i} {name}" for i, name in enumerate(LABELS)), "version": pulso["version"], "every": EVERY}
    a.out.write_text(json.dumps({**head, "labels": "".join(str(int(x)) for x in labels)}, indent=1) + "\n", encoding="utf-8")
    print(len(texts), "texts")


if __name__ == "__main__":
    main()
