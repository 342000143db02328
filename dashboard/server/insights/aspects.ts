import { nameOfAspect } from '../../../schemas/aspect-names.js'
import type { BalanceDifference } from '../../../schemas/balance-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { leastScored } from '../../../schemas/interval.js'
import { changeDefinitions } from '../../../schemas/metrics/changes.js'
import { mostOfOne } from '../../../schemas/metrics/shifts.js'
import { pairedDifference, pairVerdicts, withoutPairs } from '../../../schemas/paired-balance.js'
import { labelOfAspect } from '../../../sinks/live/terms.js'
import type { ComparedItem, Comparison } from '../comparison.js'
import { type AspectPair, askPairs, pairColumns, pairsOf } from './aspect-pairs.js'
import type { Insight, Query } from './insight.js'
import { bothMovedByOne, leftOfBoth, leftWithout, moodMovedByOne, withoutOf } from './one-account.js'
import { Proof, Prover, type Subject, saidOfAspect, type Without } from './prover.js'
import { inBoth, type Said, significant } from './sentences.js'
import { type About, idOf, type Made, moodShift } from './trends.js'

/** Aspects of which it is said that people speak better or worse of them, at most. */
const most = 3

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
const labels = { negative: 'negative', neutral: 'neutral', positive: 'positive' } as const
const isMoved = ({ verdict }: BalanceDifference): boolean => verdict !== 'steady' && verdict !== 'tooFew'

/**
 * What is worth knowing of how people speak: of everything, and of which aspects, better or worse than in the period
 * before, tested together; the best and the worst aspect; and those of which too little is said.
 * @param about the period alone, of all sources
 * @param held against the one before, of the sources that were heard in both
 * @param compared the aspects that are spoken of in the period or in the one before, side by side
 */
export async function balanceInsights(
  prover: Prover,
  about: About,
  held: About,
  compared: Comparison,
): Promise<readonly Insight[]> {
  const { all, items, movers } = compared
  const differences = [all, ...items].flatMap(({ balanceChange }) => balanceChange ?? [])
  const tested = differences.filter(({ pValue }) => pValue !== null).length
  const without = (change: BalanceDifference): Without | null => {
    const left = movers.get(change)
    return left === undefined ? null : withoutOf(held, 'aspects', left)
  }
  const changed = items
    .flatMap(({ name, balanceChange }) =>
      balanceChange !== null && isMoved(balanceChange) ? [{ aspect: name, difference: balanceChange }] : [],
    )
    .sort(
      ({ difference: one }, { difference: other }) =>
        Number(one.verdict === 'oneAuthor') - Number(other.verdict === 'oneAuthor') ||
        Math.abs(other.difference ?? 0) - Math.abs(one.difference ?? 0),
    )
    .slice(0, most)
  const few = items.filter(
    ({ scored, balanceChange }) =>
      scored > 0 && (balanceChange === null ? scored < leastScored : balanceChange.verdict === 'tooFew'),
  )
  const told = await Promise.all([
    all.balanceChange === null ? null : moodShift(prover, held, all.balanceChange, tested, without(all.balanceChange)),
    ...changed.map(({ aspect, difference }) =>
      aspectShift(prover, held, aspect, difference, tested, without(difference)),
    ),
    bestAndWorst(prover, about, compared),
    tooFew(prover, held.before === null ? about : held, few),
  ])
  return told.filter((one) => one !== null)
}

async function insight(prover: Prover, proof: Proof, made: Made, query: Query): Promise<Insight> {
  return { ...made, queries: proof.queries, numbers: proof.numbers, posts: { query, shown: await prover.posts(query) } }
}

