"""Fixed activation ranges that keep the labels: outlying channels are divided before they are made int8.

In some places one or two channels hold values twenty times the others', so that a range for
all of them leaves few steps for the rest. Such channels are divided by a factor and the rows
of the matrix multiplied by it (SmoothQuant, Xiao et al. 2022, arXiv 2211.10438). Factors and
ranges are those with the least error of the product on training texts; what the product is
off on average goes into its bias.
"""
import numpy as np

from export_onnx import export
from integers import int8_columns
from runtime import run_each, session

PARTS = ("attention", "output", "intermediate", "down")
ALPHAS = (0, .5, .75, 1)
SHARES = (1, .85, .7, .55, .4, .3, .2)


def activations(weights, path, ids, rows=8):
    """{(layer, part): sample of the inputs of that product} over texts; every `rows`-th token is kept."""
    names = export(weights, path, watched=True)
    opened, kept, generator = session(path), {key: [] for key in names}, np.random.default_rng(0)
    for out in run_each(opened, ids, list(dict.fromkeys(names.values()))):
        for key, name in names.items():
            x = out[name].reshape(-1, out[name].shape[-1])
            kept[key].append(x[generator.permutation(len(x))[:max(1, len(x) // rows)]])
    return {key: np.concatenate(parts)[:1200] for key, parts in kept.items()}


def best(x, weight):
    """(scale, zero point, factors, shift of the bias) with the least error of x @ weight, means apart."""
    right = x @ weight
    peaks = np.maximum(np.abs(x).max(0), 1e-3)
    found = None
    for alpha in ALPHAS:
        factors = (np.maximum(peaks / np.median(peaks), 1) ** alpha).astype(np.float32)
        q, scales = int8_columns(weight * factors[:, None])
        parts, q = x / factors, q.astype(np.float32)
        low, high = min(parts.min(), 0), max(parts.max(), 0)
        for share in SHARES:
            limit = share * max(-low, high)
            bottom, top = max(low, -limit), min(high, limit)
            scale = np.float32(max((top - bottom) / 255, 1e-8))
            zero = int(np.clip(round(-bottom / scale), 0, 255))
            steps = np.clip(np.round(parts / scale) + zero, 0, 255).astype(np.float32) - zero
            off = right - (steps @ q) * (scale * scales)
            error = float(((off - off.mean(0)) ** 2).mean())
            if found is None or error < found[0]:
                found = (error, (scale, zero, factors, off.mean(0).astype(np.float32)))
    return found[1]


def smoothed(weights, samples):
    """(weights, {(layer, part): (scale, zero point, factors or None)}): the same function, easier to hold in int8."""
    layers, plan = [], {}
    for n, layer in enumerate(weights["layers"]):
        layer = dict(layer)
        for part in PARTS:
            matrix, bias = layer[part]
            scale, zero, factors, shift = best(samples[n, part], matrix)
            layer[part] = (matrix * factors[:, None], bias + shift)
            plan[n, part] = (scale, zero, None if (factors == 1).all() else factors)
        # What attention gives is a mean of values: its channels are divided where the values are made, for nothing.
        factors = plan[n, "output"][2]
        if factors is not None:
            matrix, bias = layer["attention"]
            divide = np.concatenate([np.ones(2 * len(factors), np.float32), factors])
            layer["attention"] = (matrix / divide, bias / divide)
            plan[n, "output"] = (*plan[n, "output"][:2], None)
        layers.append(layer)
    return {**weights, "layers": layers}, plan
