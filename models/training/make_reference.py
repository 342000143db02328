"""Writes reference.json: texts with the ids and probabilities that any implementation must give.

Each text is run alone, on one thread, with onnxruntime on the shipped model.onnx. A model that is asked about aspects
gets each text as it gets them, in a question about one of five aspects in turn.
"""
import argparse
import hashlib
import json
from pathlib import Path

from tokenizers import Tokenizer

from corpora import LABELS
from preprocess import compile_rules, preprocess
from runtime import logits, session, softmax

TEXTS = [
    "Me encanta este producto, es buenísimo 😍😍",
    "No puedo más con este calor 😡",
    "El ceviche estaba fresco y el servicio fue excelente, volveremos.",
    "Pésimo servicio: esperamos una hora y la comida llegó fría 🤮👎🏽",
    "El Banco Central de Reserva mantuvo la tasa en 6.25%",
    "¿A qué hora abre el mercado de Surquillo mañana?",
    "@gaston_acurio gracias por el lomo saltado, ¡qué rico! https://t.co/0nluM5T8Hy",
    "Qué pena, se canceló el concierto 😭💔",
    "La niña soñó con un ñandú y una cigüeña en el páramo",
    "nin\u0303o y can\u0303o\u0301n escritos con acentos sueltos",
    "jajajaja ya pues, otra vez subió el pollo a la brasa 🍗",
    "El gobierno anunció el nuevo programa social para 24 regiones.",
    "No está mal, pero tampoco es para tanto",
    "Ni fu ni fa el nuevo menú",
    "Qué maravilla esperar tres horas en la cola, simplemente genial...",
    "RT @user: Hoy reunión en Lima a las 10 am http://example.com/a?b=1&c=2",
    "#ÚltimaHora | El expresidente anuncia que dio positivo a la prueba\n\nhttps://t.co/abc",
    "BUENAZO!!! LO MEJOR DEL AÑO",
    "I love my new phone ❤️🔥 #happy",
    "The service was terrible and slow.",
    "The meeting is at 10 am in room 4.",
    "Not bad, not great 🤷‍♂️",
    "I\\u2019m so tired\\u002c really... 😴",
    "Tom &amp; Jerry &gt; everything &lt;3",
    "@support my order #4521 never arrived, I want a refund!!",
    "Best quinoa burger I have ever had, thank you @veggie_lima",
    "Prices rose by 2.1% in May, the statistics office said.",
    "This is fine. Everything is fine. 🙃",
    "Adorei o restaurante, a comida é maravilhosa! 😋",
    "Que decepção, nunca mais volto lá 😠",
    "O jogo começa às 21h no Maracanã",
    "Não gostei muito, mas o atendimento foi bom",
    "Saudade da feijoada da minha avó ❤️",
    "Peguei duas horas de trânsito, que dia horrível",
    "🇵🇪🇵🇪🇵🇪 ¡Vamos Perú! 👏🏾👏🏾",
    "😡😡😡",
    "ok",
    "",
    "   espacios\t\tde   más\r\n aquí\u00a0",
    "“comillas” — rayas… ½ № ﬁn Ｆｕｌｌ 日本語 русский 𠮷",
    "http://a.pe/x @uno @dos_2 correo@dominio.pe",
    "El plato llegó tarde y frío, pero el postre de lúcuma estuvo delicioso. " * 12,
    "The food was good and the music was loud, and then the food was bad and the music was gone. " * 10,
]

ASPECTS = [("food", "comida"), ("service", "atención"), ("price", "precio"), ("ambience", "ambience"), ("menu", "cardápio")]


def asked(question, at, text):
    aspect, words = ASPECTS[at % len(ASPECTS)]
    return question.replace("{aspect}", aspect).replace("{words}", words).replace("{text}", text)


def main():
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--model", required=True)
    a = ask.parse_args()
    folder = Path(a.model)
    pulso = json.loads((folder / "config.json").read_text(encoding="utf-8"))["pulso"]
    rules = compile_rules(pulso["preprocessing"])
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(pulso["maxTokens"])
    opened = session(folder / "model.onnx", threads=1)
    cases = []
    question = pulso.get("question") or "{text}"
    for at, plain in enumerate(TEXTS):
        text = asked(question, at, plain)
        prepared = preprocess(text, rules)
        ids = tokenizer.encode(prepared).ids
        p = softmax(logits(opened, [ids])[0], pulso["temperature"])
        cases.append({"text": text, "prepared": prepared, "ids": ids, "probabilities": [round(float(x), 5) for x in p],
                      "label": LABELS[int(p.argmax())], "unsure": bool(p.max() < pulso["unsureBelow"])})
    digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
    head = {"about": "Made by models/training/make_reference.py; probabilities in the order " + ", ".join(LABELS),
            "version": pulso["version"], "sha256": digest}
    lines = ",\n".join("    " + json.dumps(c, ensure_ascii=False) for c in cases)
    body = json.dumps(head, indent=2)[:-2] + ',\n  "cases": [\n' + lines + "\n  ]\n}\n"
    (folder / "reference.json").write_text(body, encoding="utf-8")
    for c in cases:
        print(c["label"], c["probabilities"], "unsure" if c["unsure"] else "", c["text"][:70].replace("\n", " "))


if __name__ == "__main__":
    main()
