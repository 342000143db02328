"""Trains the sentiment of an adapted base on UMSAB: seeds and their average. None of train_all.sh.

With --teachers the seeds are students:

1. Each teacher learns without another quarter of the train split, so that what it says of that quarter is what it says of
   new texts.
2. Goals: of a labelled text half its label, half what the teacher says that has not seen it; of tweets, news and
   sentences of reviews, which have no label here, the mean of the four teachers.
3. Students begin where the teachers began and learn the goals, a seed each.

Without, they learn the labels alone.

The lower layers stay as the base has them; what they give is computed once. Scores on validation are printed and written,
nothing is chosen by them. The test split is not read. A folder that is there already is taken as it is, so that a run that was
ended goes on.
"""
import argparse
import json
import random
import shutil
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from corpora import LABELS, LANGUAGES, QUARTERS, emoji_tweets, labelled, posts, starred, umsab
from fit import fit, logits_of, scores
from lower import Lower
from network import ENCODER
from runtime import softmax

SMOOTHING = .05


def unlabelled(data, tweets, news, sentences):
    """Distinct tweets, news and sentences of reviews, drawn at random."""
    draw = random.Random(5)
    pool = posts(data, "news-es") + posts(data, "peru-election-2020")
    return draw.sample(sorted(set(emoji_tweets(data)[0])), tweets) + draw.sample(pool, news) + draw.sample(starred(data, "train")[0], sentences)


def opened(folder):
    """A model of a folder. A head that the folder lacks is made anew, the same for all: what begins alike can be averaged."""
    torch.manual_seed(0)
    return BertForSequenceClassification.from_pretrained(
        folder, num_labels=len(LABELS), ignore_mismatched_sizes=True, hidden_dropout_prob=.1,
        id2label=dict(enumerate(LABELS)), label2id={n: i for i, n in enumerate(LABELS)}, **ENCODER)


def averaged(folders):
    """The first model with the mean of all models' weights (a soup, Wortsman et al. 2022, arXiv 2203.05482)."""
    states = [opened(f).state_dict() for f in folders]
    model = opened(folders[0])
    model.load_state_dict({k: torch.stack([s[k].float() for s in states]).mean(0).to(v.dtype) for k, v in states[0].items()})
    return model.eval()


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--base", required=True, type=Path, help="a folder of adapt.py")
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3], help="of the random numbers")
    ask.add_argument("--epochs", type=int, default=3, help="of the teachers, and of seeds that learn the labels alone")
    ask.add_argument("--teachers", action="store_true", help="learn from teachers, not from the labels alone")
    ask.add_argument("--student-epochs", type=int, default=2)
    ask.add_argument("--frozen", type=int, default=4, help="layers that stay as they are")
    ask.add_argument("--rate", type=float, default=1e-4)
    ask.add_argument("--head-rate", type=float, default=5e-4)
    ask.add_argument("--layer-decay", type=float, default=.95)
    ask.add_argument("--memory", type=float, default=.99, help="of the average of weights, a step")
    ask.add_argument("--batch", type=int, default=32)
    ask.add_argument("--share", type=float, default=.5, help="of the label in the goal of a labelled text")
    ask.add_argument("--tweets", type=int, default=7000)
    ask.add_argument("--news", type=int, default=1500)
    ask.add_argument("--sentences", type=int, default=1500)
    ask.add_argument("--max-tokens", type=int, default=64, help="longer texts are cut in training")
    ask.add_argument("--threads", type=int, default=2)
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    tokenizer = Tokenizer.from_file(str(a.base / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    texts, labels, languages = labelled(a.data)
    plain = unlabelled(a.data, a.tweets, a.news, a.sentences) if a.teachers else []
    base = opened(a.base)
    lower = lambda some: Lower(base, [e.ids for e in tokenizer.encode_batch(some)], a.frozen)
    held = {l: umsab(a.data, l, "val") for l in LANGUAGES}
    validation, known = {l: lower(t) for l, (t, _) in held.items()}, {l: np.array(y) for l, (_, y) in held.items()}
    corpus, own = lower(texts + plain), F.one_hot(torch.tensor(labels), len(LABELS)).float()
    # Spanish counts half as much again.
    weights = torch.tensor([1.5 if l == "es" else 1. for l in languages] + [1.] * len(plain))
    watch = lambda model: scores({l: logits_of(model, v, a.frozen) for l, v in validation.items()}, known)

    def made(name, train):
        """The model of a folder, which `train(model)` makes where it is not there yet."""
        folder = a.out / name
        if (folder / "validation.json").exists():
            return opened(folder).eval()
        model = train()
        found = watch(model)
        print(name, found, flush=True)
        model.save_pretrained(folder)
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(a.base / file, folder / file)
        (folder / "validation.json").write_text(json.dumps(found) + "\n")
        return model

    def learned(passes, goals, seed):
        model = opened(a.base)
        fit(model, corpus, passes, goals, weights, watch, a, seed)
        return model

    hard = own * (1 - SMOOTHING) + SMOOTHING / len(LABELS)
    passes, goals = [list(range(len(texts)))] * a.epochs, hard
    if a.teachers:
        soft, more = np.zeros((len(texts), len(LABELS)), np.float32), np.zeros((len(plain), len(LABELS)), np.float32)
        for quarter in range(QUARTERS):
            new, name = list(range(quarter, len(texts), QUARTERS)), f"teacher-{quarter}"
            seen = [n for n in range(len(texts)) if n % QUARTERS != quarter]
            model = made(name, lambda: learned([seen] * a.epochs, hard, quarter))
            t = json.loads((a.out / name / "validation.json").read_text())["temperature"]
            soft[new] = softmax(logits_of(model, corpus, a.frozen, new), t)
            more += softmax(logits_of(model, corpus, a.frozen, list(range(len(texts), len(texts) + len(plain)))), t) / QUARTERS
            print(name, f"right of {100 * (soft[new].argmax(1) == np.array(labels)[new]).mean():.1f} % of what it has not seen", flush=True)
        made("teachers-average", lambda: averaged([a.out / f"teacher-{q}" for q in range(QUARTERS)]))
        goals = torch.cat([a.share * own + (1 - a.share) * torch.from_numpy(soft), torch.from_numpy(more)])
        # Texts without labels are shared out over the epochs: each is seen once.
        passes = [list(range(len(texts))) + list(range(len(texts) + e, len(goals), a.student_epochs)) for e in range(a.student_epochs)]
    for seed in a.seeds:
        made(f"seed-{seed}", lambda: learned(passes, goals, seed))
    made("average", lambda: averaged([a.out / f"seed-{seed}" for seed in a.seeds]))


if __name__ == "__main__":
    main()
