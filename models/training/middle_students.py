"""Teaches the last layers of a finished model what its middle ones know, and an adapted base beside it. None of train_all.sh.

Three epochs on a small train split leave the last layers knowing much of it by heart; the middle ones do less so.

1. Teachers: the model's own head; a logistic regression on the mean of its tokens behind the layers 4, 6 and 8, added up; one
   behind 6, 8 and 10 of a base that adapt.py made. Both regressions learn UMSAB's train split, no encoder is trained.
2. Goals: the sum of the three's logits, each divided by its temperature on validation, of a labelled text half of that and half the label.
3. Students begin with the model; the layers above `--frozen` learn the goals, a seed each, and the mean of their weights is written.

What --translated holds is made by translate.py. The test split is read to leave out the texts that are in it, which nothing learns.
"""
import argparse
import json
import random
import re
import shutil
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from batching import by_tokens, logits_of, padded
from corpora import LABELS, LANGUAGES, SHIPPED, emoji_tweets, posts, rows, starred, umsab
from fit import fit, scores
from fit import logits_of as logits_above
from lower import Lower
from network import ENCODER, Network
from preprocess import preprocess
from runtime import softmax
from students import averaged

OWN, BASES, STRENGTH, SMOOTHING = [4, 6, 8], [6, 8, 10], 1e-3, .1
# How much the logits of the model, of its middle and of the base count.
SHARES = (1., 1., .75)


def opened(folder):
    """A model of a folder of train.py, or with the numbers of a shipped int8 file."""
    named = {"id2label": dict(enumerate(LABELS)), "label2id": {n: i for i, n in enumerate(LABELS)}}
    if not (Path(folder) / "model.onnx").exists():
        return BertForSequenceClassification.from_pretrained(
            folder, num_labels=len(LABELS), ignore_mismatched_sizes=True, hidden_dropout_prob=0., **named, **ENCODER).eval()
    network = Network.of_shipped(folder, 1)
    config = network.bert.config
    config.update({**named, "hidden_dropout_prob": 0.})
    model = BertForSequenceClassification(config)
    model.load_state_dict({**{f"bert.{n}": p for n, p in network.bert.state_dict().items()},
                           **{f"classifier.{n}": p for n, p in network.classifier.state_dict().items()}})
    return model.eval()


def letters(text):
    """What two texts have in common that say the same."""
    return re.sub(r"[^0-9a-záéíóúüñçãõâêôà]+", "", re.sub(r"@\w+|http\S*", "", text.lower()))


def corpus(data, translated, rated):
    """(texts, labels or -1): UMSAB's train split in the shipped languages, then texts whose labels are unknown here."""
    draw = random.Random(11)
    seen = {letters(t) for l in LANGUAGES for s in ("val", "test") for t in umsab(data, l, s)[0]}
    found = [pair for l in SHIPPED for pair in zip(*umsab(data, l, "train"))]
    more = draw.sample(emoji_tweets(data)[0][7500:], 9000)
    if translated:
        of = lambda name: [preprocess(r["text"]) for r in rows(translated / f"{name}.jsonl")]
        more += of("emo-pt")[:5000] + draw.sample(of("es-pt"), 900) + draw.sample(of("pt-es"), 900)
    if rated:
        # `''` stands for a quotation mark in this source.
        fields = [line.split("\t") for line in rated.read_text(encoding="utf-8", errors="replace").splitlines()]
        more += [preprocess(f[2].replace("''", '"')) for f in fields if len(f) == 3]
    more += draw.sample(starred(data, "train")[0], 1200) + draw.sample(posts(data, "peru-election-2020"), 500) + draw.sample(posts(data, "news-es"), 300)
    out = {}
    for text, label in found + [(t, -1) for t in more]:
        if letters(text) not in seen:
            seen.add(letters(text))
            out[text] = label
    return list(out), np.array(list(out.values()))


def means(model, ids, layers):
    """The mean of the tokens behind each of `layers`, [texts, layers * width]."""
    out = np.zeros((len(ids), len(layers) * model.config.hidden_size), np.float32)
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for batch in by_tokens(ids, 1024):
            x, mask = map(torch.from_numpy, padded(ids, batch))
            states = model.bert(input_ids=x, attention_mask=mask, output_hidden_states=True).hidden_states
            real = mask.unsqueeze(-1).float()
            out[batch] = torch.cat([(states[n].float() * real).sum(1) / real.sum(1) for n in layers], 1).numpy()
    return out


