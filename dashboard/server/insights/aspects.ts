import { nameOfAspect } from '../../../schemas/aspect-names.js'
import { type BalanceDifference, balanceDifferences, type Scored } from '../../../schemas/balance-difference.js'
import { fewMentions } from '../../../schemas/growth.js'
import { leastScored } from '../../../schemas/interval.js'
import { labelOfAspect } from '../../../sinks/live/terms.js'
import type { Insight, Query } from './insight.js'
import { type MentionFigures, Proof, Prover, type Subject, saidOfAspect } from './prover.js'
import { inBoth, type Said, significant } from './sentences.js'
import { type About, idOf, type Made, moodShift, pushedFrom } from './trends.js'

/** Aspects of which it is said that people speak better or worse of them, at most. */
const most = 3

/** What is said of an aspect, and was in the period before where that is known in full. */
interface SaidOf {
  readonly aspect: string
  readonly now: MentionFigures
  readonly before: MentionFigures | null
}

const scoredOf = ({ negative, neutral, positive }: MentionFigures): Scored => ({
  ...{ negative: negative ?? 0, neutral: neutral ?? 0, positive: positive ?? 0 },
})
const countOf = (figures: MentionFigures): number => {
  const { negative, neutral, positive } = scoredOf(figures)
  return negative + neutral + positive
}
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
const labels = { negative: 'negative', neutral: 'neutral', positive: 'positive' } as const

/**
 * What is worth knowing of how people speak: of everything, and of which aspects, better or worse than in the period
 * before, tested together; the best and the worst aspect; and those of which too little is said.
 * @param aspects those that are spoken of in the period or in the one before
 */
