// Counts the words of labelled texts and writes processors/data/languages.json: what each word says for each language.
// node scripts/train-language.mjs FOLDER, which holds es.train.jsonl, en.train.jsonl ... of UMSAB, {"text": ...} a line.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fold } from '../dist/processors/text/fold.js'

const languages = ['es', 'en', 'pt', 'it', 'fr']
const seenAtLeast = 5
const folder = process.argv[2]
if (folder === undefined) throw new Error('give the folder that holds es.train.jsonl and the others')

const wordsOf = (/** @type {string} */ text) =>
  fold(text.replace(/https?:\/\/\S+|[@#][\p{L}\p{N}_]+/gu, ' '))
    .replace(/['’´`]/g, '')
    .match(/[a-zñ]+/g) ?? []

const counts = languages.map((language) => {
  /** @type {Map<string, number>} */
  const count = new Map()
  for (const line of readFileSync(join(folder, `${language}.train.jsonl`), 'utf8')
    .trim()
    .split('\n')) {
    for (const word of wordsOf(JSON.parse(line).text)) count.set(word, (count.get(word) ?? 0) + 1)
  }
  return count
})
const totals = counts.map((count) => [...count.values()].reduce((sum, n) => sum + n, 0))
const all = new Set(counts.flatMap((count) => [...count.keys()]))

/** @type {Map<string, number[]>} */
const weights = new Map()
for (const word of all) {
  const seen = counts.map((count) => count.get(word) ?? 0)
  if (seen.reduce((sum, n) => sum + n, 0) < seenAtLeast) continue
  const logs = seen.map((n, index) => Math.log((n + 0.3) / ((totals[index] ?? 0) + 0.3 * all.size)))
  const best = Math.max(...logs)
  const row = logs.map((log) => Math.max(-60, Math.round(10 * (log - best))))
  if (row.some((weight) => weight <= -15)) weights.set(word, row)
}

const lines = [...weights]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([word, row]) => `    "${word}": [${row.join(', ')}]`)
writeFileSync(
  fileURLToPath(new URL('../processors/data/languages.json', import.meta.url)),
  `{
  "about": "Ten times the natural logarithm of how much less often the word is in the language than in the one that has it most, at least -60. Counted in the training texts of UMSAB (Apache-2.0, https://github.com/cardiffnlp/xlm-t) by scripts/train-language.mjs.",
  "languages": ${JSON.stringify(languages)},
  "words": {\n${lines.join(',\n')}\n  }\n}\n`,
)
process.stdout.write(`${weights.size} words\n`)
