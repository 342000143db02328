"""Optimiser and learning rate of every training step."""
import torch

DECAY = .01


def optimiser(encoder, rate, heads, layer_decay=1.):
    """AdamW: an encoder whose lower layers move less (`layer_decay` a layer) and heads with rates of their own.

    `encoder` and each of `heads` list named parameters; `heads` is a list of (parameters, rate). Biases and norms are not decayed.
    """
    layers = 1 + max(int(name.split("layer.")[1].split(".")[0]) for name in encoder if "encoder.layer." in name)
    groups = {}

    def put(p, name, lr):
        groups.setdefault((lr, name.endswith("bias") or "LayerNorm" in name or p.ndim < 2), []).append(p)

    for name, p in encoder.items():
        depth = int(name.split("layer.")[1].split(".")[0]) + 1 if "encoder.layer." in name else 0
        put(p, name, rate * layer_decay ** (layers - depth))
    for parameters, lr in heads:
        for name, p in parameters.items():
            put(p, name, lr)
    return torch.optim.AdamW([{"params": ps, "lr": lr, "weight_decay": 0. if plain else DECAY} for (lr, plain), ps in groups.items()],
                             fused=True, betas=(.9, .98))


def warm_up_and_decay(opt, steps, warm=.08):
    """Linear warm-up over a share of the steps, then linear decay to nothing."""
    return torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min(1, (s + 1) / (warm * steps)) * max(0., 1 - max(0, s - warm * steps) / ((1 - warm) * steps)))
