"""Trains the heads for aspects alone, on the averaged network as it is; its sentiment does not change.

What the encoder gives for each text is computed once. The epoch with the best F1 of mentions with their polarity on
MAMS's validation split is kept.
"""
import argparse
import copy
import json
import math
import random
import shutil
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from batching import shuffled
from corpora import ASPECTS
from lower import Lower
from network import Network
from schedule import warm_up_and_decay
from tasks import UNKNOWN, corpus, losses, reviews


def joint_f1(network, held, goal):
    """(F1 of mentions, F1 of mentions with the right polarity), in percent."""
    found, goal = np.zeros((len(goal), len(ASPECTS), 4), np.float32), np.array(goal)
    network.eval()
    with torch.no_grad():
        for start in range(0, len(goal), 64):
            rows = list(range(start, min(start + 64, len(goal))))
            hidden, mask = held.batch(rows)
            found[rows] = network.aspects(hidden, mask).numpy()
    network.train()
    there, said = goal >= 0, found[..., 0] > 0
    f1 = lambda right: 100 * 2 * right.sum() / (there.sum() + said.sum())
    return float(f1(there & said)), float(f1(there & said & (found[..., 1:].argmax(-1) == goal)))


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--start", required=True)
    ask.add_argument("--out", required=True)
    ask.add_argument("--epochs", type=int, default=10)
    ask.add_argument("--made", type=int, default=2400)
    ask.add_argument("--rate", type=float, default=1e-3)
    ask.add_argument("--batch", type=int, default=64)
    ask.add_argument("--max-tokens", type=int, default=48)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--threads", type=int, default=2)
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed), np.random.seed(a.seed), torch.manual_seed(a.seed)
    start, out = Path(a.start), Path(a.out)
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    network = Network.load(start)
    layers = len(network.bert.encoder.layer)
    found = corpus(a.data, a.seed, a.made)
    # Tweets that mention nothing: as many as there are reviews, so that those do not drown.
    labelled = [i for i, row in enumerate(found.aspects) if row[0] >= UNKNOWN]
    silent = [i for i in labelled if max(found.aspects[i]) == UNKNOWN]
    telling = [i for i in labelled if max(found.aspects[i]) > UNKNOWN]
    rows = telling + random.sample(silent, min(len(silent), len(telling) // 4))
    held = Lower(network, encode([found.texts[i] for i in rows]), layers)
    aspects, nothing = torch.tensor([found.aspects[i] for i in rows]), torch.full((len(rows),), UNKNOWN)
    texts, goal = reviews(a.data, "val")
    review = Lower(network, encode(texts), layers), goal
    heads = {n: p for n, p in network.named_parameters() if n.startswith(("queries", "mention", "polarity"))}
    for name, p in network.named_parameters():
        p.requires_grad_(name in heads)
    # Queries learn faster: while they look at all tokens alike, no aspect has a polarity of its own.
    opt = torch.optim.AdamW([{"params": [p for n, p in heads.items() if n.startswith("queries") == fast], "lr": a.rate * (20 if fast else 1)}
                             for fast in (True, False)], weight_decay=.01)
    schedule = warm_up_and_decay(opt, a.epochs * math.ceil(len(rows) / a.batch))
    best, kept = joint_f1(network, *review), None
    print("start", [round(x, 1) for x in best], len(rows), "texts", flush=True)
    network.train()
    for epoch in range(1, a.epochs + 1):
        for batch in shuffled(held.states, a.batch):
            hidden, mask = held.batch(batch)
            _, loss = losses(network, hidden, mask, nothing[batch], aspects[batch])
            loss.backward()
            opt.step(), schedule.step(), opt.zero_grad()
        scores = joint_f1(network, *review)
        print(f"epoch {epoch}, loss {loss.item():.3f}, mentions {scores[0]:.1f}, with polarity {scores[1]:.1f}", flush=True)
        if scores[1] > best[1]:
            best, kept = scores, copy.deepcopy(network.state_dict())
    if kept is not None:
        network.load_state_dict(kept)
    network.save(out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(start / name, out / name)
    (out / "validation.json").write_text(json.dumps({"mentions": best[0], "withPolarity": best[1], **vars(a)}) + "\n")


if __name__ == "__main__":
    main()
