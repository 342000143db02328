"""Makes tests/fixtures/tiny-bert: BERT classifiers of two small layers with random weights.

Each directory has another tokenizer, other labels, other inputs and another place for the
ONNX file, and reference.json: token ids and probabilities as the Python libraries give
them, one text a run. Needs numpy, onnx, onnxruntime, tokenizers.

    python tests/support/make-tiny-models.py tests/fixtures/tiny-bert
"""
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HIDDEN, HEADS, LAYERS, WIDE, POSITIONS = 16, 2, 2, 32, 80

CORPUS = """El ceviche de ayer estaba muy rico y la atención fue buena
La comida llegó fría, el arroz estaba crudo y nadie pidió disculpas
Subió otra vez el precio del limón, del pollo y de la papa en el mercado
The soup was cold but the dessert was great, we will come back soon
Worst service ever, they forgot our order twice and laughed about it
Hoy abrimos a las doce, menú criollo y chicha morada para todos
O café estava ótimo, mas a fila era longa demais
Qué bonito día en Arequipa, rocoto relleno y pastel de papa con la familia""".splitlines()

TEXTS = CORPUS + [
    "", " ", "a", "¡¡Qué rico!! 😍😍", "😡", "🤮👎🏽 nunca más", "ÑANDÚ ñandú n\u0303", "precio: S/ 12.50 (antes 9,90)",
    "中文 混合 text", "tab\there\nand a line", "a" * 150, "muy rico " * 60, "@usuario #ceviche https://ejemplo.pe/x?y=1",
    "quote's “typographic” — dash…", "zero\u200bwidth and nbsp\u00a0here", "İstanbul ﬁne Ⅷ ½",
]


