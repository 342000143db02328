"""The int8 arithmetic of the shipped file, in numpy and torch.

Weights: int8, symmetric, one scale a column. Activations: uint8 with a fixed range for
each place, found on training texts. Fixed ranges keep a text's score independent of the
texts that share its batch; ranges taken at run time would not.
"""
import numpy as np
import torch

from batching import by_tokens, padded

SITES = ["attention_in", "output_in", "intermediate_in", "down_in"]


def linears(layer):
    """The linear modules of a BERT layer by the site whose range their input has."""
    a = layer.attention
    return {"attention_in": [a.self.query, a.self.key, a.self.value], "output_in": [a.output.dense],
            "intermediate_in": [layer.intermediate.dense], "down_in": [layer.output.dense]}


def weight_scales(weight):
    """Scale of each output column of a [out, in] torch weight."""
    return weight.detach().abs().amax(1).clamp_min(1e-8) / 127


def int8_weight(weight):
    """([in, out] int8, [out] scales) of a torch [out, in] weight."""
    scale = weight_scales(weight)
    q = torch.round(weight.detach() / scale[:, None]).clamp(-127, 127)
    return q.t().contiguous().numpy().astype(np.int8), scale.numpy().astype(np.float32)


def int8_rows(table):
    """(int8 table, [rows, 1] scales) of an embedding table."""
    scale = table.detach().abs().amax(1, keepdim=True).clamp_min(1e-8) / 127
    return torch.round(table.detach() / scale).clamp(-127, 127).numpy().astype(np.int8), scale.numpy().astype(np.float32)


def best_range(values, low, high):
    """(scale, zero point) of the uint8 range with the least squared error on a sample; both ends are cut at one limit."""
    best = None
    for share in (1., .9, .8, .7, .6, .5, .4, .3, .25, .2, .15, .1):
        limit = share * max(-low, high)
        bottom, top = max(low, -limit), min(high, limit)
        scale = max((top - bottom) / 255, 1e-8)
        zero = int(np.clip(round(-bottom / scale), 0, 255))
        q = np.clip(np.round(values / scale) + zero, 0, 255)
        error = float((((q - zero) * scale - values) ** 2).mean())
        if best is None or error < best[0]:
            best = (error, np.float32(scale), zero)
    return best[1:]


def calibrate(model, ids, sample=600):
    """{(layer, site): (scale, zero point)} from activations of a torch model on given texts."""
    seen, hooks = {}, []
    generator = np.random.default_rng(0)

    def watch(key):
        def hook(_module, inputs):
            x = inputs[0].detach().float().numpy().reshape(-1)
            low, high, parts = seen.setdefault(key, (0., 0., []))
            parts.append(x[generator.integers(0, x.size, 2000)])
            seen[key] = (min(low, float(x.min())), max(high, float(x.max())), parts)
        return hook

    for n, layer in enumerate(model.bert.encoder.layer):
        for site, modules in linears(layer).items():
            hooks.append(modules[0].register_forward_pre_hook(watch((n, site))))
    model.eval()
    chosen = [ids[i] for i in generator.permutation(len(ids))[:sample]]
    with torch.no_grad():
        for batch in by_tokens(chosen, 512):
            x, mask = map(torch.from_numpy, padded(chosen, batch))
            model(input_ids=x, attention_mask=mask)
    for hook in hooks:
        hook.remove()
    return {key: best_range(np.concatenate(parts), low, high) for key, (low, high, parts) in seen.items()}


class _Round(torch.autograd.Function):
    """Rounds; the gradient passes as if it had not."""
    @staticmethod
    def forward(_ctx, x):
        return x.round()

    @staticmethod
    def backward(_ctx, grad):
        return grad


def simulate(model, ranges):
    """Makes the model's linear layers compute with int8 weights and uint8 inputs (for training on)."""
    def patch(module, scale, zero):
        scale = float(scale)

        def forward(x):
            with torch.autocast("cpu", enabled=False):
                x = x.float() / scale
                x = (_Round.apply(x.clamp(-zero, 255 - zero))) * scale
                s = weight_scales(module.weight)[:, None]
                w = _Round.apply(module.weight / s) * s
            return torch.nn.functional.linear(x, w, module.bias)
        module.forward = forward

    for n, layer in enumerate(model.bert.encoder.layer):
        for site, modules in linears(layer).items():
            for module in modules:
                patch(module, *ranges[n, site])
    return model
