"""Fine-tunes a BERT: --task emoji (which emoji did this tweet carry) or --task sentiment (UMSAB).

The checkpoint with the best validation score is kept; the test split is not read here.
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
from transformers import BertForSequenceClassification

from batching import logits_of, padded, shuffled
from corpora import LABELS, LANGUAGES, SHIPPED, emoji_tweets, umsab


def load_task(task, data, encode):
    """(ids, labels, validation sets by name, class names)."""
    if task == "emoji":
        texts, labels, names = emoji_tweets(data)
        ids = encode(texts)
        return ids[1500:], labels[1500:], {"emoji": (ids[:1500], labels[:1500])}, names
    texts, labels = [], []
    for language in LANGUAGES:
        t, y = umsab(data, language, "train")
        texts += t
        labels += y
    validation = {l: umsab(data, l, "val") for l in LANGUAGES}
    return encode(texts), labels, {l: (encode(t), y) for l, (t, y) in validation.items()}, LABELS


def optimiser(model, rate, head_rate, new_head):
    """AdamW, a higher rate for newly made layers, no decay for biases and norms."""
    head = ("classifier", "bert.pooler") if new_head else ("classifier",)
    groups = {}
    for name, p in model.named_parameters():
        is_head, plain = name.startswith(head), name.endswith("bias") or "LayerNorm" in name
        groups.setdefault((is_head, plain), []).append(p)
    return torch.optim.AdamW([{"params": ps, "lr": head_rate if h else rate, "weight_decay": 0. if plain else .01}
                              for (h, plain), ps in groups.items()], fused=True, betas=(.9, .98))


def warm_up_and_decay(opt, steps, warm=.08):
    return torch.optim.lr_scheduler.LambdaLR(
        opt, lambda s: min(1, (s + 1) / (warm * steps)) * max(0., 1 - max(0, s - warm * steps) / ((1 - warm) * steps)))


def save(model, out, base, score):
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(Path(base) / name, out / name)
    (out / "validation.json").write_text(json.dumps(score) + "\n")


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--task", choices=["emoji", "sentiment"], required=True)
    ask.add_argument("--data", required=True)
    ask.add_argument("--base", required=True)
    ask.add_argument("--out", required=True)
    ask.add_argument("--epochs", type=int, default=4)
    ask.add_argument("--rate", type=float, default=6e-5)
    ask.add_argument("--head-rate", type=float, default=5e-4)
    ask.add_argument("--batch", type=int, default=32)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--max-tokens", type=int, default=64, help="longer texts are cut in training")
    ask.add_argument("--threads", type=int, default=2, help="one is faster on a machine that is busy otherwise")
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed), np.random.seed(a.seed), torch.manual_seed(a.seed)
    tokenizer = Tokenizer.from_file(str(Path(a.base) / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    ids, labels, validation, names = load_task(a.task, a.data, lambda t: [e.ids for e in tokenizer.encode_batch(t)])
    model = BertForSequenceClassification.from_pretrained(
        a.base, num_labels=len(names), ignore_mismatched_sizes=True, hidden_act="gelu_pytorch_tanh",
        id2label=dict(enumerate(names)), label2id={n: i for i, n in enumerate(names)})
    opt = optimiser(model, a.rate, a.head_rate, not (Path(a.base) / "validation.json").exists())
    steps = a.epochs * math.ceil(len(ids) / a.batch)
    schedule = warm_up_and_decay(opt, steps)
    best, step, start = -1., 0, time.time()
    model.train()
    for epoch in range(1, a.epochs + 1):
        total, batches = 0., shuffled(ids, a.batch)
        for batch in batches:
            x, mask = map(torch.from_numpy, padded(ids, batch))
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(input_ids=x, attention_mask=mask).logits
            loss = F.cross_entropy(logits.float(), torch.tensor([labels[i] for i in batch]), label_smoothing=.05)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.)
            opt.step(), schedule.step(), opt.zero_grad()
            total, step = total + loss.item(), step + 1
            if step % 100 == 0:
                print(f"step {step} of {steps}, loss {loss.item():.3f}, {time.time() - start:.0f} s", flush=True)
        scores = {k: 100 * f1_score(y, logits_of(model, x, len(names)).argmax(1), average="macro") for k, (x, y) in validation.items()}
        chosen = float(np.mean([scores[k] for k in SHIPPED])) if a.task == "sentiment" else scores["emoji"]
        print(f"epoch {epoch}, loss {total / len(batches):.4f}, validation", {k: round(v, 1) for k, v in scores.items()},
              f"chosen by {chosen:.2f}, {time.time() - start:.0f} s", flush=True)
        if chosen > best:
            best = chosen
            save(model, Path(a.out), a.base, {"macro_f1": scores, "epoch": epoch, "seed": a.seed})


if __name__ == "__main__":
    main()