export async function balanceInsights(
  prover: Prover,
  about: About,
  aspects: readonly string[],
): Promise<readonly Insight[]> {
  const { now, before } = about
  const said = await Promise.all(
    aspects.map(
      async (aspect): Promise<SaidOf> => ({
        aspect,
        now: await prover.figures({ ...now, aspect }),
        before: before === null ? null : await prover.figures({ ...before, aspect }),
      }),
    ),
  )
  const known = said.flatMap(({ aspect, now: figures, before: past }) =>
    past === null ? [] : [{ aspect, pair: [scoredOf(figures), scoredOf(past)] as const }],
  )
  const whole =
    before === null ? [] : [[scoredOf(await prover.figures(now)), scoredOf(await prover.figures(before))] as const]
  const all = balanceDifferences([...known.map(({ pair }) => pair), ...whole])
  const tested = all.filter(({ pValue }) => pValue !== null).length
  const differences = all.slice(0, known.length)
  const ofAll = all[known.length]
  const changed = known
    .flatMap(({ aspect }, at) => {
      const difference = differences[at]
      return difference?.verdict === 'better' || difference?.verdict === 'worse' ? [{ aspect, difference }] : []
    })
    .sort((one, other) => Math.abs(other.difference.difference ?? 0) - Math.abs(one.difference.difference ?? 0))
    .slice(0, most)
  const few = said.filter(({ now: figures, before: past, aspect }) => {
    if (countOf(figures) === 0) return false
    if (past === null) return countOf(figures) < leastScored
    return differences[known.findIndex((each) => each.aspect === aspect)]?.verdict === 'tooFew'
  })
  const told = await Promise.all([
    ofAll === undefined ? null : moodShift(prover, about, ofAll, tested),
    ...changed.map(({ aspect, difference }) => aspectShift(prover, about, aspect, difference, tested)),
    bestAndWorst(prover, now, said),
    tooFew(prover, about, few),
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
  { difference, pValue, verdict }: BalanceDifference,
  tested: number,
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
  const author = (topAuthor ?? 0) / Math.max(1, mentions ?? 0)
  const better = verdict === 'better'
  const { spoken } = nameOfAspect(aspect)
  const counts = (words: string, beforeThat: string, { count }: Said) =>
    `${count(mentions ?? 0)} ${words}, ${beforeThat.replace('#', count(mentionsBefore ?? 0))}`
  const text = inBoth(
    (said) =>
      `Sobre ${spoken.es} se habla ${better ? 'mejor' : 'peor'} que en el periodo anterior: balance ${said.balance(balance ?? 0)}, antes ${said.balance(balanceBefore ?? 0)}; ` +
      `${counts('menciones', 'antes #', said)}. ${significant(said, tested, pValue).es}.` +
      (author >= pushedFrom ? ` Ojo: el ${said.percent(author)} es de un solo autor.` : ''),
    (said) =>
      `${capital(spoken.en)} is spoken of ${better ? 'better' : 'worse'} than in the period before: balance ${said.balance(balance ?? 0)}, ${said.balance(balanceBefore ?? 0)} before; ` +
      `${counts('mentions', '# before', said)}. ${significant(said, tested, pValue).en}.` +
      (author >= pushedFrom ? ` Note: ${said.percent(author)} of it is by one author.` : ''),
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
async function bestAndWorst(prover: Prover, now: Subject, said: readonly SaidOf[]): Promise<Insight | null> {
  const enough = said
    .filter(({ now: figures }) => countOf(figures) >= fewMentions)
    .sort((one, other) => (other.now.balance ?? 0) - (one.now.balance ?? 0))
  // in the order of their balances, so that the widest is that of the first and the last
  const pairs = enough.flatMap((one, at) =>
    enough.slice(at + 1).map((other) => [scoredOf(one.now), scoredOf(other.now)] as const),
  )
  const widest = balanceDifferences(pairs)[enough.length - 2]
  const [best, worst] = [enough[0], enough.at(-1)]
  if (best === undefined || worst === undefined || widest?.verdict !== 'better' || widest.pValue === null) return null
  const { pValue, difference } = widest
  const proof = new Proof(prover)
  const first = await proof.take(Prover.figuresOf({ ...now, aspect: best.aspect }), {
    ...{ best: 'volume', balanceOfBest: 'balance' },
  })
  const last = await proof.take(Prover.figuresOf({ ...now, aspect: worst.aspect }), {
    ...{ worst: 'volume', balanceOfWorst: 'balance' },
  })
  const [well, badly] = [nameOfAspect(best.aspect).spoken, nameOfAspect(worst.aspect).spoken]
  const figures = (words: string, balance: number | null, mentions: number | null, said: Said) =>
    `(balance ${said.balance(balance ?? 0)}, ${said.count(mentions ?? 0)} ${words})`
  const tested = enough.length
  const text = inBoth(
    (said) =>
      `Sobre ${well.es} ${figures('menciones', first.balanceOfBest, first.best, said)} se habla mejor que sobre ${badly.es} ${figures('menciones', last.balanceOfWorst, last.worst, said)}: ` +
      `${tested === 2 ? 'la diferencia' : `la mayor diferencia entre ${said.count(tested)} aspectos`} es significativa (${said.probability(pValue)}).`,
    (said) =>
      `${capital(well.en)} ${figures('mentions', first.balanceOfBest, first.best, said)} is spoken of better than ${badly.en} ${figures('mentions', last.balanceOfWorst, last.worst, said)}: ` +
      `the ${tested === 2 ? 'difference' : `widest difference among ${said.count(tested)} aspects`} is significant (${said.probability(pValue)}).`,
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
      derived: { difference, pValue, tested },
    },
    { sql, params: { ...params, best: best.aspect, worst: worst.aspect } },
  )
}

/** Of which aspects too little is said to compare them, or to say anything. */
async function tooFew(prover: Prover, { now, before }: About, few: readonly SaidOf[]): Promise<Insight | null> {
  if (few.length === 0) return null
  const proof = new Proof(prover)
  for (const { aspect } of few) {
    await proof.take(Prover.figuresOf({ ...now, aspect }), { [aspect]: 'volume' })
    if (before !== null) await proof.take(Prover.figuresOf({ ...before, aspect }), { [`${aspect}Before`]: 'volume' })
  }
  const listed = (language: 'es' | 'en', said: Said, beforeThat: string) =>
    said.list(
      few.map(({ aspect, now: { volume }, before: past }) => {
        const earlier = past === null ? '' : `, ${beforeThat.replace('#', said.count(past.volume ?? 0))}`
        return `${nameOfAspect(aspect).spoken[language]} (${said.count(volume ?? 0)}${earlier})`
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
    { sql, params: { ...params, aspects: few.map(({ aspect }) => aspect) } },
  )
}
