"""Runs a model file with onnxruntime the way the product does."""
import numpy as np
import onnxruntime as ort

from batching import by_tokens, padded


def session(path, threads=2):
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def logits(opened, ids, budget=512, output="logits"):
    """Logits of every text, in the order given."""
    parts = [None] * len(ids)
    for batch in by_tokens(ids, budget):
        x, mask = padded(ids, batch)
        for i, row in zip(batch, opened.run([output], {"input_ids": x, "attention_mask": mask})[0]):
            parts[i] = row
    return np.array(parts)


def run_each(opened, ids, names, budget=512):
    """The named outputs of runs of texts of one length each, so that nothing is padding; a dictionary a run."""
    by_length = {}
    for i, text in enumerate(ids):
        by_length.setdefault(len(text), []).append(i)
    for length, group in sorted(by_length.items()):
        size = max(1, budget // length)
        for start in range(0, len(group), size):
            x = np.array([ids[i] for i in group[start:start + size]], np.int64)
            yield dict(zip(names, opened.run(names, {"input_ids": x, "attention_mask": np.ones_like(x)})))


def softmax(values, temperature=1.0):
    z = values / temperature
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)
