"""Translates tweets by rules, for middle_students.py: needs Debian's apertium, apertium-es-pt and cg3.

emo-pt.jsonl has 6,000 Spanish tweets of emo50k in Portuguese; es-pt.jsonl and pt-es.jsonl UMSAB's train split the other way.
Names of users are replaced by a word that no dictionary has, and put back.
"""
import argparse
import json
import re
import subprocess
from pathlib import Path

from corpora import emoji_tweets, umsab

USER = "Xqzu"
AT_ONCE = 2000


def translated(texts, mode):
    """The texts, translated in one of apertium's modes; as many as were given."""
    out = []
    for start in range(0, len(texts), AT_ONCE):
        lines = [re.sub(r"[\[\]^$\\]", " ", " ".join(t.split()).replace("@user", USER)) + " ¶" for t in texts[start:start + AT_ONCE]]
        said = subprocess.run(["apertium", "-u", "-n", mode], input="\n".join(lines), capture_output=True, text=True, check=True).stdout
        found = said.rstrip("\n").split("\n")
        if len(found) != len(lines):
            raise SystemExit(f"apertium {mode} gave {len(found)} lines for {len(lines)}")
        out += [re.sub(r"\s*¶\s*$", "", f).replace(USER, "@user") for f in found]
    return out


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--data", required=True)
    ask.add_argument("--out", required=True, type=Path)
    a = ask.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    texts = {"emo-pt": emoji_tweets(a.data)[0][1500:7500], "es-pt": umsab(a.data, "es", "train")[0], "pt-es": umsab(a.data, "pt", "train")[0]}
    for name, of in texts.items():
        found = translated(of, "pt-es" if name == "pt-es" else "es-pt_BR")
        (a.out / f"{name}.jsonl").write_text("".join(json.dumps({"text": t}, ensure_ascii=False) + "\n" for t in found), encoding="utf-8")


if __name__ == "__main__":
    main()
