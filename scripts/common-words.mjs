// Writes processors/data/common-words.json: words of everyday posts, which are no news when they are frequent.
// node scripts/common-words.mjs FILE, JSON Lines with a "text" each, plain or gzipped.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { fold } from '../dist/processors/text/fold.js'

const inTextsAtLeast = 3
const file = process.argv[2]
if (file === undefined) throw new Error('give a file of texts, one JSON object a line')
const bytes = readFileSync(file)
const texts = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').trim().split('\n')

/** @type {Map<string, number>} */
const counts = new Map()
for (const line of texts) {
  const text = fold(JSON.parse(line).text.replace(/https?:\/\/\S+|[@#][\p{L}\p{N}_]+|_usr|_emo/gu, ' '))
  for (const word of new Set(text.match(/[a-zñ]{4,}/g))) counts.set(word, (counts.get(word) ?? 0) + 1)
}
const words = [...counts]
  .filter(([, count]) => count >= inTextsAtLeast)
  .map(([word]) => word)
  .sort()
writeFileSync(
  fileURLToPath(new URL('../processors/data/common-words.json', import.meta.url)),
  `{
  "about": "Words of four letters or more that at least ${inTextsAtLeast} of ${texts.length} everyday posts hold. Counted by scripts/common-words.mjs in emo50k of https://github.com/sadit/TextClassificationTutorial (Apache-2.0).",
  "words": [\n${words.map((word) => `    "${word}"`).join(',\n')}\n  ]\n}\n`,
)
process.stdout.write(`${words.length} words\n`)
