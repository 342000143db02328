"""Made-up Spanish and Portuguese reviews with known aspects, which carry MAMS (English) over.

Clauses of aspects-es.json are drawn and joined: opposite polarities mostly by "but", equal ones by "and". Some lose
their accents or capitals, as posts do.
"""
import json
import random
import unicodedata
from pathlib import Path

from corpora import ASPECTS, LABELS

LISTS = json.loads((Path(__file__).parent / "aspects-es.json").read_text(encoding="utf-8"))
# How often an aspect is drawn; miscellaneous has no clauses.
SHARES = {"food": 5, "service": 3, "staff": 2, "price": 2.5, "ambience": 2, "menu": 1.2, "place": 1.5}


def _plain(text):
    """Without accents, except the tilde of ñ and ã."""
    kept = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in kept if unicodedata.category(c) != "Mn" or c == "\u0303"))


def _review(words, draw):
    """A text and {aspect: polarity number}."""
    names = []
    while len(names) < draw.choice((1, 2, 2, 2, 3)):
        name = draw.choices(list(SHARES), SHARES.values())[0]
        if name not in names:
            names.append(name)
    polarities = [draw.choices((0, 1, 2), (4, 2, 4))[0] for _ in names]
    text, before = "", None
    for name, polarity in zip(names, polarities):
        clause = draw.choice(words[name][LABELS[polarity]]).replace("{f}", draw.choice(words["dishes"])).replace("{w}", draw.choice(words["servers"]))
        if before is None:
            opening = draw.choice(words["filler"]) + draw.choice((", ", ": ", ". ")) if draw.random() < .2 else ""
            text = opening + clause
        else:
            opposite = {before, polarity} == {0, 2}
            text += draw.choice(words["but"] if opposite and draw.random() < .8 else words["and"]) + clause
        before = polarity
    text += draw.choice(words["end"]) if len(set(polarities)) > 1 else draw.choice([e for e in words["end"] if _fits(e, polarities[0])])
    if draw.random() < .7:
        text = text[0].upper() + text[1:]
    if draw.random() < .25:
        text = _plain(text.lower())
    return text, dict(zip(names, polarities))


def _fits(end, polarity):
    """Whether an ending can follow a review of one polarity."""
    good, bad = any(m in end for m in ("👍", "😋", "Vol")), any(m in end for m in ("🤮", "😡", "No v", "Nunca"))
    return not (good and polarity != 2 or bad and polarity != 0)


def made_reviews(number, seed, language="es"):
    """Texts and rows of aspects (the number of the polarity, -1 where an aspect is not mentioned)."""
    draw, words = random.Random(seed), LISTS[language]
    found = [_review(words, draw) for _ in range(number)]
    return [t for t, _ in found], [[a.get(name, -1) for name in ASPECTS] for _, a in found]


def names_an_aspect(text):
    """Whether a text may speak of food or places: it shares a telling word with the lists."""
    return not _TELLING.isdisjoint(_words(text))


def _words(text):
    return {w.strip(".,;:!?¡¿\"'()#") for w in _plain(text.lower()).split()}


_TELLING = {w for lists in LISTS.values() if isinstance(lists, dict) for group in (lists["dishes"], lists["servers"]) for phrase in group for w in _words(phrase) if len(w) > 3} | set(
    "food service price prices restaurant menu waiter staff delicious tasty comida restaurante precio precios carta ambiente sabor rico rica caro cara barato barata atencion servicio local bar cena lunch dinner "
    "breakfast coffee cafe preco comer beber hotel tienda shop store expensive cheap music musica atendimento ristorante cibo prix cuisine prezzo".split())
