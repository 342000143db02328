"""Turns a checkpoint of aspect_pairs.py into the shipped directory: int8 ONNX, tokenizer, config.

Reads some questions of the train splits (for the activation ranges) and MAMS's validation split (for the temperature).
`--test` is for the end: it writes the questions of the test sentences with what the fp32 form says of them, for the
test that the int8 form agrees.
"""
import argparse
import gzip
import json
import random
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from aspect_pairs import in_product, of_file, of_mams, of_made, scores
from build_model import COARSE_FROM, MAX_TOKENS
from calibrate import calibration_error, temperature, unsure_below
from corpora import LABELS, SHIPPED
from export_onnx import export
from network import Network
from preprocess import RULES, preprocess
from runtime import logits, session, softmax
from smooth import activations, smoothed
from weights import of_network

QUESTION = "{aspect}: {words} | {text}"
HERE = Path(__file__).parent
EVALUATION = HERE.parent / "evaluation" / "data"
KEPT = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act",
        "layer_norm_eps", "type_vocab_size", "max_position_embeddings")


def write_questions(name, found, labels):
    """The questions that count in the product, each once, with label and fp32 label; equal rows give equal bytes."""
    asked = {in_product(p): (p[3], int(x)) for p, x in zip(found, labels) if p[4]}
    rows = [{"text": text, "label": LABELS[label], "fp32": LABELS[fp32]} for text, (label, fp32) in asked.items()]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (EVALUATION / name).write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--checkpoint", required=True, type=Path)
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--fp32", required=True)
    ask.add_argument("--version", required=True)
    ask.add_argument("--coarse-from", type=int, default=COARSE_FROM)
    ask.add_argument("--texts-for-ranges", type=int, default=240, help="`activations` keeps as many tokens as these have")
    ask.add_argument("--test", action="store_true")
    a = ask.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(a.checkpoint / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    encode = lambda found: [e.ids for e in tokenizer.encode_batch([preprocess(in_product(p)) for p in found])]
    network = Network.load(a.checkpoint)
    weights, config = of_network(network), network.bert.config.to_dict()
    del weights["aspects"]
    export(weights, a.fp32)
    seen = of_mams(a.data, "train") + of_made(800, 1, "es") + of_made(200, 1, "pt")
    seen = random.Random(0).sample(seen, a.texts_for_ranges)
    easier, plan = smoothed(weights, activations(weights, a.fp32 + ".watched", encode(seen)))
    Path(a.fp32 + ".watched").unlink()
    export(easier, a.out / "model.onnx", plan, a.coarse_from)
    runs = {"fp32": session(a.fp32), "int8": session(a.out / "model.onnx")}
    look = {"MAMS validation": of_mams(a.data, "val"), "Spanish, for development": of_file(HERE / "aspects-dev-es.jsonl")}
    for name, found in look.items():
        said = {form: logits(run, encode(found)) for form, run in runs.items()}
        same = (said["fp32"].argmax(1) == said["int8"].argmax(1)).mean()
        print(name, {form: scores(x, found) for form, x in said.items()}, f"labels int8 as fp32 {100 * same:.1f} %")
        if name == "MAMS validation":
            clear = np.array([p[4] for p in found])
            x, y = said["int8"][clear], np.array([p[3] for p in found])[clear]
            t = round(temperature(x, y), 3)
            calibrated = softmax(x, t)
            threshold = unsure_below(calibrated, y)
            print(f"temperature {t}, calibration error {calibration_error(softmax(x), y):.3f} -> {calibration_error(calibrated, y):.3f}; unsure below {threshold}")
    (a.out / "config.json").write_text(json.dumps({
        "architectures": ["BertForSequenceClassification"], "model_type": "bert", **{name: config[name] for name in KEPT},
        "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
        "id2label": {str(i): n for i, n in enumerate(LABELS)}, "label2id": {n: i for i, n in enumerate(LABELS)},
        "pulso": {"version": a.version, "temperature": t, "unsureBelow": threshold, "maxTokens": MAX_TOKENS,
                  "languages": SHIPPED, "question": QUESTION, "preprocessing": RULES}}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (a.out / name).write_bytes((a.checkpoint / name).read_bytes())
    print({f.name: f.stat().st_size for f in sorted(a.out.iterdir())})
    if a.test:
        for name, found in (("en", of_mams(a.data, "test")), ("es", of_file(EVALUATION / "aspects-es.test.jsonl"))):
            said = {form: logits(run, encode(found)) for form, run in runs.items()}
            print("test", name, {form: scores(x, found) for form, x in said.items()})
            write_questions(f"questions-{name}.test.jsonl.gz", found, said["fp32"].argmax(1))


if __name__ == "__main__":
    main()
