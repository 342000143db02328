import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { withAspects } from '../models/aspects-by-passage.js'
import { type AspectScore, aspectScore } from '../models/evaluation/evaluation.js'
import { macroF1 } from '../models/evaluation/measures.js'
import { aspectTable } from '../models/evaluation/tables.js'
import { type LabelledReview, reviews } from '../models/evaluation/texts.js'
import { sentimentLabels } from '../models/labels.js'
import { openSentimentModel } from '../models/sentiment-model.js'
import { projectPath } from '../streams/project.js'
import { aspectPassages } from '../streams/topologies/aspect-passages.js'
import { distinctPosts } from '../tests/support/posts.js'

/** What each category of the reviews is called here; what is miscellaneous has no aspect. */
const shown = new Map([
  ...['food', 'price', 'menu', 'ambience', 'service'].map((name) => [name, name] as const),
  ['staff', 'service'],
  ['place', 'ambience'],
])

interface Polarity {
  readonly pairs: number
  /** Macro-F1 of the three labels over pairs of text and aspect that are found and meant with one label. */
  readonly byPassage: number
  readonly byText: number
}

/**
 * `npm run bench -- aspects [--file FILE]`: how well aspects are found in sentences that nothing was chosen on, how right
 * their sentiment is beside that of the whole sentence, and what finding them costs.
 * `--file`: JSON Lines of the same shape instead, for choosing words on training texts.
 */
export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({ args: [...options], options: { file: { type: 'string' } } })
  const sets =
    values.file === undefined
      ? new Map([
          ['English, MAMS test', await reviews('en')],
          ['Spanish, written for this', await reviews('es')],
        ])
      : new Map([[values.file, readReviews(values.file)]])
  const model = withAspects(await openSentimentModel({ dir: projectPath('models/sentiment-es-en-pt') }), aspectPassages)
  try {
    const scores = new Map<string, AspectScore>()
    const polarities = new Map<string, Polarity>()
    for (const [name, set] of sets) {
      scores.set(name, await aspectScore(model, set, shown))
      polarities.set(name, await polarityOf(model, set))
    }
    process.stdout.write(`${aspectTable(scores)}\n\n${polarityTable(polarities)}\n`)
    return { scores: Object.fromEntries(polarities), cost: costOfFinding() }
  } finally {
    await model.close()
  }
}

type Model = ReturnType<typeof withAspects>

async function polarityOf(model: Model, set: readonly LabelledReview[]): Promise<Polarity> {
  const results = await model.call(set.map(({ text }) => text))
  const number = (label: LabelledReview['aspects'][number]['polarity']): number => sentimentLabels.indexOf(label)
  const pairs = results.flatMap((result, at) => {
    if (result.kind === 'failed') return []
    return (result.value.aspects ?? []).flatMap(({ aspect, label }) => {
      const meant = new Set(
        set[at]?.aspects.filter(({ category }) => shown.get(category) === aspect).map(({ polarity }) => polarity),
      )
      const [only] = meant
      if (only === undefined || meant.size > 1) return []
      return [{ label: number(only), byPassage: number(label), byText: number(result.value.label) }]
    })
  })
  const score = (by: 'byPassage' | 'byText'): number =>
    macroF1(
      pairs.map((pair) => ({ label: pair.label, predicted: pair[by] })),
      sentimentLabels.length,
    )
  return { pairs: pairs.length, byPassage: score('byPassage'), byText: score('byText') }
}

/** CPU microseconds a text, and how many more texts the model is asked about, over the shipped posts. */
function costOfFinding() {
  const texts = distinctPosts()
  aspectPassages(texts[0] ?? '')
  const before = process.cpuUsage()
  const found = texts.map(aspectPassages)
  const { user, system } = process.cpuUsage(before)
  const more = found.flat().filter(({ passage }) => passage !== null).length
  return { microsecondsPerText: (user + system) / texts.length, passagesPerText: more / texts.length }
}

function polarityTable(polarities: ReadonlyMap<string, Polarity>): string {
  const percent = (share: number): string => (share * 100).toFixed(1)
  const rows = [...polarities].map(
    ([name, { pairs, byPassage, byText }]) => `| ${name} | ${pairs} | ${percent(byPassage)} | ${percent(byText)} |`,
  )
  return ['| sentences | pairs | macro-F1 by passage | by the whole text |', '|---|---|---|---|', ...rows].join('\n')
}

const readReviews = (file: string): readonly LabelledReview[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
