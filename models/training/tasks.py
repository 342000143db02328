"""What is learned from each text in the last step: sentiment, aspects or both; and the losses."""
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F

from corpora import ASPECTS, LABELS, SHIPPED, rows, umsab
from made_reviews import made_reviews, names_an_aspect
from preprocess import preprocess

UNKNOWN = -1
# A row of aspects for a text that nobody has labelled with any.
NO_ASPECTS = [UNKNOWN - 1] * len(ASPECTS)


@dataclass
class Corpus:
    """Texts and, for each, its sentiment (or UNKNOWN) and its row of aspects (or NO_ASPECTS)."""
    texts: list = field(default_factory=list)
    sentiment: list = field(default_factory=list)
    aspects: list = field(default_factory=list)

    def add(self, texts, sentiment=None, aspects=None):
        self.texts += texts
        self.sentiment += sentiment or [UNKNOWN] * len(texts)
        self.aspects += aspects or [NO_ASPECTS] * len(texts)


def reviews(data, split):
    """Texts and rows of aspects of MAMS: for each aspect the number of its polarity, UNKNOWN when it is not mentioned."""
    found = rows(Path(data) / f"sentiment/mams-restaurants-en/{split}.jsonl")
    named = [{a["category"]: LABELS.index(a["polarity"]) for a in r["aspects"]} for r in found]
    return [preprocess(r["text"]) for r in found], [[a.get(name, UNKNOWN) for name in ASPECTS] for a in named]


def of_one_mood(row):
    """The sentiment of a review whose aspects are all of one polarity, else UNKNOWN."""
    found = {p for p in row if p != UNKNOWN}
    return found.pop() if len(found) == 1 else UNKNOWN


def corpus(data, seed, made):
    """UMSAB in the shipped languages, MAMS, made-up Spanish reviews and a quarter as many Portuguese ones."""
    out = Corpus()
    for language in SHIPPED:
        texts, labels = umsab(data, language, "train")
        # A tweet mentions nothing, unless a word leaves that open.
        out.add(texts, labels, [NO_ASPECTS if names_an_aspect(t) else [UNKNOWN] * len(ASPECTS) for t in texts])
    texts, aspects = reviews(data, "train")
    out.add(texts, None, aspects)
    for language, number in (("es", made), ("pt", made // 4)):
        texts, aspects = made_reviews(number, seed, language)
        out.add(texts, [of_one_mood(r) for r in aspects], aspects)
    return out


def losses(network, hidden, mask, sentiment, aspects):
    """(loss of the sentiment, loss of the aspects) of a batch, each weighted by the share of texts that have labels for it."""
    said, labelled = sentiment >= 0, aspects[:, 0] > UNKNOWN - 1
    of_text = of_aspects = hidden.sum() * 0.
    if said.any():
        of_text = F.cross_entropy(network.sentiment(hidden[said]), sentiment[said], label_smoothing=.05) * said.float().mean()
    if labelled.any():
        found, goal = network.aspects(hidden[labelled], mask[labelled]), aspects[labelled]
        mentioned = goal >= 0
        of_aspects = F.binary_cross_entropy_with_logits(found[..., 0], mentioned.float()) * 3
        if mentioned.any():
            of_aspects = of_aspects + F.cross_entropy(found[..., 1:][mentioned], goal[mentioned], label_smoothing=.05)
        of_aspects = of_aspects * labelled.float().mean()
    return of_text, of_aspects
