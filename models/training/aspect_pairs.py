"""Trains the model for aspects: what a text says of one aspect, asked as `aspect: words | text` (BERT-pair, Sun et al. 2019).

It begins with the first layers of the shipped sentiment model; the embeddings and the lowest layers stay as they are, so
that Spanish and Portuguese keep their place beside English. Learned are the categories of MAMS and made-up reviews. The
words are those that the product finds in a text (`name_aspects.mjs`). Chosen on MAMS's validation split.
"""
import argparse
import json
import random
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.metrics import f1_score
from tokenizers import Tokenizer

from batching import by_tokens, padded, shuffled
from corpora import ASPECTS, LABELS, SHIPPED, rows, umsab
from dropout import with_windows
from fit import Average
from lower import first_token, through
from made_reviews import made_reviews
from network import Network
from preprocess import preprocess
from schedule import optimiser, warm_up_and_decay

# What the product calls the categories of MAMS; what is miscellaneous has no name there.
SHOWN = {"food": "food", "service": "service", "staff": "service", "price": "price", "ambience": "ambience", "place": "ambience", "menu": "menu"}
# Other names of the categories, of which each is drawn at times, so that the model learns the matter and not the word.
NAMES = {
    "food": ["food", "comida", "la comida", "platos", "pratos", "bebidas", "food and drinks"],
    "service": ["service", "servicio", "atención", "atendimento", "serviço", "la atención"],
    "staff": ["staff", "personal", "mozo", "waiter", "funcionários", "camarero", "el personal"],
    "price": ["price", "precio", "precios", "preço", "prices", "la cuenta"],
    "ambience": ["ambience", "ambiente", "el ambiente", "atmosphere", "decoración"],
    "place": ["place", "local", "lugar", "sitio", "ubicación", "location"],
    "menu": ["menu", "carta", "cardápio", "la carta", "menú"],
    "miscellaneous": ["miscellaneous", "otros", "lo demás", "everything else", "outros"],
}
EVERY = 50
MOST_WORDS = 12


def asked(aspect, words, text):
    """The question as the product asks it."""
    return f"{aspect}: {', '.join(words[:MOST_WORDS])} | {text}" if words else f"{aspect} | {text}"


def named(texts):
    """What the product finds in texts: {aspect: words} of each."""
    lines = "".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in texts)
    script = Path(__file__).parent / "name_aspects.mjs"
    done = subprocess.run(["node", str(script)], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line)["named"] for line in done.stdout.splitlines()]


def pairs(texts, aspects):
    """(text, category, words, label, in the product) of each labelled category.

    Words stand where the product finds the aspect and all labels of it in the text agree; those count in the product.
    """
    out = []
    for text, labels, words in zip(texts, aspects, named(texts)):
        meant = {}
        for category, label in labels.items():
            meant.setdefault(SHOWN.get(category), set()).add(label)
        for category, label in labels.items():
            shown = SHOWN.get(category)
            clear = shown in words and len(meant[shown]) == 1
            out.append((text, category, words[shown] if clear else [], label, clear))
    return out


def of_mams(data, split):
    return of_file(Path(data) / f"sentiment/mams-restaurants-en/{split}.jsonl")


def of_file(file):
    """Pairs of a JSON Lines file of sentences with their aspects."""
    found = rows(file)
    return pairs([r["text"] for r in found], [{a["category"]: LABELS.index(a["polarity"]) for a in r["aspects"]} for r in found])


def of_made(number, seed, language):
    texts, aspects = made_reviews(number, seed, language)
    return pairs(texts, [{c: int(label) for c, label in zip(ASPECTS, row) if label >= 0} for row in aspects])


def drawn(pair, draw):
    """A question for training: mostly as in the product, at times by another name or without the words."""
    text, category, words, _, clear = pair
    name = SHOWN.get(category, category) if clear and draw.random() < .6 else draw.choice(NAMES[category])
    return asked(name, words if draw.random() < .85 else [], text)


def in_product(pair):
    text, category, words, _, clear = pair
    return asked(SHOWN[category] if clear else category, words, text)


def forward(network, ids, batch, frozen):
    x, mask = map(torch.from_numpy, padded(ids, batch))
    *layers, last = network.bert.encoder.layer
    with torch.autocast("cpu", dtype=torch.bfloat16):
        with torch.no_grad():
            hidden = through(layers[:frozen], network.bert.embeddings(input_ids=x), mask)
        return network.sentiment(first_token(last, through(layers[frozen:], hidden, mask), mask))


def logits_of(network, ids):
    out = np.zeros((len(ids), len(LABELS)), np.float32)
    network.eval()
    with torch.no_grad():
        for batch in by_tokens(ids, 2048):
            out[batch] = forward(network, ids, batch, 0).numpy()
    network.train()
    return out


