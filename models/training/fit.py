"""One run of training for sentiment: the upper layers and the head of a BERT on what the lower layers give."""
import math
import random
import time

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score

from batching import by_tokens, shuffled
from calibrate import temperature
from corpora import LABELS, SHIPPED
from dropout import with_windows
from lower import first_token, through
from runtime import softmax
from schedule import optimiser, warm_up_and_decay

EVERY = 25
DROPOUT = .1


def forward(model, lower, rows, frozen):
    """Logits of some texts."""
    hidden, mask = lower.batch(rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        *layers, last = model.bert.encoder.layer[frozen:]
        return model.classifier(model.dropout(model.bert.pooler(first_token(last, through(layers, hidden, mask), mask)))).float()


def logits_of(model, lower, frozen, rows=None):
    """Logits of texts (all, or the given rows), in evaluation mode."""
    rows = list(range(len(lower.states))) if rows is None else rows
    out, was_training = np.zeros((len(rows), len(LABELS)), np.float32), model.training
    model.eval()
    with torch.no_grad():
        for batch in by_tokens([lower.lengths[r] for r in rows], 2048):
            out[batch] = forward(model, lower, [rows[n] for n in batch], frozen).numpy()
    model.train(was_training)
    return out


def scores(logits, labels):
    """Macro-F1 by language and its mean over es, en, pt; the temperature and the log-likelihood loss of those three."""
    out = {l: round(100 * f1_score(labels[l], found.argmax(1), average="macro"), 2) for l, found in logits.items()}
    joined, known = (np.concatenate([by[l] for l in SHIPPED]) for by in (logits, labels))
    t = temperature(joined, known)
    loss = -np.log(softmax(joined, t)[np.arange(len(known)), known]).mean()
    return {**out, "mean": round(float(np.mean([out[l] for l in SHIPPED])), 2), "temperature": round(t, 3), "loss": round(float(loss), 4)}


class Average:
    """The moving average of a model's trained weights; the start is soon forgotten."""

    def __init__(self, model, memory):
        self.memory, self.steps = memory, 0
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.held = [p.detach().clone() for p in self.trained]

    def add(self):
        self.steps += 1
        torch._foreach_lerp_(self.held, [p.detach() for p in self.trained], max(1 - self.memory, 1 / (1 + self.steps / 4)))

    def put(self):
        with torch.no_grad():
            for p, held in zip(self.trained, self.held):
                p.copy_(held)


def fit(model, lower, passes, goals, weights, watch, a, seed):
    """Trains `model`; it ends as the moving average of its weights.

    `passes` are the rows of each epoch, `goals` a probability a label, `weights` how much a text counts; `watch(model)`
    is printed after each epoch. Nothing is chosen by it.
    """
    random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
    with_windows(model, DROPOUT)
    layers = {n: p for n, p in model.named_parameters() if n.startswith("bert.encoder.layer.") and int(n.split(".")[3]) >= a.frozen}
    pooler, head = ({n: p for n, p in model.named_parameters() if n.startswith(own)} for own in ("bert.pooler", "classifier"))
    for name, p in model.named_parameters():
        p.requires_grad_(name in layers or name in pooler or name in head)
    opt = optimiser(layers, a.rate, [(pooler, a.rate), (head, a.head_rate)], a.layer_decay)
    schedule = warm_up_and_decay(opt, sum(math.ceil(len(p) / a.batch) for p in passes))
    average, step, began, total = Average(model, a.memory), 0, time.time(), 0.
    model.train()
    for epoch, rows in enumerate(passes, 1):
        for batch in shuffled([lower.states[n] for n in rows], a.batch):
            chosen = [rows[n] for n in batch]
            loss = F.cross_entropy(forward(model, lower, chosen, a.frozen), goals[chosen], reduction="none")
            loss = (loss * weights[chosen]).sum() / weights[chosen].sum()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(average.trained, 1.)
            opt.step(), schedule.step(), opt.zero_grad()
            average.add()
            step, total = step + 1, total + loss.item() / EVERY
            if step % EVERY == 0:
                print(f"seed {seed}, step {step}, loss {total:.3f}, {time.time() - began:.0f} s", flush=True)
                total = 0.
        print(f"seed {seed}, epoch {epoch}", watch(model), f"{time.time() - began:.0f} s", flush=True)
    average.put()
    model.eval()
