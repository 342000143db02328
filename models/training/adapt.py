"""Adapts the base to feelings in short texts: which of 64 emoji a Spanish tweet carried, how many stars an English sentence got.

None of train_all.sh: students.py begins with what this gives. Both are read from BERT's pooler, each by a head that only
this step needs. UMSAB is not read. Every `--keep` steps the folder is written anew.
"""
import argparse
import json
import math
import random
import shutil
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from torch import nn
from transformers import BertForSequenceClassification

from batching import logits_of, padded, shuffled
from corpora import emoji_tweets, starred
from network import ENCODER
from schedule import optimiser, warm_up_and_decay

HELD_OUT = 1500
EVERY = 25


def save(model, out, base, score):
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(Path(base) / name, out / name)
    (out / "validation.json").write_text(json.dumps(score) + "\n")


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--base", required=True)
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--epochs", type=int, default=2)
    ask.add_argument("--passes", type=int, help="end after this many epochs, the rate still high: what follows has a decay of its own")
    ask.add_argument("--rate", type=float, default=8e-5)
    ask.add_argument("--head-rate", type=float, default=5e-4)
    ask.add_argument("--dropout", type=float, default=0.)
    ask.add_argument("--batch", type=int, default=64)
    ask.add_argument("--keep", type=int, default=400)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--max-tokens", type=int, default=48)
    ask.add_argument("--threads", type=int, default=2)
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed), np.random.seed(a.seed), torch.manual_seed(a.seed)
    tokenizer = Tokenizer.from_file(str(Path(a.base) / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    tweets, emoji, names = emoji_tweets(a.data)
    sentences, stars = starred(a.data, "train")
    held = encode(tweets[:HELD_OUT]), emoji[:HELD_OUT]
    ids = encode(tweets[HELD_OUT:] + sentences)
    # Each text has one of the two labels; -100 is what cross_entropy passes over.
    goals = torch.tensor([[e, -100] for e in emoji[HELD_OUT:]] + [[-100, s] for s in stars])
    model = BertForSequenceClassification.from_pretrained(a.base, num_labels=len(names), ignore_mismatched_sizes=True,
                                                          hidden_dropout_prob=a.dropout, **ENCODER)
    more = nn.Linear(model.config.hidden_size, 5)
    part = lambda own: {n: p for n, p in model.named_parameters() if n.startswith(("classifier", "bert.pooler")) == own}
    opt = optimiser(part(False), a.rate, [(part(True), a.head_rate), (dict(more.named_parameters(prefix="stars")), a.head_rate)])
    schedule = warm_up_and_decay(opt, a.epochs * math.ceil(len(ids) / a.batch))
    step, began, sums = 0, time.time(), np.zeros(2)
    model.train()
    for epoch in range(1, (a.passes or a.epochs) + 1):
        for batch in shuffled(ids, a.batch):
            x, mask = map(torch.from_numpy, padded(ids, batch))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                pooled = model.bert(input_ids=x, attention_mask=mask).pooler_output
                found = model.classifier(pooled).float(), more(pooled).float()
            parts = [F.cross_entropy(f, goals[batch, n], label_smoothing=.05, reduction="sum") / len(batch) for n, f in enumerate(found)]
            sum(parts).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
            opt.step(), schedule.step(), opt.zero_grad()
            step += 1
            sums += [p.item() / EVERY for p in parts]
            if step % EVERY == 0:
                print(f"step {step}, emoji {sums[0]:.3f}, stars {sums[1]:.3f}, {time.time() - began:.0f} s", flush=True)
                sums[:] = 0
            if step % a.keep == 0:
                save(model, a.out, a.base, {"step": step, "seed": a.seed})
        score = 100 * f1_score(held[1], logits_of(model, held[0], len(names)).argmax(1), average="macro")
        print(f"epoch {epoch}, macro-F1 of emoji on held-out tweets {score:.1f}, {time.time() - began:.0f} s", flush=True)
        save(model, a.out, a.base, {"emoji": score, "epoch": epoch, "seed": a.seed})


if __name__ == "__main__":
    main()
