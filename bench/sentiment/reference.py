"""The usual ways to run the shipped model, for `npm run bench -- sentiment`.

    python bench/sentiment/reference.py make MODEL FOLDER
        the model as transformers has it (fp32, from the numbers that the shipped integers stand
        for), exported to ONNX by torch and quantised by onnxruntime's quantize_dynamic
    python bench/sentiment/reference.py time FOLDER TEXTS RUNS
        texts a second of transformers + PyTorch over TEXTS (JSON strings, a line each), RUNS
        slices of it: padded to 128, and padded to the longest of 32 texts sorted by length

Needs onnx, onnxruntime, torch, transformers.
"""
import json
import sys
import time
from pathlib import Path

import torch
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "models/training"))


def model_of(folder):
    """A transformers model with the numbers of the shipped file."""
    from weights import of_int8
    w = of_int8(Path(folder) / "model.onnx")
    given = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    model = BertForSequenceClassification(BertConfig(**{k: v for k, v in given.items() if k not in ("pulso", "architectures")})).eval()
    tensor, state = lambda x: torch.tensor(x.copy()), model.state_dict()

    def put(name, weight, bias):
        state[f"{name}.weight"], state[f"{name}.bias"] = tensor(weight), tensor(bias)

    state["bert.embeddings.word_embeddings.weight"] = tensor(w["words"])
    state["bert.embeddings.position_embeddings.weight"] = tensor(w["places"])
    state["bert.embeddings.token_type_embeddings.weight"].zero_()
    put("bert.embeddings.LayerNorm", *w["norm"])
    for n, layer in enumerate(w["layers"]):
        at, wide = f"bert.encoder.layer.{n}", len(layer["output"][1])
        for i, name in enumerate(("query", "key", "value")):
            part = slice(i * wide, (i + 1) * wide)
            put(f"{at}.attention.self.{name}", layer["attention"][0][:, part].T, layer["attention"][1][part])
        for name, part in (("attention.output.dense", "output"), ("intermediate.dense", "intermediate"), ("output.dense", "down")):
            put(f"{at}.{name}", layer[part][0].T, layer[part][1])
        put(f"{at}.attention.output.LayerNorm", *layer["norm1"])
        put(f"{at}.output.LayerNorm", *layer["norm2"])
    put("bert.pooler.dense", *w["pooler"])
    put("classifier", *w["classifier"])
    model.load_state_dict(state)
    return model


def make(folder, out):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    out = Path(out)
    model = model_of(folder)
    model.config.save_pretrained(out)
    model.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (out / name).write_bytes((Path(folder) / name).read_bytes())
    ids = torch.ones(2, 8, dtype=torch.int64)
    free = {0: "batch", 1: "sequence"}
    torch.onnx.export(model, (ids, ids), str(out / "fp32.onnx"), input_names=["input_ids", "attention_mask"], output_names=["logits"],
                      dynamic_axes={"input_ids": free, "attention_mask": free, "logits": {0: "batch"}}, opset_version=17, dynamo=False)
    quantize_dynamic(out / "fp32.onnx", out / "int8.onnx", weight_type=QuantType.QInt8)


def timed(model, tokenizer, batches, **padding):
    """Seconds that batches of texts take, tokenizing included."""
    start = time.perf_counter()
    with torch.inference_mode():
        for texts in batches:
            model(**tokenizer(texts, truncation=True, max_length=128, return_tensors="pt", **padding)).logits.softmax(-1)
    return time.perf_counter() - start


def measure(folder, file, runs):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.model_input_names = ["input_ids", "attention_mask"]
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    texts = [json.loads(line) for line in open(file, encoding="utf-8")]
    size = len(texts) // runs
    cut = lambda some: [some[i:i + 32] for i in range(0, len(some), 32)]
    found = {"usual": [], "dynamic": [], "torch": torch.__version__, "threads": torch.get_num_threads()}
    timed(model, tokenizer, cut(texts[:64]), padding=True)
    for run in range(runs):
        some = texts[run * size:(run + 1) * size]
        found["usual"].append(size / timed(model, tokenizer, cut(some), padding="max_length"))
        found["dynamic"].append(size / timed(model, tokenizer, cut(sorted(some, key=len)), padding=True))
    print(json.dumps(found))


if sys.argv[1] == "make":
    make(*sys.argv[2:])
else:
    measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
