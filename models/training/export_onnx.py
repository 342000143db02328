"""Writes a fine-tuned BERT classifier as an ONNX file, in fp32 or int8.

The graph is written node by node, so that it holds what runs fast in onnxruntime: fused
attention, Add + LayerNormalization (not SkipLayerNormalization), FastGelu with its bias.
int8 takes QAttention and MatMulIntegerToFloat with fixed activation ranges. Inputs:
input_ids and attention_mask, int64 [batch, sequence]; outputs: logits [batch, classes] and, of a network with
aspects, logits_with_aspects [batch, classes + aspects * (1 + classes)], so that one run gives both.
"""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from integers import BLOCK, four_bit_rows, int8_columns, int8_rows

MS = "com.microsoft"
WITH_ASPECTS = "logits_with_aspects"


class Graph:
    """Collects nodes and initialisers; `add` returns the name of the first output. Equal constants are held once."""

    def __init__(self):
        self.nodes, self.weights, self.names, self.known = [], [], 0, {}

    def constant(self, value, dtype=None):
        value = np.array(value, dtype=dtype, order="C")
        key = (value.dtype.str, value.shape, value.tobytes())
        if key not in self.known:
            self.known[key] = f"w{len(self.known)}"
            self.weights.append(numpy_helper.from_array(value, self.known[key]))
        return self.known[key]

    def add(self, op, inputs, domain="", **attributes):
        self.names += 1
        name = f"t{self.names}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=f"{op}_{self.names}", domain=domain, **attributes))
        return name


def words(g, table, coarse_from):
    """Embeddings of the pieces: fp32, or int8 and, from piece `coarse_from` on, four bits."""
    if coarse_from is None:
        return g.add("Gather", [g.constant(table), "input_ids"])
    fine, scales = int8_rows(table[:coarse_from])
    coarse, coarse_scales = four_bit_rows(table[coarse_from:])
    border = g.constant(coarse_from, np.int64)
    within = g.add("Min", ["input_ids", g.constant(coarse_from - 1, np.int64)])
    behind = g.add("Max", [g.add("Sub", ["input_ids", border]), g.constant(0, np.int64)])
    often = g.add("Mul", [g.add("Cast", [g.add("Gather", [g.constant(fine), within])], to=TensorProto.FLOAT),
                          g.add("Gather", [g.constant(scales), within])])
    seldom = g.add("GatherBlockQuantized", [g.constant(coarse), behind, g.constant(coarse_scales)], MS,
                   bits=4, block_size=BLOCK, gather_axis=0, quantize_axis=1)
    is_often = g.add("Unsqueeze", [g.add("Less", ["input_ids", border]), g.constant([-1], np.int64)])
    return g.add("Where", [is_often, often, seldom])


def embeddings(g, weights, coarse_from):
    """Word + position embeddings and their norm."""
    if coarse_from is None:
        table = g.constant(weights["places"])
    else:
        q, scales = int8_rows(weights["places"])
        table = g.add("Mul", [g.add("Cast", [g.constant(q)], to=TensorProto.FLOAT), g.constant(scales)])
    length = g.add("Slice", [g.add("Shape", ["input_ids"]), g.constant([1], np.int64), g.constant([2], np.int64)])
    places = g.add("Slice", [table, g.constant([0], np.int64), length, g.constant([0], np.int64)])
    return norm(g, g.add("Add", [words(g, weights["words"], coarse_from), places]), weights["norm"], weights["eps"])


def norm(g, x, parameters, eps):
    return g.add("LayerNormalization", [x, *map(g.constant, parameters)], axis=-1, epsilon=eps)


def as_steps(g, x, fixed):
    """x as uint8 steps of a fixed range, outlying channels divided first; with the names of scale and zero point."""
    scale, zero, factors = fixed
    scale, zero = g.constant(scale, np.float32), g.constant(zero, np.uint8)
    if factors is not None:
        x = g.add("Mul", [x, g.constant(1 / factors)])
    return g.add("QuantizeLinear", [x, scale, zero]), scale, zero


def attention(g, x, part, heads, mask, fixed):
    """Self-attention up to the concatenated heads."""
    weight, bias = part
    if fixed is None:
        return g.add("Attention", [x, g.constant(weight), g.constant(bias), mask], MS, num_heads=heads)
    steps, scale, zero = as_steps(g, x, fixed)
    q, scales = int8_columns(weight)
    zeros = g.constant(np.zeros(q.shape[1], np.int8))
    return g.add("QAttention", [steps, g.constant(q), g.constant(bias), scale, g.constant(scales), mask, zero, zeros], MS, num_heads=heads)


