"""A further step, none of train_all.sh: several seeds of the upper layers and the heads, and their average.

Sentiment (UMSAB) and aspects (MAMS, made-up reviews) are learned at once. The lower layers stay as they are, so what
they give is computed once for all seeds. Each seed keeps its best epoch by the mean macro-F1 of es, en, pt on
validation; the average of all seeds' weights, without and with those of the start, is written beside them. The test splits are not read here.
"""
import argparse
import copy
import json
import math
import random
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from batching import by_tokens, shuffled
from corpora import ASPECTS, SHIPPED, umsab
from lower import Lower, through
from network import Network
from schedule import optimiser, warm_up_and_decay
from scores import evaluated
from tasks import corpus, losses, reviews

EVERY = 50


def upper_states(network, lower, frozen):
    """(rows, hidden states, mask) of every text, in evaluation mode."""
    network.eval()
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for rows in by_tokens(lower.lengths, 2048):
            x, mask = lower.batch(rows)
            yield rows, through(network.bert.encoder.layer[frozen:], x, mask), mask
    network.train()


def average(networks, start=None):
    """A network whose every weight is the mean of the others' (a soup, Wortsman et al. 2022).

    `start` is one more of them, but for the heads of aspects, which it has not learned.
    """
    out = copy.deepcopy(networks[0])
    states = [n.state_dict() for n in networks]
    more = {k: v for k, v in start.state_dict().items() if k.startswith(("bert", "classifier"))} if start is not None else {}
    mean = lambda k: torch.stack([s[k].float() for s in (*states, more) if k in s]).mean(0)
    out.load_state_dict({k: mean(k).to(v.dtype) for k, v in states[0].items()})
    return out


def train(network, lower, sentiment, aspects, watch, a, seed):
    """One seed; gives the network of its best epoch and that epoch's scores."""
    random.seed(seed), np.random.seed(seed), torch.manual_seed(seed)
    frozen = a.frozen
    heads = network.heads()
    layers = {n: p for n, p in network.named_parameters() if n.startswith("bert.encoder.layer.") and int(n.split(".")[3]) >= frozen}
    tuned = {n: p for n, p in heads.items() if ".pooler." in n or n.startswith("classifier")}
    opt = optimiser(layers, a.rate, [(tuned, a.rate), ({n: p for n, p in heads.items() if n not in tuned}, a.head_rate)])
    for name, p in network.named_parameters():
        p.requires_grad_(name in layers or name in heads)
    schedule = warm_up_and_decay(opt, a.epochs * math.ceil(len(lower.states) / a.batch))
    step, began, sums, best = 0, time.time(), np.zeros(2), None
    network.train()
    for epoch in range(1, a.epochs + 1):
        for rows in shuffled(lower.states, a.batch):
            x, mask = lower.batch(rows)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                parts = losses(network, through(network.bert.encoder.layer[frozen:], x, mask), mask, sentiment[rows], aspects[rows])
            sum(parts).backward()
            torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.)
            opt.step(), schedule.step(), opt.zero_grad()
            step += 1
            sums += [part.item() / EVERY for part in parts]
            if step % EVERY == 0:
                print(f"seed {seed}, step {step}", f"sentiment {sums[0]:.3f}, aspects {sums[1]:.3f}, {time.time() - began:.0f} s", flush=True)
                sums[:] = 0
        scores = watch(network)
        print(f"seed {seed}, epoch {epoch}", scores, flush=True)
        if best is None or scores["mean"] > best[1]["mean"]:
            best = copy.deepcopy(network), {**scores, "epoch": epoch, "seed": seed}
    return best


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--start", required=True, help="a folder of train.py --task sentiment, of this script, or of a shipped int8 model")
    ask.add_argument("--out", required=True)
    ask.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    ask.add_argument("--epochs", type=int, default=1)
    ask.add_argument("--frozen", type=int, default=6, help="layers that stay as they are")
    ask.add_argument("--made", type=int, default=1200, help="made-up Spanish reviews; a quarter as many Portuguese ones")
    ask.add_argument("--rate", type=float, default=6e-5)
    ask.add_argument("--head-rate", type=float, default=4e-4)
    ask.add_argument("--batch", type=int, default=32)
    ask.add_argument("--max-tokens", type=int, default=48)
    ask.add_argument("--threads", type=int, default=2)
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    start, out = Path(a.start), Path(a.out)
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    first = Network.start(start, len(ASPECTS))
    found = corpus(a.data, 0, a.made)
    sentiment, aspects = torch.tensor(found.sentiment), torch.tensor(found.aspects)
    lower = Lower(first, encode(found.texts), a.frozen)
    validation = {l: umsab(a.data, l, "val") for l in SHIPPED}
    validation = {l: (Lower(first, encode(t), a.frozen), y) for l, (t, y) in validation.items()}
    texts, goal = reviews(a.data, "val")
    review = Lower(first, encode(texts), a.frozen), goal
    watch = lambda n: evaluated(n, validation, review, lambda n, l: upper_states(n, l, a.frozen))
    print("start", watch(first), flush=True)

    def write(network, scores, folder):
        network.save(folder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copyfile(start / name, folder / name)
        (folder / "validation.json").write_text(json.dumps({**scores, **vars(a)}) + "\n")

    trained = []
    for seed in a.seeds:
        network, scores = train(copy.deepcopy(first), lower, sentiment, aspects, watch, a, seed)
        write(network, scores, out / f"seed-{seed}")
        trained.append(network)
    for name, mean in (("average", average(trained)), ("average-with-start", average(trained, first))):
        scores = watch(mean)
        print(name, scores, flush=True)
        write(mean, scores, out / name)


if __name__ == "__main__":
    main()
