"""Weights of the network as numpy arrays, of a checkpoint or of a shipped int8 file.

{"words", "places": [rows, hidden]; "norm": (scale, shift); "layers": [{"attention", "output",
"intermediate", "down": ([in, out], bias); "norm1", "norm2"}]; "pooler", "classifier": ([out,
in], bias); "aspects": {"queries": [hidden, aspects], "mention": ([aspects, hidden], bias),
"dense", "polarity": ([out, in], bias)}; "heads", "eps"}. A shipped file gives no "aspects": training makes them anew. "attention" holds query, key and value side by side; types are
added to places.
"""
import numpy as np
import onnx
from onnx import numpy_helper


def of_network(network):
    """Weights of a trained Network."""
    array = lambda p: p.detach().float().numpy()
    norm = lambda m: (array(m.weight), array(m.bias))
    linear = lambda *ms: (np.concatenate([array(m.weight).T for m in ms], 1), np.concatenate([array(m.bias) for m in ms]))
    bert = network.bert
    e, layers = bert.embeddings, []
    for layer in bert.encoder.layer:
        a = layer.attention
        layers.append({"attention": linear(a.self.query, a.self.key, a.self.value), "output": linear(a.output.dense),
                       "intermediate": linear(layer.intermediate.dense), "down": linear(layer.output.dense),
                       "norm1": norm(a.output.LayerNorm), "norm2": norm(layer.output.LayerNorm)})
    aspects = {"queries": array(network.queries.weight).T / network.width ** .5, "mention": (array(network.mention), array(network.mention_bias)),
               "dense": norm(network.polarity_dense), "polarity": norm(network.polarity)}
    return {"words": array(e.word_embeddings.weight), "places": array(e.position_embeddings.weight + e.token_type_embeddings.weight[0]),
            "norm": norm(e.LayerNorm), "layers": layers, "pooler": norm(bert.pooler.dense), "classifier": norm(network.classifier),
            "aspects": aspects, "heads": bert.config.num_attention_heads, "eps": e.LayerNorm.eps}


def _words(held, gathers):
    """Embeddings of the pieces: int8 rows and, from version 1.1.0 on, rows of four bits behind them."""
    table, scales = (held[n.input[0]] for n in gathers("Gather")[:2])
    rows = [table.astype(np.float32) * scales]
    for node in gathers("GatherBlockQuantized"):
        packed, scales = held[node.input[0]], held[node.input[2]]
        steps = np.stack([packed & 15, packed >> 4], 2).reshape(len(packed), scales.shape[1], -1).astype(np.float32) - 8
        rows.append((steps * scales[..., None]).reshape(len(packed), -1))
    return np.concatenate(rows)


def of_int8(path):
    """Weights of a shipped int8 file, as the numbers that its integers stand for."""
    graph = onnx.load(str(path)).graph
    held = {w.name: numpy_helper.to_array(w) for w in graph.initializer}
    made = {n.output[0]: n for n in graph.node}
    of = lambda kind: [n for n in graph.node if n.op_type == kind]
    gathers = lambda kind: [n for n in of(kind) if n.input[0] in held]
    at = lambda node, *places: tuple(held[node.input[p]] for p in places)
    times = lambda q, scale: q.astype(np.float32) * scale

    def matrix(node, scales):
        """The matrix of a product. It undoes what its input was divided by."""
        weight = times(*at(node, 1, scales))
        before = made.get(made[node.input[0]].input[0])
        return weight * held[before.input[1]][:, None] if before is not None and before.op_type == "Mul" else weight

    places = next(times(held[n.input[0]], held[m.input[1]]) for n in of("Cast") for m in of("Mul") if n.output[0] == m.input[0] and n.input[0] in held)
    norms, products, gelus = of("LayerNormalization"), of("MatMulIntegerToFloat"), of("FastGelu")
    layers = []
    for n, seen in enumerate(of("QAttention")):
        output, wide, down = products[3 * n:3 * n + 3]
        layers.append({"attention": (matrix(seen, 4), held[seen.input[2]]), "output": (matrix(output, 3), held[output.input[6]]),
                       "intermediate": (matrix(wide, 3), held[gelus[n].input[1]]), "down": (matrix(down, 3), held[down.input[6]]),
                       "norm1": at(norms[1 + 2 * n], 1, 2), "norm2": at(norms[2 + 2 * n], 1, 2)})
    pooler, classifier = (at(n, 1, 2) for n in of("Gemm"))
    heads, eps = (onnx.helper.get_attribute_value(n.attribute[k]) for n, k in ((of("QAttention")[0], 0), (norms[0], 1)))
    return {"words": _words(held, gathers), "places": places, "norm": at(norms[0], 1, 2), "layers": layers,
            "pooler": pooler, "classifier": classifier, "heads": heads, "eps": eps}