def linear(g, x, part, fixed, bias=True):
    """x W + b; int8 when a fixed range is given."""
    weight, b = part[0], [g.constant(part[1])] if bias else []
    if fixed is None:
        y = g.add("MatMul", [x, g.constant(weight)])
        return g.add("Add", [y, *b]) if bias else y
    steps, scale, zero = as_steps(g, x, fixed)
    q, scales = int8_columns(weight)
    zeros = g.constant(np.zeros(q.shape[1], np.int8))
    return g.add("MatMulIntegerToFloat", [steps, g.constant(q), scale, g.constant(scales), zero, zeros, *b], MS)


def aspects(g, x, weights, mask_name):
    """[batch, aspects * (1 + classes)]: for each aspect the logit that it is mentioned, then those of its polarity."""
    wide, classes = weights["mention"][0].shape, len(weights["polarity"][1])
    hidden_away = g.add("Mul", [g.add("Sub", [g.constant(1, np.float32), g.add("Cast", [mask_name], to=TensorProto.FLOAT)]), g.constant(-1e4, np.float32)])
    looks = g.add("Add", [g.add("MatMul", [x, g.constant(weights["queries"])]), g.add("Unsqueeze", [hidden_away, g.constant([2], np.int64)])])
    shares = g.add("Softmax", [g.add("Transpose", [looks], perm=[0, 2, 1])], axis=-1)
    seen = g.add("MatMul", [shares, x])
    matrix, bias = weights["mention"]
    said = g.add("ReduceSum", [g.add("Mul", [seen, g.constant(matrix)]), g.constant([2], np.int64)], keepdims=1)
    said = g.add("Add", [said, g.constant(bias[:, None])])
    rows = g.add("Reshape", [seen, g.constant([-1, wide[1]], np.int64)])
    wide_matrix = g.add("Cast", [g.constant(weights["dense"][0], np.float16)], to=TensorProto.FLOAT)
    dense = g.add("Tanh", [g.add("Gemm", [rows, wide_matrix, g.constant(weights["dense"][1])], transB=1)])
    polarity = g.add("Gemm", [dense, *map(g.constant, weights["polarity"])], transB=1)
    polarity = g.add("Reshape", [polarity, g.constant([-1, wide[0], classes], np.int64)])
    return g.add("Reshape", [g.add("Concat", [said, polarity], axis=2), g.constant([-1, wide[0] * (1 + classes)], np.int64)])


def export(weights, path, plan=None, coarse_from=None, watched=False):
    """Writes the model to `path`: fp32 without a plan, int8 with one.

    Returns the name of the input of each product by (layer, part); `watched` makes them outputs.
    """
    if plan is not None and coarse_from is None:
        coarse_from = len(weights["words"])
    g, eps, inputs = Graph(), weights["eps"], {}
    mask = g.add("Cast", ["attention_mask"], to=TensorProto.INT32)
    x = embeddings(g, weights, coarse_from if plan is not None else None)
    for n, layer in enumerate(weights["layers"]):
        fixed = lambda part: plan[n, part] if plan is not None else None
        inputs[n, "attention"] = x
        inputs[n, "output"] = seen = attention(g, x, layer["attention"], weights["heads"], mask, fixed("attention"))
        out = linear(g, seen, layer["output"], fixed("output"))
        inputs[n, "intermediate"] = x = norm(g, g.add("Add", [out, x]), layer["norm1"], eps)
        wide = linear(g, x, layer["intermediate"], fixed("intermediate"), bias=False)
        inputs[n, "down"] = wide = g.add("FastGelu", [wide, g.constant(layer["intermediate"][1])], MS)
        x = norm(g, g.add("Add", [linear(g, wide, layer["down"], fixed("down")), x]), layer["norm2"], eps)
    first = g.add("Gather", [x, g.constant(0, np.int64)], axis=1)
    pooled = g.add("Tanh", [g.add("Gemm", [first, *map(g.constant, weights["pooler"])], transB=1)])
    g.nodes.append(helper.make_node("Gemm", [pooled, *map(g.constant, weights["classifier"])], ["logits"], name="logits", transB=1))
    info = lambda name, kind, shape: helper.make_tensor_value_info(name, kind, shape)
    outputs = [info("logits", TensorProto.FLOAT, ["batch", len(weights["classifier"][1])])]
    if "aspects" in weights:
        found = aspects(g, x, weights["aspects"], "attention_mask")
        g.nodes.append(helper.make_node("Concat", ["logits", found], [WITH_ASPECTS], name=WITH_ASPECTS, axis=1))
        outputs.append(info(WITH_ASPECTS, TensorProto.FLOAT, ["batch", "outputs"]))
    if watched:
        outputs += [info(name, TensorProto.FLOAT, None) for name in dict.fromkeys(inputs.values())]
    graph = helper.make_graph(g.nodes, "sentiment", [info(name, TensorProto.INT64, ["batch", "sequence"]) for name in ("input_ids", "attention_mask")],
                              outputs, g.weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MS, 1)], ir_version=8), str(path))
    return inputs
