"""Turns a checkpoint into the shipped directory: int8 ONNX, tokenizer, config with calibration.

A checkpoint is a folder of train.py or finetune.py, or a shipped int8 model whose checkpoint was not kept: its weights
are taken as the numbers they stand for.

Reads some training texts (for the activation ranges) and the validation splits (for the
temperature and the thresholds). An fp32 ONNX of the same graph is written to --fp32.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from tokenizers import Tokenizer

from calibrate import calibration_error, mentioned_from, temperature, unsure_below
from corpora import LABELS, LANGUAGES, SHIPPED, umsab
from export_onnx import WITH_ASPECTS, export
from made_reviews import made_reviews
from network import Network
from preprocess import RULES
from runtime import logits, session, softmax
from smooth import activations, smoothed
from tasks import reviews
from weights import of_network

MAX_TOKENS = 128
# Pieces are in the order of their frequency; those behind are seldom met and lie close to the 4-bit base.
COARSE_FROM = 22_000
TEXTS_FOR_RANGES = 120
# What the aspects of MAMS are called in results. Staff is a part of service; miscellaneous says nothing.
SHOWN = ["food", "service", "service", "price", "ambience", "menu", "place", None]


def aspects_config(run, encode, texts, goal):
    """What config.json says of aspects; the threshold is the best one on the given reviews."""
    found = logits(run, encode(texts), output=WITH_ASPECTS)[:, len(LABELS):].reshape(len(texts), len(SHOWN), 1 + len(LABELS))
    mentioned, f1 = mentioned_from(found[..., 0], np.array(goal) >= 0)
    print(f"aspects: mentioned from {mentioned} on, F1 {100 * f1:.1f} on validation")
    return {"output": WITH_ASPECTS, "names": SHOWN, "mentionedFrom": mentioned}


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--checkpoint", required=True, type=Path)
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--fp32", required=True)
    ask.add_argument("--version", required=True)
    a = ask.parse_args()
    folder, out = a.checkpoint, a.out
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    network = Network.start(folder, len(SHOWN))
    weights, config = of_network(network), network.bert.config.to_dict()
    knows_aspects = (folder / "weights.pt").exists()
    if not knows_aspects:
        del weights["aspects"]
    export(weights, a.fp32)
    texts = [t for l in LANGUAGES for t in umsab(a.data, l, "train")[0][:TEXTS_FOR_RANGES]]
    if knows_aspects:
        texts += reviews(a.data, "train")[0][:TEXTS_FOR_RANGES] + made_reviews(TEXTS_FOR_RANGES, 2)[0]
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
    aspects = aspects_config(runs["int8"], encode, *reviews(a.data, "val")) if knows_aspects else None
    kept = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
            "layer_norm_eps", "type_vocab_size", "max_position_embeddings")
    (out / "config.json").write_text(json.dumps({
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", **{name: config[name] for name in kept},
        "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
        "id2label": {str(i): n for i, n in enumerate(LABELS)}, "label2id": {n: i for i, n in enumerate(LABELS)},
        "pulso": {"version": a.version, "temperature": t, "unsureBelow": threshold, "maxTokens": MAX_TOKENS,
                  "languages": SHIPPED, "aspects": aspects,
                  "preprocessing": RULES}}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes((folder / name).read_bytes())
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
