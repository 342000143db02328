"""Turns a fine-tuned checkpoint into the shipped directory: int8 ONNX, tokenizer, config with calibration.

Reads the training texts (for the activation ranges) and the validation split (for the
temperature and the threshold). An fp32 ONNX of the same graph is written to --fp32.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from batching import logits_of
from calibrate import calibration_error, temperature, unsure_below
from corpora import LABELS, LANGUAGES, SHIPPED, umsab
from export_onnx import export
from preprocess import RULES
from quantise import calibrate
from runtime import logits, session, softmax

MAX_TOKENS = 128


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--checkpoint", required=True)
    ask.add_argument("--out", required=True)
    ask.add_argument("--fp32", required=True)
    ask.add_argument("--version", default="1.0.0")
    a = ask.parse_args()
    torch.set_num_threads(2)
    out, checkpoint = Path(a.out), Path(a.checkpoint)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    model = BertForSequenceClassification.from_pretrained(checkpoint).eval()
    saved = checkpoint / "ranges.json"
    if saved.exists():
        ranges = {tuple(json.loads(k)): (np.float32(s), z) for k, (s, z) in json.loads(saved.read_text()).items()}
    else:
        ranges = calibrate(model, encode([t for l in LANGUAGES for t in umsab(a.data, l, "train")[0]]))
    export(model, a.fp32)
    export(model, out / "model.onnx", ranges)
    validation = {l: umsab(a.data, l, "val") for l in LANGUAGES}
    runs = {"fp32": session(a.fp32), "int8": session(out / "model.onnx")}
    scores = {name: {} for name in ["torch", *runs]}
    shipped, labels = [], []
    for language, (texts, y) in validation.items():
        ids = encode(texts)
        found = {name: logits(run, ids) for name, run in runs.items()}
        found["torch"] = logits_of(model, ids, 3)
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
    config = model.config
    (out / "config.json").write_text(json.dumps({
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", "vocab_size": config.vocab_size,
        "hidden_size": config.hidden_size, "num_hidden_layers": config.num_hidden_layers,
        "num_attention_heads": config.num_attention_heads, "intermediate_size": config.intermediate_size,
        "hidden_act": config.hidden_act, "layer_norm_eps": config.layer_norm_eps, "type_vocab_size": config.type_vocab_size,
        "max_position_embeddings": config.max_position_embeddings, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
        "id2label": {str(i): n for i, n in enumerate(LABELS)}, "label2id": {n: i for i, n in enumerate(LABELS)},
        "pulso": {"version": a.version, "temperature": t, "unsureBelow": threshold, "maxTokens": MAX_TOKENS,
                  "languages": SHIPPED, "preprocessing": RULES}}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes((checkpoint / name).read_bytes())
    print({f.name: f.stat().st_size for f in sorted(out.iterdir())})


if __name__ == "__main__":
    main()
