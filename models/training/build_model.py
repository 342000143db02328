"""Turns a fine-tuned checkpoint into the shipped directory: int8 ONNX, tokenizer, config with calibration.

Reads some training texts (for the activation ranges) and the validation split (for the
temperature and the threshold). An fp32 ONNX of the same graph is written to --fp32.
Instead of a checkpoint, --int8 takes a directory of version 1.0.0, whose checkpoint was not
kept: its int8 weights are taken as the numbers they stand for.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from tokenizers import Tokenizer

from calibrate import calibration_error, temperature, unsure_below
from corpora import LABELS, LANGUAGES, SHIPPED, umsab
from export_onnx import export
from preprocess import RULES
from runtime import logits, session, softmax
from smooth import activations, smoothed
from weights import of_int8, of_model

MAX_TOKENS = 128
# Pieces are in the order of their frequency; those behind are seldom met and lie close to the 4-bit base.
COARSE_FROM = 22_000
TEXTS_FOR_RANGES = 120


def checkpoint_of(folder):
    """(weights, config, fixed ranges or None) of a checkpoint; trained in simulated int8 it has its ranges with it."""
    from transformers import BertForSequenceClassification
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    saved, plan = folder / "ranges.json", None
    if saved.exists():
        held = {tuple(json.loads(k)): v for k, v in json.loads(saved.read_text()).items()}
        plan = {(layer, site.removesuffix("_in")): (np.float32(s), z, None) for (layer, site), (s, z) in held.items()}
    return of_model(model), model.config.to_dict(), plan


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    given = ask.add_mutually_exclusive_group(required=True)
    given.add_argument("--checkpoint", type=Path)
    given.add_argument("--int8", type=Path)
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--fp32", required=True)
    ask.add_argument("--version", default="1.1.0")
    a = ask.parse_args()
    folder, out = a.checkpoint or a.int8, a.out
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    if a.checkpoint:
        weights, config, plan = checkpoint_of(folder)
    else:
        weights, config, plan = of_int8(folder / "model.onnx"), json.loads((folder / "config.json").read_text(encoding="utf-8")), None
    export(weights, a.fp32)
    easier = weights
    if plan is None:
        texts = [t for l in LANGUAGES for t in umsab(a.data, l, "train")[0][:TEXTS_FOR_RANGES]]
        easier, plan = smoothed(weights, activations(weights, a.fp32 + ".watched", encode(texts)))
        Path(a.fp32 + ".watched").unlink()
    export(easier, out / "model.onnx", plan, COARSE_FROM)
    validation = {l: umsab(a.data, l, "val") for l in LANGUAGES}
    runs = {"fp32": session(a.fp32), "int8": session(out / "model.onnx")}
    scores = {name: {} for name in runs}
    shipped, labels = [], []
    for language, (texts, y) in validation.items():
        ids = encode(texts)
        found = {name: logits(run, ids) for name, run in runs.items()}
        for name in scores:
            scores[name][language] = round(100 * f1_score(y, found[name].argmax(1), average="macro"), 1)
        same = (found["fp32"].argmax(1) == found["int8"].argmax(1)).mean()
        print(language, "labels int8 as fp32", round(100 * float(same), 1), "%")
        if language in SHIPPED:
            shipped.append(found["int8"])
            labels += y
    for name, row in scores.items():
        print(name, row, "mean of shipped", round(float(np.mean([row[l] for l in SHIPPED])), 2))
    joined, labels = np.concatenate(shipped), np.array(labels)
    t = round(temperature(joined, labels), 3)
    calibrated = softmax(joined, t)
    threshold = unsure_below(calibrated, labels)
    sure = calibrated.max(1) >= threshold
    right = calibrated.argmax(1) == labels
    print(f"temperature {t}, calibration error {calibration_error(softmax(joined), labels):.3f} -> {calibration_error(calibrated, labels):.3f}; "
          f"unsure below {threshold}: {100 * (1 - sure.mean()):.1f} % unsure, right {100 * right[~sure].mean():.1f} %, the others {100 * right[sure].mean():.1f} %")
    kept = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
            "layer_norm_eps", "type_vocab_size", "max_position_embeddings")
    (out / "config.json").write_text(json.dumps({
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", **{name: config[name] for name in kept},
        "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
        "id2label": {str(i): n for i, n in enumerate(LABELS)}, "label2id": {n: i for i, n in enumerate(LABELS)},
        "pulso": {"version": a.version, "temperature": t, "unsureBelow": threshold, "maxTokens": MAX_TOKENS,
                  "languages": SHIPPED, "preprocessing": RULES}}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes((folder / name).read_bytes())
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
