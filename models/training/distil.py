"""Trains the int8 student: the teachers' logits and hidden states, in the int8 arithmetic of the shipped file.

The student starts as the first teacher with the layers given by --layers. The first part of
the run is in bf16 and follows the teacher's hidden states too; then the activation ranges
are fixed and the rest runs with simulated int8. Texts: UMSAB (with labels) and tweets and
news without labels.
"""
import argparse
import copy
import json
import random
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from tokenizers import Tokenizer
from transformers import BertForSequenceClassification

from batching import logits_of, padded, shuffled
from corpora import LANGUAGES, SHIPPED, emoji_tweets, posts, umsab
from quantise import calibrate, simulate
from train import optimiser, save, warm_up_and_decay


def student_of(teacher, layers):
    """A copy of the teacher with only some of its layers."""
    student = copy.deepcopy(teacher)
    student.bert.encoder.layer = torch.nn.ModuleList([student.bert.encoder.layer[n] for n in layers])
    student.config.num_hidden_layers = len(layers)
    for n, layer in enumerate(student.bert.encoder.layer):
        if hasattr(layer.attention.self, "layer_idx"):
            layer.attention.self.layer_idx = n
    return student


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--teachers", required=True, nargs="+")
    ask.add_argument("--out", required=True)
    ask.add_argument("--layers", default="0,1,2,3,4,5,6,7,8,9,10,11")
    ask.add_argument("--rate", type=float, default=5e-5)
    ask.add_argument("--batch", type=int, default=48)
    ask.add_argument("--tweets", type=int, default=4000)
    ask.add_argument("--news", type=int, default=1500)
    ask.add_argument("--repeat", type=int, default=1, help="how often the labelled texts are seen")
    ask.add_argument("--int8-share", type=float, default=.6, help="share of the run with simulated int8")
    ask.add_argument("--heat", type=float, default=2.)
    ask.add_argument("--max-tokens", type=int, default=64)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--threads", type=int, default=2, help="one is faster on a machine that is busy otherwise")
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed), np.random.seed(a.seed), torch.manual_seed(a.seed)
    tokenizer = Tokenizer.from_file(str(Path(a.teachers[0]) / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch(texts)]
    labelled = [pair for l in LANGUAGES for pair in zip(*umsab(a.data, l, "train"))]
    draw = random.Random(5)
    plain = draw.sample(emoji_tweets(a.data)[0], a.tweets) + draw.sample(posts(a.data, "news-es"), a.news)
    ids = encode([t for t, _ in labelled] * a.repeat + plain)
    labels = [y for _, y in labelled] * a.repeat + [-1] * len(plain)
    validation = {l: umsab(a.data, l, "val") for l in LANGUAGES}
    validation = {l: (encode(t), y) for l, (t, y) in validation.items()}
    teachers = [BertForSequenceClassification.from_pretrained(p).eval() for p in a.teachers]
    layers = [int(n) for n in a.layers.split(",")]
    student = student_of(teachers[0], layers).train()
    batches = shuffled(ids, a.batch)
    opt = optimiser(student, a.rate, a.rate, False)
    schedule = warm_up_and_decay(opt, len(batches), .06)
    switch, best, ranges, start = int(len(batches) * (1 - a.int8_share)), -1., None, time.time()
    check = set(range(switch + 100, len(batches), 100)) | {len(batches) - 1}
    for step, batch in enumerate(batches):
        if step == switch:
            ranges = calibrate(student, ids)
            simulate(student, ranges).train()
        x, mask = map(torch.from_numpy, padded(ids, batch))
        y = torch.tensor([labels[i] for i in batch])
        with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
            taught = [t(input_ids=x, attention_mask=mask, output_hidden_states=n == 0) for n, t in enumerate(teachers)]
            goal = sum(F.softmax(t.logits.float() / a.heat, -1) for t in taught) / len(taught)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            out = student(input_ids=x, attention_mask=mask, output_hidden_states=True)
        kl = F.kl_div(F.log_softmax(out.logits.float() / a.heat, -1), goal, reduction="batchmean") * a.heat ** 2
        weight = mask.unsqueeze(-1).float()
        hidden = sum((((out.hidden_states[n + 1].float() - taught[0].hidden_states[l + 1].float()) ** 2) * weight).sum()
                     / (weight.sum() * 384) for n, l in enumerate(layers)) / len(layers)
        known = y >= 0
        ce = F.cross_entropy(out.logits.float()[known], y[known]) * known.float().mean() if known.any() else 0.
        loss = kl + max(0., 1 - step / (.9 * len(batches))) * hidden + .3 * ce
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), 1.)
        opt.step(), schedule.step(), opt.zero_grad()
        if (step + 1) % 50 == 0:
            print(f"step {step + 1} of {len(batches)}, kl {kl.item():.4f}, hidden {hidden.item():.4f}, {time.time() - start:.0f} s", flush=True)
        if step in check:
            scores = {l: 100 * f1_score(y, logits_of(student, x, 3).argmax(1), average="macro") for l, (x, y) in validation.items()}
            chosen = float(np.mean([scores[l] for l in SHIPPED]))
            print("validation", {k: round(v, 1) for k, v in scores.items()}, f"chosen by {chosen:.2f}", flush=True)
            if chosen > best:
                best = chosen
                save(student, Path(a.out), a.teachers[0], {"macro_f1": scores, "step": step + 1, "seed": a.seed})
                (Path(a.out) / "ranges.json").write_text(json.dumps({json.dumps(k): [float(s), z] for k, (s, z) in ranges.items()}))


if __name__ == "__main__":
    main()