/** An aspect of which people speak better or worse than before, with the posts that do. */
async function aspectShift(
  prover: Prover,
  { now, before }: About,
  aspect: string,
  { difference, pValue }: BalanceDifference,
  tested: number,
  without: Without | null,
): Promise<Insight | null> {
  if (before === null || pValue === null) return null
  const proof = new Proof(prover)
  const own: Subject = { ...now, aspect }
  const { mentions, balance } = await proof.take(Prover.figuresOf(own), {
    ...{ mentions: 'volume', balance: 'balance', ...labels },
  })
  const { mentionsBefore, balanceBefore } = await proof.take(Prover.figuresOf({ ...before, aspect }), {
    ...{ mentionsBefore: 'volume', balanceBefore: 'balance' },
    ...{ negativeBefore: 'negative', neutralBefore: 'neutral', positiveBefore: 'positive' },
  })
  const { topAuthor } = await proof.take(Prover.topAuthorOf(own), { topAuthor: 'topAuthor' })
  const author = changeDefinitions.topAuthorShare.of({ topAuthor, mentions })
  const better = (difference ?? 0) > 0
  const left = without === null ? null : await leftWithout(proof, own, { ...before, aspect }, without)
  const { spoken } = nameOfAspect(aspect)
  const counts = (words: string, beforeThat: string, { count }: Said) =>
    `${count(mentions ?? 0)} ${words}, ${beforeThat.replace('#', count(mentionsBefore ?? 0))}`
  const text = inBoth(
    (said) =>
      `Sobre ${spoken.es} se habla ${better ? 'mejor' : 'peor'} que en el periodo anterior: balance ${said.balance(balance ?? 0)}, antes ${said.balance(balanceBefore ?? 0)}; ` +
      `${counts('menciones', 'antes #', said)}. ${significant(said, tested, pValue).es}.` +
      (author !== null && author >= mostOfOne ? ` Ojo: el ${said.percent(author)} es de un solo autor.` : '') +
      moodMovedByOne(said, left).es,
    (said) =>
      `${capital(spoken.en)} is spoken of ${better ? 'better' : 'worse'} than in the period before: balance ${said.balance(balance ?? 0)}, ${said.balance(balanceBefore ?? 0)} before; ` +
      `${counts('mentions', '# before', said)}. ${significant(said, tested, pValue).en}.` +
      (author !== null && author >= mostOfOne ? ` Note: ${said.percent(author)} of it is by one author.` : '') +
      moodMovedByOne(said, left).en,
  )
  const derived = { difference, pValue, tested, topAuthorShare: author }
  return insight(
    prover,
    proof,
    { id: idOf('aspectShift', aspect, now), kind: 'aspectShift', text, derived },
    Prover.postsOf(own, `AND ${saidOfAspect} = '${better ? 'positive' : 'negative'}'`),
  )
}

/** The aspect of which people speak best beside that of which they speak worst, when chance does not explain it. */
async function bestAndWorst(prover: Prover, about: About, { items, leftOut }: Comparison): Promise<Insight | null> {
  const { now } = about
  const enough = items
    .filter(({ scored }) => scored >= fewMentions)
    .sort((one, other) => (other.balance ?? 0) - (one.balance ?? 0))
    .map(({ name }) => name)
  // in the order of their balances, so that the widest is that of the first and the last
  const pairs = enough.flatMap((one, at) => enough.slice(at + 1).map((other): AspectPair => [one, other]))
  const [first, last] = [enough[0], enough.at(-1)]
  if (first === undefined || last === undefined || pairs.length === 0) return null
  const said = await askPairs(
    prover,
    now,
    pairs,
    leftOut.map(({ author }) => author),
  )
  const found = pairVerdicts(pairs.map(said.of), (at) => {
    const pair = pairs[at]
    return pair === undefined ? [] : leftOut.map(({ author }) => withoutPairs(said.of(pair), said.by(author, pair)))
  })
  const widest = found[enough.length - 2]
  if (widest === undefined || widest.verdict === 'steady' || widest.verdict === 'worse') return null
  // within mentions of both the one that stands first may be spoken of worse
  if (pairedDifference(said.of([first, last])).excess <= 0) return null
  const left = widest.author === undefined ? undefined : leftOut[widest.author]
  return bestBesideWorst(prover, now, {
    ...{ best: first, worst: last, aspects: enough.length, tested: pairs.length, pValue: widest.pValue },
    without: left === undefined ? null : withoutOf(about, 'aspects', left),
  })
}

interface Widest {
  readonly best: string
  readonly worst: string
  readonly aspects: number
  /** Pairs of them. */
  readonly tested: number
  readonly pValue: number
  readonly without: Without | null
}