def scores(logits, found):
    """Accuracy over all categories; macro-F1 over the pairs that count in the product."""
    labels, clear, said = np.array([p[3] for p in found]), np.array([p[4] for p in found]), logits.argmax(1)
    return {"accuracy": round(100 * float((labels == said).mean()), 1),
            "macro-F1": round(100 * f1_score(labels[clear], said[clear], average="macro"), 1), "pairs": int(clear.sum())}


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--start", required=True, help="a shipped int8 model, or a folder of train.py")
    ask.add_argument("--out", required=True, type=Path)
    ask.add_argument("--held", nargs="*", default=[], help="further labelled sentences to look at, JSON Lines")
    ask.add_argument("--layers", type=int, default=8)
    ask.add_argument("--frozen", type=int, default=2)
    ask.add_argument("--made", type=int, default=1500, help="made-up Spanish reviews; a quarter as many Portuguese ones")
    ask.add_argument("--tweets", type=int, default=0, help="tweets of each language, asked for everything")
    ask.add_argument("--epochs", type=int, default=5)
    ask.add_argument("--rate", type=float, default=8e-5)
    ask.add_argument("--head-rate", type=float, default=4e-4)
    ask.add_argument("--layer-decay", type=float, default=.95)
    ask.add_argument("--batch", type=int, default=32)
    ask.add_argument("--max-tokens", type=int, default=96)
    ask.add_argument("--memory", type=float, default=.995)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--threads", type=int, default=1)
    a = ask.parse_args()
    torch.set_num_threads(a.threads)
    random.seed(a.seed), np.random.seed(a.seed), torch.manual_seed(a.seed)
    start, draw = Path(a.start), random.Random(a.seed)
    tokenizer = Tokenizer.from_file(str(start / "tokenizer.json"))
    tokenizer.enable_truncation(a.max_tokens)
    encode = lambda texts: [e.ids for e in tokenizer.encode_batch([preprocess(t) for t in texts])]
    network = Network.start(start, len(ASPECTS))
    network.bert.encoder.layer = network.bert.encoder.layer[:a.layers]
    network.bert.config.num_hidden_layers = a.layers
    with_windows(network, .1)
    found = of_mams(a.data, "train") + of_made(a.made, a.seed, "es") + of_made(a.made // 4, a.seed, "pt")
    for language in SHIPPED:
        texts, labels = umsab(a.data, language, "train")
        found += [(t, None, [], y, False) for t, y in list(zip(texts, labels))[:a.tweets]]
    held = {"MAMS validation": of_mams(a.data, "val"), "made up, Spanish": of_made(150, 99, "es")}
    held.update((Path(file).stem, of_file(file)) for file in a.held)
    held_ids = {name: encode([in_product(p) for p in some]) for name, some in held.items()}
    labels = torch.tensor([p[3] for p in found])
    layers = {n: p for n, p in network.named_parameters() if n.startswith("bert.encoder.layer.") and int(n.split(".")[3]) >= a.frozen}
    pooler, head = ({n: p for n, p in network.named_parameters() if n.startswith(own)} for own in ("bert.pooler", "classifier"))
    for name, p in network.named_parameters():
        p.requires_grad_(name in layers or name in pooler or name in head)
    opt = optimiser(layers, a.rate, [(pooler, a.rate), (head, a.head_rate)], a.layer_decay)
    schedule = warm_up_and_decay(opt, a.epochs * -(-len(found) // a.batch))
    average, step, total, began = Average(network, a.memory), 0, 0., time.time()
    watch = lambda: {name: scores(logits_of(network, held_ids[name]), some) for name, some in held.items()}
    print(len(found), "pairs", flush=True)
    network.train()
    for epoch in range(1, a.epochs + 1):
        ids = encode([drawn(p, draw) if p[1] else asked("todo", [], p[0]) for p in found])
        for batch in shuffled(ids, a.batch):
            loss = F.cross_entropy(forward(network, ids, batch, a.frozen), labels[batch], label_smoothing=.05)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(average.trained, 1.)
            opt.step(), schedule.step(), opt.zero_grad()
            average.add()
            step, total = step + 1, total + loss.item() / EVERY
            if step % EVERY == 0:
                print(f"step {step}, loss {total:.3f}, {time.time() - began:.0f} s", flush=True)
                total = 0.
        print(f"epoch {epoch}", json.dumps(watch()), f"{time.time() - began:.0f} s", flush=True)
    average.put()
    result = watch()
    print("average", json.dumps(result), flush=True)
    network.save(a.out)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(start / name, a.out / name)
    (a.out / "validation.json").write_text(json.dumps({**result, **{k: str(v) for k, v in vars(a).items()}}) + "\n")


if __name__ == "__main__":
    main()
