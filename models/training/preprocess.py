"""The text preprocessing: an ordered list of regular-expression replacements.

The list is preprocessing.json, copied into config.json as `pulso.preprocessing`.
The patterns are JavaScript's with the flags `gu`; Python needs only `\\u{X}`
rewritten. They use explicit character classes (no \\s, \\w, \\b), so that both
languages match the same characters.
"""
import json
import re
from pathlib import Path

RULES = json.loads((Path(__file__).parent / "preprocessing.json").read_text(encoding="utf-8"))


def compile_rules(rules):
    """Compiled (pattern, replacement) pairs of a list of rules."""
    python = lambda p: re.sub(r"\\u\{([0-9A-Fa-f]+)\}", lambda m: chr(int(m.group(1), 16)), p)
    return [(re.compile(python(r["pattern"])), r["replacement"]) for r in rules]


_COMPILED = compile_rules(RULES)


def preprocess(text, compiled=_COMPILED):
    """Apply every rule once, in order, to the whole text."""
    for pattern, replacement in compiled:
        text = pattern.sub(lambda _: replacement, text)
    return text
