"""Reads the training corpora. The data folder comes from --data or PULSO_MODEL_DATA."""
import gzip
import json
import random
from pathlib import Path

from preprocess import preprocess

LABELS = ["negative", "neutral", "positive"]
LANGUAGES = ["es", "en", "pt", "it", "fr"]
SHIPPED = ["es", "en", "pt"]
QUARTERS = 4
ASPECTS = ["food", "service", "staff", "price", "ambience", "menu", "place", "miscellaneous"]


def rows(path):
    """The objects of a JSON Lines file, gzipped or not."""
    path = Path(path)
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8")
    with opened as file:
        return [json.loads(line) for line in file]


def umsab(data, language, split):
    """Texts and label numbers of one language and split of UMSAB."""
    found = rows(Path(data) / "sentiment" / "umsab" / f"{language}.{split}.jsonl")
    return [preprocess(r["text"]) for r in found], [LABELS.index(r["label"]) for r in found]


def labelled(data):
    """(texts, labels, languages) of UMSAB's train split in all languages; text n is in quarter n % QUARTERS."""
    return tuple(map(list, zip(*[(t, y, l) for l in LANGUAGES for t, y in zip(*umsab(data, l, "train"))])))


def emoji_tweets(data):
    """Texts (emoji removed), emoji numbers and the list of emoji, shuffled once."""
    found = rows(Path(data) / "sentiment" / "emoji-es" / "emo50k.jsonl.gz")
    random.Random(0).shuffle(found)
    names = sorted({r["emoji"] for r in found})
    plain = lambda t: preprocess(t.replace("_usr", "@user").replace("_emo", "").replace("_url", "http"))
    return [plain(r["text"]) for r in found], [names.index(r["emoji"]) for r in found], names


def posts(data, name):
    """Distinct preprocessed texts of a file of posts, sorted."""
    return sorted({preprocess(r["text"]) for r in rows(Path(data) / "posts" / f"{name}.jsonl.gz")})


def plain_texts(data, path):
    """Preprocessed texts of any JSON Lines file with a `text` field."""
    return [preprocess(r["text"]) for r in rows(Path(data) / path)]


def starred(data, split):
    """Sentences of the Stanford Sentiment Treebank and their stars, from 0 to 4."""
    found = rows(Path(data) / f"sentiment/sst5-en/{split}.jsonl")
    return [preprocess(r["text"]) for r in found], [r["stars"] - 1 for r in found]
