"""Batches of token ids of similar length, padded with <pad> (id 1)."""
import random

import numpy as np
import torch

PAD = 1


def shuffled(ids, size, generator=random):
    """Random batches of indices, texts of similar length together."""
    order = list(range(len(ids)))
    generator.shuffle(order)
    out = []
    for start in range(0, len(order), size * 40):
        chunk = sorted(order[start:start + size * 40], key=lambda i: len(ids[i]))
        out += [chunk[i:i + size] for i in range(0, len(chunk), size)]
    generator.shuffle(out)
    return out


def by_tokens(ids, budget=512):
    """Batches in order of length, each of at most `budget` tokens with padding."""
    out, current = [], []
    for i in sorted(range(len(ids)), key=lambda i: len(ids[i])):
        if current and (len(current) + 1) * len(ids[i]) > budget:
            out.append(current)
            current = []
        current.append(i)
    return out + [current] if current else out


def padded(ids, batch):
    """(input_ids, attention_mask) of a batch as int64 arrays."""
    width = max(len(ids[i]) for i in batch)
    x = np.full((len(batch), width), PAD, np.int64)
    for row, i in enumerate(batch):
        x[row, :len(ids[i])] = ids[i]
    return x, (x != PAD).astype(np.int64)


def logits_of(model, ids, classes, budget=2048):
    """Logits of a torch model for every text, in the order given."""
    was_training = model.training
    model.eval()
    out = np.zeros((len(ids), classes), np.float32)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for batch in by_tokens(ids, budget):
            x, mask = map(torch.from_numpy, padded(ids, batch))
            out[batch] = model(input_ids=x, attention_mask=mask).logits.float().numpy()
    model.train(was_training)
    return out
