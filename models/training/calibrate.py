"""Temperature and thresholds, all chosen on validation logits."""
import numpy as np

from runtime import softmax


def temperature(logits, labels):
    """The temperature with the least negative log-likelihood."""
    grid = np.exp(np.linspace(np.log(.4), np.log(4), 240))
    rows = np.arange(len(labels))
    return float(min(grid, key=lambda t: -np.log(softmax(logits, t)[rows, labels] + 1e-12).mean()))


def calibration_error(probabilities, labels, bins=10):
    """Expected calibration error of the most probable label, bins of equal count."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    parts = np.array_split(np.argsort(confidence), bins)
    return float(sum(len(p) * abs(confidence[p].mean() - right[p].mean()) for p in parts) / len(labels))


def unsure_below(probabilities, labels):
    """The threshold that gains most when a sure right label counts 1, a sure wrong one -1, an unsure one 0."""
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    gain = lambda t: np.where(right, 1, -1)[confidence >= t].sum()
    return round(float(max(np.arange(.34, .9, .01), key=gain)), 2)


def mentioned_from(mentions, there):
    """(probability from which an aspect counts as mentioned, its F1): the one with the best F1 over all aspects."""
    p = 1 / (1 + np.exp(-mentions))
    score = lambda t: 2 * ((p >= t) & there).sum() / ((p >= t).sum() + there.sum())
    best = max(np.arange(.3, .75, .05), key=score)
    return round(float(best), 2), float(score(best))
