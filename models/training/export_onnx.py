"""Writes a fine-tuned BertForSequenceClassification as an ONNX file, in fp32 or int8.

The graph is written node by node, so that it holds what runs fast in onnxruntime: fused
attention, Add + LayerNormalization (not SkipLayerNormalization), FastGelu with its bias.
int8 takes QAttention and MatMulIntegerToFloat with fixed activation ranges. Inputs:
input_ids and attention_mask, int64 [batch, sequence]; output: logits [batch, classes].
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from quantise import int8_rows, int8_weight

MS = "com.microsoft"


class Graph:
    """Collects nodes and initialisers; `add` returns the name of the first output."""

    def __init__(self):
        self.nodes, self.weights, self.names = [], [], 0

    def constant(self, value, dtype=None):
        self.names += 1
        name = f"w{self.names}"
        self.weights.append(numpy_helper.from_array(np.array(value, dtype=dtype, order="C"), name))
        return name

    def add(self, op, inputs, domain="", **attributes):
        self.names += 1
        name = f"t{self.names}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{self.names}", domain=domain, **attributes))
        return name


def numpy_of(parameter):
    return parameter.detach().float().numpy()


def embeddings(g, e, int8):
    """Word + position + type embeddings and their norm."""
    if int8:
        table, scale = int8_rows(e.word_embeddings.weight)
        words = g.add("Cast", [g.add("Gather", [g.constant(table), "input_ids"])], to=TensorProto.FLOAT)
        words = g.add("Mul", [words, g.add("Gather", [g.constant(scale), "input_ids"])])
    else:
        words = g.add("Gather", [g.constant(numpy_of(e.word_embeddings.weight)), "input_ids"])
    places = e.position_embeddings.weight + e.token_type_embeddings.weight[0]
    if int8:
        table, scale = int8_rows(places)
        places = g.add("Mul", [g.add("Cast", [g.constant(table)], to=TensorProto.FLOAT), g.constant(scale)])
    else:
        places = g.constant(numpy_of(places))
    length = g.add("Slice", [g.add("Shape", ["input_ids"]), g.constant([1], np.int64), g.constant([2], np.int64)])
    places = g.add("Slice", [places, g.constant([0], np.int64), length, g.constant([0], np.int64)])
    return norm(g, g.add("Add", [words, places]), e.LayerNorm)


def norm(g, x, module):
    return g.add("LayerNormalization", [x, g.constant(numpy_of(module.weight)), g.constant(numpy_of(module.bias))],
                 axis=-1, epsilon=module.eps)


def attention(g, x, a, heads, mask, fixed):
    """Self-attention up to the concatenated heads."""
    parts = [a.self.query, a.self.key, a.self.value]
    bias = g.constant(np.concatenate([numpy_of(p.bias) for p in parts]))
    if fixed is None:
        weight = g.constant(np.concatenate([numpy_of(p.weight).T for p in parts], 1))
        return g.add("Attention", [x, weight, bias, mask], MS, num_heads=heads)
    scale, zero = g.constant(fixed[0], np.float32), g.constant(fixed[1], np.uint8)
    quantised = [int8_weight(p.weight) for p in parts]
    weight = g.constant(np.concatenate([q for q, _ in quantised], 1))
    scales = g.constant(np.concatenate([s for _, s in quantised]))
    zeros = g.constant(np.zeros(3 * parts[0].weight.shape[0], np.int8))
    return g.add("QAttention", [g.add("QuantizeLinear", [x, scale, zero]), weight, bias, scale, scales, mask, zero, zeros],
                 MS, num_heads=heads)


def linear(g, x, module, fixed, bias=True):
    """x W + b; int8 when a fixed range is given."""
    b = g.constant(numpy_of(module.bias)) if bias else None
    if fixed is None:
        y = g.add("MatMul", [x, g.constant(numpy_of(module.weight).T)])
        return g.add("Add", [y, b]) if bias else y
    weight, scales = int8_weight(module.weight)
    scale, zero = g.constant(fixed[0], np.float32), g.constant(fixed[1], np.uint8)
    inputs = [g.add("QuantizeLinear", [x, scale, zero]), g.constant(weight), scale, g.constant(scales), zero,
              g.constant(np.zeros(weight.shape[1], np.int8))]
    return g.add("MatMulIntegerToFloat", inputs + ([b] if bias else []), MS)


def export(model, path, ranges=None):
    """Writes `model` to `path`: fp32 without ranges, int8 with them."""
    g, heads = Graph(), model.config.num_attention_heads
    mask = g.add("Cast", ["attention_mask"], to=TensorProto.INT32)
    x = embeddings(g, model.bert.embeddings, ranges is not None)
    for n, layer in enumerate(model.bert.encoder.layer):
        fixed = (lambda site: ranges[n, site]) if ranges is not None else (lambda site: None)
        heads_out = attention(g, x, layer.attention, heads, mask, fixed("attention_in"))
        out = linear(g, heads_out, layer.attention.output.dense, fixed("output_in"))
        x = norm(g, g.add("Add", [out, x]), layer.attention.output.LayerNorm)
        wide = linear(g, x, layer.intermediate.dense, fixed("intermediate_in"), bias=False)
        wide = g.add("FastGelu", [wide, g.constant(numpy_of(layer.intermediate.dense.bias))], MS)
        x = norm(g, g.add("Add", [linear(g, wide, layer.output.dense, fixed("down_in")), x]), layer.output.LayerNorm)
    first = g.add("Gather", [x, g.constant(0, np.int64)], axis=1)
    pooler = model.bert.pooler.dense
    pooled = g.add("Tanh", [g.add("Gemm", [first, g.constant(numpy_of(pooler.weight)), g.constant(numpy_of(pooler.bias))], transB=1)])
    g.nodes.append(helper.make_node("Gemm", [pooled, g.constant(numpy_of(model.classifier.weight)), g.constant(numpy_of(model.classifier.bias))],
                                    ["logits"], name="logits", transB=1))
    info = lambda name, kind, shape: helper.make_tensor_value_info(name, kind, shape)
    graph = helper.make_graph(
        g.nodes, "sentiment", [info("input_ids", TensorProto.INT64, ["batch", "sequence"]),
                               info("attention_mask", TensorProto.INT64, ["batch", "sequence"])],
        [info("logits", TensorProto.FLOAT, ["batch", model.config.num_labels])], g.weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MS, 1)], ir_version=8), str(path))