def regression(x, y):
    """A function from means to logits, learned from means and labels."""
    mean, spread = x.mean(0), x.std(0) + 1e-6
    head = LogisticRegression(C=STRENGTH, max_iter=200, tol=2e-3).fit((x - mean) / spread, y)
    return lambda new: head.decision_function((new - mean) / spread).astype(np.float32)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--checkpoint", required=True, type=Path, help="a folder of train.py or a shipped model")
    ask.add_argument("--adapted", required=True, type=Path, help="a folder of adapt.py")
    ask.add_argument("--translated", type=Path, help="a folder of translate.py")
    ask.add_argument("--rated", type=Path, help="tweets_GroundTruth.txt of hutto_ICWSM_2014, for its texts")
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    ask.add_argument("--epochs", type=int, default=2)
    ask.add_argument("--frozen", type=int, default=6, help="layers that stay as they are")
    ask.add_argument("--rate", type=float, default=1e-4)
    ask.add_argument("--layer-decay", type=float, default=.95)
    ask.add_argument("--memory", type=float, default=.99, help="of the average of weights, a step")
    ask.add_argument("--batch", type=int, default=32)
    ask.add_argument("--share", type=float, default=.5, help="of the label in the goal of a labelled text")
    ask.add_argument("--max-tokens", type=int, default=64)
    ask.add_argument("--threads", type=int, default=2)
    a = ask.parse_args()
    a.head_rate = a.rate
    torch.set_num_threads(a.threads)
    tokenizer = Tokenizer.from_file(str(a.adapted / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda some: [e.ids for e in tokenizer.encode_batch(some)]
    texts, labels = corpus(a.data, a.translated, a.rated)
    held = {l: umsab(a.data, l, "val") for l in LANGUAGES}
    held_ids, known = {l: encode(t) for l, (t, _) in held.items()}, {l: np.array(y) for l, (_, y) in held.items()}
    ids, model = encode(texts), opened(a.checkpoint)
    train = [pair for l in LANGUAGES for pair in zip(*umsab(a.data, l, "train"))]
    train_ids, train_labels = encode([t for t, _ in train]), [y for _, y in train]

    def by_regression(of, layers):
        said = regression(means(of, train_ids, layers), train_labels)
        return said(means(of, ids, layers)), {l: said(means(of, x, layers)) for l, x in held_ids.items()}

    own = logits_of(model, ids, len(LABELS)), {l: logits_of(model, x, len(LABELS)) for l, x in held_ids.items()}
    teachers = [own, by_regression(model, OWN), by_regression(opened(a.adapted), BASES)]
    heats = [scores(validation, known)["temperature"] for _, validation in teachers]
    together = lambda parts: sum(s * p / t for s, p, t in zip(SHARES, parts, heats))
    of_all = scores({l: together([v[l] for _, v in teachers]) for l in LANGUAGES}, known)
    print("teachers", of_all, flush=True)
    goals = torch.from_numpy(softmax(together([of for of, _ in teachers]), of_all["temperature"]).astype(np.float32))
    hard = F.one_hot(torch.from_numpy(labels.clip(0)), len(LABELS)).float() * (1 - SMOOTHING) + SMOOTHING / len(LABELS)
    goals = torch.where(torch.from_numpy(labels >= 0)[:, None], a.share * hard + (1 - a.share) * goals, goals)
    lower, validation = Lower(model, ids, a.frozen), {l: Lower(model, x, a.frozen) for l, x in held_ids.items()}
    watch = lambda some: scores({l: logits_above(some, v, a.frozen) for l, v in validation.items()}, known)

    def write(name, made):
        made.save_pretrained(a.out / name)
        for file in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(a.adapted / file, a.out / name / file)
        found = watch(made)
        (a.out / name / "validation.json").write_text(json.dumps(found) + "\n")
        print(name, found, flush=True)

    for seed in a.seeds:
        student = opened(a.checkpoint)
        fit(student, lower, [list(range(len(ids)))] * a.epochs, goals, torch.ones(len(ids)), watch, a, seed)
        write(f"seed-{seed}", student)
    write("average", averaged([a.out / f"seed-{seed}" for seed in a.seeds]))


if __name__ == "__main__":
    main()
