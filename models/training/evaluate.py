"""Scores a shipped directory: macro-F1 with bootstrap intervals, calibration, agreement with fp32, speed.

--split test is for the end: nothing is chosen on it. Prints a report and, with --json, writes it.
"""
import argparse
import json
import os
import random
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix, f1_score
from tokenizers import Tokenizer

from calibrate import calibration_error
from corpora import SHIPPED, posts, umsab
from runtime import logits, session, softmax


def interval(labels, predicted, times=2000):
    """95 % bootstrap interval of the macro-F1."""
    draw = np.random.default_rng(0)
    scores = []
    for _ in range(times):
        rows = draw.integers(0, len(labels), len(labels))
        matrix = np.bincount(labels[rows] * 3 + predicted[rows], minlength=9).reshape(3, 3)
        scores.append(float((2 * np.diag(matrix) / np.maximum(matrix.sum(0) + matrix.sum(1), 1)).mean()))
    return [round(100 * float(x), 1) for x in np.quantile(scores, [.025, .975])]


def speed(opened, tokenizer, texts):
    """(texts a second with tokenizing, mean tokens)."""
    ids = [e.ids for e in tokenizer.encode_batch(texts[:200])]
    logits(opened, ids)
    rates = []
    for _ in range(3):
        start = time.perf_counter()
        ids = [e.ids for e in tokenizer.encode_batch(texts)]
        for i in range(0, len(ids), 256):
            logits(opened, ids[i:i + 256])
        rates.append(len(texts) / (time.perf_counter() - start))
    return round(max(rates)), round(float(np.mean([len(i) for i in ids])), 1)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--model", required=True)
    ask.add_argument("--split", choices=["val", "test"], default="val")
    ask.add_argument("--fp32", help="the fp32 ONNX file, for the agreement of labels")
    ask.add_argument("--json")
    ask.add_argument("--no-speed", action="store_true")
    a = ask.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    folder = Path(a.model)
    pulso = json.loads((folder / "config.json").read_text())["pulso"]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(pulso["maxTokens"])
    opened = session(folder / "model.onnx")
    full = session(a.fp32) if a.fp32 else None
    report = {"split": a.split, "languages": {}}
    for language in SHIPPED:
        texts, labels = umsab(a.data, language, a.split)
        labels = np.array(labels)
        ids = [e.ids for e in tokenizer.encode_batch(texts)]
        p = softmax(logits(opened, ids), pulso["temperature"])
        predicted, sure = p.argmax(1), p.max(1) >= pulso["unsureBelow"]
        row = {"texts": len(texts), "macroF1": round(100 * f1_score(labels, predicted, average="macro"), 1),
               "interval": interval(labels, predicted), "accuracy": round(100 * float((predicted == labels).mean()), 1),
               "calibrationError": round(calibration_error(p, labels), 3), "unsure": round(100 * float(1 - sure.mean()), 1),
               "accuracySure": round(100 * float((predicted == labels)[sure].mean()), 1),
               "accuracyUnsure": round(100 * float((predicted == labels)[~sure].mean()), 1),
               "confusion": confusion_matrix(labels, predicted).tolist()}
        if full:
            theirs = logits(full, ids).argmax(1)
            row |= {"macroF1Fp32": round(100 * f1_score(labels, theirs, average="macro"), 1), "sameLabelAsFp32": round(100 * float((theirs == predicted).mean()), 1)}
        report["languages"][language] = row
        print(language, json.dumps(row), flush=True)
    if not a.no_speed:
        texts = posts(a.data, "news-es")
        random.Random(0).shuffle(texts)
        rate, length = speed(opened, tokenizer, texts[:2048])
        report["speed"] = {"textsPerSecond": rate, "meanTokens": length, "threads": 2}
        print("speed", report["speed"])
    if a.json:
        Path(a.json).write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
