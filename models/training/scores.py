"""Scores of a network while it is trained, on validation."""
import numpy as np
import torch
from sklearn.metrics import f1_score

from corpora import ASPECTS, SHIPPED


def evaluated(network, validation, review, states):
    """Scores in percent: macro-F1 by language and its mean over es, en, pt; the log-likelihood loss; those of aspects.

    `validation` has (texts, labels) by language, `review` (texts, rows of aspects); `states(network, texts)` gives
    (rows, hidden states, mask) batch by batch.
    """
    out, loss = {}, []
    for language, (texts, labels) in validation.items():
        logits = np.zeros((len(labels), 3), np.float32)
        for rows, hidden, _ in states(network, texts):
            logits[rows] = network_logits(network, hidden)
        out[language] = 100 * f1_score(labels, logits.argmax(1), average="macro")
        if language in SHIPPED:
            loss.append(torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(labels)).item())
    texts, goal = review
    found, goal = np.zeros((len(goal), len(ASPECTS), 4), np.float32), np.array(goal)
    for rows, hidden, mask in states(network, texts):
        with torch.no_grad():
            network.eval()
            found[rows] = network.aspects(hidden.float(), mask).numpy()
            network.train()
    there = goal >= 0
    mentions = f1_score(there.ravel(), (found[..., 0] > 0).ravel())
    polarity = float((found[..., 1:].argmax(-1) == goal)[there].mean())
    return {k: round(v, 2) for k, v in out.items()} | {"mean": round(float(np.mean([out[l] for l in SHIPPED])), 2),
            "loss": round(float(np.mean(loss)), 4), "mentions": round(100 * mentions, 1), "polarity": round(100 * polarity, 1)}


def network_logits(network, hidden):
    """Logits of the sentiment, without dropout."""
    with torch.no_grad():
        network.eval()
        out = network.sentiment(hidden.float()).numpy()
        network.train()
    return out