def graph(vocabulary, outputs, token_types, integer, seed):
    """An encoder with learned positions, GELU by erf, and a tanh pooler over the first token."""
    random = np.random.RandomState(seed)
    nodes, weights = [], []

    def constant(value):
        weights.append(numpy_helper.from_array(np.asarray(value), f"w{len(weights)}"))
        return weights[-1].name

    def weight(*shape, scale=0.35):
        return constant((random.randn(*shape) * scale).astype(np.float32))

    def add(op, *inputs, out=None, **attributes):
        name = out or f"t{len(nodes)}"
        nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def linear(x, n, m, **options):
        return add("Add", add("MatMul", x, weight(n, m)), weight(m), **options)

    def norm(x):
        return add("LayerNormalization", x, constant(np.ones(HIDDEN, np.float32)), weight(HIDDEN, scale=0.1), axis=-1, epsilon=1e-6)

    def heads(x):
        split = add("Reshape", x, constant(np.array([0, 0, HEADS, HIDDEN // HEADS], np.int64)))
        return add("Transpose", split, perm=[0, 2, 1, 3])

    length = add("Slice", add("Shape", "input_ids"), constant(np.array([1])), constant(np.array([2])))
    places = add("Slice", weight(POSITIONS, HIDDEN), constant(np.array([0])), length)
    x = add("Add", add("Gather", weight(vocabulary, HIDDEN, scale=1.0), "input_ids"), places)
    if token_types:
        x = add("Add", x, add("Gather", weight(2, HIDDEN), "token_type_ids"))
    x = norm(x)
    mask = add("Unsqueeze", add("Cast", "attention_mask", to=TensorProto.FLOAT), constant(np.array([1, 2])))
    mask = add("Mul", add("Sub", constant(np.float32(1)), mask), constant(np.float32(-1e4)))
    for _ in range(LAYERS):
        q, k, v = (heads(linear(x, HIDDEN, HIDDEN)) for _ in range(3))
        score = add("Mul", add("MatMul", q, add("Transpose", k, perm=[0, 1, 3, 2])), constant(np.float32((HIDDEN // HEADS) ** -0.5)))
        seen = add("MatMul", add("Softmax", add("Add", score, mask), axis=-1), v)
        seen = add("Reshape", add("Transpose", seen, perm=[0, 2, 1, 3]), constant(np.array([0, 0, HIDDEN], np.int64)))
        x = norm(add("Add", linear(seen, HIDDEN, HIDDEN), x))
        wide = linear(x, HIDDEN, WIDE)
        erf = add("Erf", add("Mul", wide, constant(np.float32(2 ** -0.5))))
        wide = add("Mul", add("Mul", wide, constant(np.float32(0.5))), add("Add", erf, constant(np.float32(1))))
        x = norm(add("Add", linear(wide, WIDE, HIDDEN), x))
    pooled = add("Tanh", linear(add("Gather", x, constant(np.int64(0)), axis=1), HIDDEN, HIDDEN))
    linear(pooled, HIDDEN, outputs, out="logits")
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if token_types else [])
    info = [helper.make_tensor_value_info(name, integer, ["batch", "sequence"]) for name in names]
    out = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", outputs])]
    made = helper.make_model(helper.make_graph(nodes, "tiny", info, out, weights), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made, full_check=True)
    return made


def wordpiece():
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=260, show_progress=False, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]))
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", [("[CLS]", 2), ("[SEP]", 3)])
    return made


def byte_level_bpe():
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    special = [AddedToken(name, special=True) for name in ("<s>", "<pad>", "</s>", "<unk>")]
    made.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=380, show_progress=False, special_tokens=special,
                                                         initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return made


def unigram():
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    made.train_from_iterator(CORPUS, trainers.UnigramTrainer(vocab_size=240, show_progress=False, unk_token="<unk>", special_tokens=["<s>", "<pad>", "</s>", "<unk>"]))
    made.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", [("<s>", 0), ("</s>", 2)])
    return made


MODELS = {
    "wordpiece": dict(tokenizer=wordpiece, labels=["LABEL_0", "LABEL_1", "LABEL_2"], token_types=True, integer=TensorProto.INT64,
                      file="model.onnx", type="bert", pulso={"version": "0.1.0", "temperature": 1.5, "unsureBelow": 0.6, "maxTokens": 64,
                      "preprocessing": [{"pattern": "https?://[^ ]+", "replacement": "http"}, {"pattern": "@[a-z]+", "flags": "iu", "replacement": "@user"}]}),
    "byte-level-bpe": dict(tokenizer=byte_level_bpe, labels=["POS", "NEU", "NEG"], token_types=False, integer=TensorProto.INT64,
                           file="onnx/model.onnx", type="roberta", pulso=None),
    "unigram": dict(tokenizer=unigram, labels=["positive", "negative"], token_types=False, integer=TensorProto.INT32,
                    file="model.onnx", type="xlm-roberta", pulso={"version": "2.0.0"}),
    "dynamic-int8": dict(tokenizer=wordpiece, labels=["1 star", "2 stars", "3 stars", "4 stars", "5 stars"], token_types=True,
                         integer=TensorProto.INT64, file="model_quantized.onnx", type="bert", pulso={"version": "0.1.0"}),
}


def reference(tokenizer, session, spec, most):
    """Ids and class probabilities of each text, scored alone."""
    import re
    pulso, cases = spec["pulso"] or {}, []
    for text in TEXTS:
        prepared = text
        for rule in pulso.get("preprocessing", []):
            prepared = re.sub(rule["pattern"], rule["replacement"], prepared, flags=re.I if "i" in rule.get("flags", "") else 0)
        tokenizer.enable_truncation(most)
        ids = tokenizer.encode(prepared).ids
        tokenizer.no_truncation()
        dtype = np.int64 if spec["integer"] == TensorProto.INT64 else np.int32
        feeds = {i.name: np.array([ids] if i.name == "input_ids" else [[int(i.name == "attention_mask")] * len(ids)], dtype) for i in session.get_inputs()}
        z = session.run(None, feeds)[0][0].astype(np.float64) / pulso.get("temperature", 1)
        e = np.exp(z - z.max())
        cases.append({"text": text, "ids": ids, "outputs": [round(float(p), 7) for p in e / e.sum()]})
    return {"about": "Made by tests/support/make-tiny-models.py; outputs in the order of id2label", "cases": cases}


def main(out):
    for seed, (name, spec) in enumerate(MODELS.items()):
        folder = Path(out) / name
        file = folder / spec["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        tokenizer = spec["tokenizer"]()
        tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
        made = graph(tokenizer.get_vocab_size(), len(spec["labels"]), spec["token_types"], spec["integer"], seed)
        onnx.save(made, file)
        if name == "dynamic-int8":
            quantize_dynamic(file, file, weight_type=QuantType.QInt8)
        roberta = spec["type"] != "bert"
        config = {"model_type": spec["type"], "vocab_size": tokenizer.get_vocab_size(), "pad_token_id": int(roberta),
                  "max_position_embeddings": POSITIONS + 2 * roberta, "id2label": dict(enumerate(spec["labels"]))}
        if spec["pulso"]:
            config["pulso"] = spec["pulso"]
        (folder / "config.json").write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
        cases = reference(tokenizer, session, spec, (spec["pulso"] or {}).get("maxTokens", POSITIONS))
        (folder / "reference.json").write_text(json.dumps(cases, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


main(sys.argv[1])