async function bestBesideWorst(
  prover: Prover,
  now: Subject,
  { best, worst, aspects, tested, pValue, without }: Widest,
): Promise<Insight> {
  const proof = new Proof(prover)
  const first = await proof.take(Prover.figuresOf({ ...now, aspect: best }), {
    ...{ best: 'volume', balanceOfBest: 'balance' },
  })
  const last = await proof.take(Prover.figuresOf({ ...now, aspect: worst }), {
    ...{ worst: 'volume', balanceOfWorst: 'balance' },
  })
  await proof.take(pairsOf(now, [[best, worst]]), pairColumns)
  const [well, badly] = [nameOfAspect(best).spoken, nameOfAspect(worst).spoken]
  const figures = (words: string, balance: number | null, mentions: number | null, said: Said) =>
    `(balance ${said.balance(balance ?? 0)}, ${said.count(mentions ?? 0)} ${words})`
  const left = without === null ? null : await leftOfBoth(proof, now, best, worst, without)
  const text = inBoth(
    (said) =>
      `Sobre ${well.es} ${figures('menciones', first.balanceOfBest, first.best, said)} se habla mejor que sobre ${badly.es} ${figures('menciones', last.balanceOfWorst, last.worst, said)}: ` +
      `${aspects === 2 ? 'la diferencia' : `la mayor diferencia entre ${said.count(aspects)} aspectos`} es significativa${tested === 1 ? '' : ` entre ${said.count(tested)} comparaciones`} (${said.probability(pValue)}).${bothMovedByOne(said, left).es}`,
    (said) =>
      `${capital(well.en)} ${figures('mentions', first.balanceOfBest, first.best, said)} is spoken of better than ${badly.en} ${figures('mentions', last.balanceOfWorst, last.worst, said)}: ` +
      `the ${aspects === 2 ? 'difference' : `widest difference among ${said.count(aspects)} aspects`} is significant${tested === 1 ? '' : ` among ${said.count(tested)} comparisons`} (${said.probability(pValue)}).${bothMovedByOne(said, left).en}`,
  )
  const { sql, params } = Prover.postsOf(
    now,
    `AND (${labelOfAspect('{best:String}')} = 'positive' OR ${labelOfAspect('{worst:String}')} = 'negative')`,
  )
  return insight(
    prover,
    proof,
    {
      ...{ id: idOf('aspects', '*', now), kind: 'aspects', text },
      derived: { difference: (first.balanceOfBest ?? 0) - (last.balanceOfWorst ?? 0), pValue, tested },
    },
    { sql, params: { ...params, best, worst } },
  )
}

/** Of which aspects too little is said to compare them, or to say anything. */
async function tooFew(prover: Prover, { now, before }: About, few: readonly ComparedItem[]): Promise<Insight | null> {
  if (few.length === 0) return null
  const proof = new Proof(prover)
  for (const { name: aspect } of few) {
    await proof.take(Prover.figuresOf({ ...now, aspect }), { [aspect]: 'volume' })
    if (before !== null) await proof.take(Prover.figuresOf({ ...before, aspect }), { [`${aspect}Before`]: 'volume' })
  }
  const listed = (language: 'es' | 'en', said: Said, beforeThat: string) =>
    said.list(
      few.map(({ name, volume, comparableVolume, previous }) => {
        const earlier = previous === null ? '' : `, ${beforeThat.replace('#', said.count(previous))}`
        return `${nameOfAspect(name).spoken[language]} (${said.count(comparableVolume ?? volume)}${earlier})`
      }),
    )
  const text = inBoth(
    (said) =>
      `Muy pocas menciones para ${before === null ? 'decir algo' : 'comparar con el periodo anterior'}: ${listed('es', said, 'antes #')}.`,
    (said) =>
      `Too few mentions to ${before === null ? 'say anything' : 'compare with the period before'}: ${listed('en', said, '# before')}.`,
  )
  const { sql, params } = Prover.postsOf(
    now,
    'AND arrayExists(one -> has({aspects:Array(String)}, toString(one.1)), m.aspects)',
  )
  return insight(
    prover,
    proof,
    { id: idOf('aspectsFew', '*', now), kind: 'aspectsFew', text, derived: {} },
    { sql, params: { ...params, aspects: few.map(({ name }) => name) } },
  )
}
