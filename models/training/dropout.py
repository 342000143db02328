"""Dropout whose masks are windows of random numbers drawn once: on a CPU, drawing them takes a tenth of a step otherwise."""
import random

import torch
from torch import nn

NUMBERS = 1 << 24


class Dropout(nn.Module):
    """Sets each value to nothing with probability `p` while training and scales the others by 1 / (1 - p)."""

    def __init__(self, p, kept):
        super().__init__()
        self.p, self.kept = p, kept

    def forward(self, x):
        if not self.training or self.p == 0:
            return x
        start = random.randrange(len(self.kept) - x.numel())
        return x * self.kept[start:start + x.numel()].view(x.shape)


def with_windows(model, p):
    """Puts a Dropout of probability `p` wherever the model has one that is not zero; all share the same numbers."""
    kept = ((torch.rand(NUMBERS) >= p).float() / (1 - p)).bfloat16()
    for module in list(model.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Dropout) and child.p > 0:
                setattr(module, name, Dropout(p, kept))
    return model
