import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { withAspects } from '../models/aspects-by-passage.js'
import { type AspectModel, questionOf, withAspectModel } from '../models/aspects-by-question.js'
import { readModelDirectory } from '../models/directory.js'
import { type AspectScore, aspectScore } from '../models/evaluation/evaluation.js'
import { accuracy, interval, macroF1 } from '../models/evaluation/measures.js'
import { aspectTable } from '../models/evaluation/tables.js'
import { type LabelledReview, reviews } from '../models/evaluation/texts.js'
import { sentimentLabels } from '../models/labels.js'
import { type LocalSentimentModel, openSentimentModel } from '../models/sentiment-model.js'
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
  /** Of the three labels over pairs of text and aspect that are found and meant with one label, with its 95 % interval. */
  readonly macroF1: number
  readonly interval: readonly [number, number]
  readonly accuracy: number
}

/**
 * `npm run bench -- aspects [--file FILE] [--model DIR]`: how well aspects are found in sentences that nothing was chosen
 * on; how right their sentiment is by the model of aspects, by clauses and by the whole sentence; and what it costs.
 * `--file`: JSON Lines of the same shape instead, for choosing words on training texts.
 */
export async function bench(options: readonly string[]): Promise<object> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      file: { type: 'string' },
      model: { type: 'string', default: projectPath('models/aspects-es-en-pt') },
    },
  })
  const sets =
    values.file === undefined
      ? new Map([
          ['English, MAMS test', await reviews('en')],
          ['Spanish, opposed', await reviews('opposed')],
          ['Spanish, written for this', await reviews('es')],
        ])
      : new Map([[values.file, readReviews(values.file)]])
  const sentiment = await openSentimentModel({ dir: projectPath('models/sentiment-es-en-pt') })
  const { question } = await readModelDirectory(values.model)
  if (question === null) throw new Error(`${values.model} is no model for aspects`)
  const aspects: AspectModel = { model: await openSentimentModel({ dir: values.model, workers: 1 }), question }
  const ways = new Map([
    ['question', withAspectModel(sentiment, aspects, aspectPassages)],
    ['clauses', withAspects(sentiment, aspectPassages)],
    ['whole sentence', withWholeText(sentiment)],
  ])
  try {
    const scores = new Map<string, AspectScore>()
    const polarities = new Map<string, Polarity>()
    for (const [set, labelled] of sets)
      for (const [way, model] of ways) {
        scores.set(`${set}, ${way}`, await aspectScore(model, labelled, shown))
        polarities.set(`${set} | ${way}`, await polarityOf(model, labelled))
      }
    process.stdout.write(`${aspectTable(scores)}\n\n${polarityTable(polarities)}\n`)
    return { scores: Object.fromEntries(polarities), cost: await cost(aspects) }
  } finally {
    await Promise.all([sentiment.close(), aspects.model.close()])
  }
}

/** Every aspect has the sentiment of the whole text. */
const withWholeText = (model: LocalSentimentModel): LocalSentimentModel =>
  withAspects(model, (text) => aspectPassages(text).map(({ aspect }) => ({ aspect, passage: null })))

async function polarityOf(model: LocalSentimentModel, set: readonly LabelledReview[]): Promise<Polarity> {
  const results = await model.call(set.map(({ text }) => text))
  const pairs = results.flatMap((result, at) => {
    if (result.kind === 'failed') return []
    return (result.value.aspects ?? []).flatMap(({ aspect, label }) => {
      const meant = new Set(
        set[at]?.aspects.filter(({ category }) => shown.get(category) === aspect).map(({ polarity }) => polarity),
      )
      const [only] = meant
      if (only === undefined || meant.size > 1) return []
      return [{ label: sentimentLabels.indexOf(only), predicted: sentimentLabels.indexOf(label) }]
    })
  })
  const score = (some: typeof pairs): number => macroF1(some, sentimentLabels.length)
  return {
    pairs: pairs.length,
    macroF1: score(pairs),
    interval: interval(pairs, (some) => score([...some])),
    accuracy: accuracy(pairs),
  }
}

/** CPU microseconds a text to find aspects, questions a text over the shipped posts, and questions a CPU second. */
async function cost({ model, question }: AspectModel): Promise<object> {
  const texts = distinctPosts()
  aspectPassages(texts[0] ?? '')
  const secondsOf = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6
  const before = process.cpuUsage()
  const questions = texts.flatMap((text) => aspectPassages(text).map((named) => questionOf(question, named, text)))
  const finding = secondsOf(process.cpuUsage(before))
  const started = process.cpuUsage()
  const { tokens } = model.status()
  const asked = questions.slice(0, 500)
  await model.call(asked)
  const asking = secondsOf(process.cpuUsage(started))
  return {
    microsecondsPerText: (finding / texts.length) * 1e6,
    questionsPerText: questions.length / texts.length,
    tokensPerQuestion: (model.status().tokens - tokens) / asked.length,
    questionsPerCpuSecond: asked.length / asking,
  }
}

function polarityTable(polarities: ReadonlyMap<string, Polarity>): string {
  const percent = (share: number): string => (share * 100).toFixed(1)
  const rows = [...polarities].map(
    ([name, { pairs, macroF1: score, interval: range, accuracy: right }]) =>
      `| ${name} | ${pairs} | ${percent(score)} | ${range.map(percent).join(' - ')} | ${percent(right)} % |`,
  )
  return ['| sentences | by | pairs | macro-F1 | interval | accuracy |', '|---|---|---|---|---|---|', ...rows].join(
    '\n',
  )
}

const readReviews = (file: string): readonly LabelledReview[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
