import { areEnough, type BalanceDifference, differencePValue } from '../../../schemas/balance-difference.js'
import { change, fewMentions, leastMentions } from '../../../schemas/growth.js'
import { balanceInterval, shareInterval } from '../../../schemas/interval.js'
import { changeDefinitions } from '../../../schemas/metrics/changes.js'
import { comparisonDefinitions } from '../../../schemas/metrics/comparison.js'
import { mostOfOne } from '../../../schemas/metrics/shifts.js'
import { metrics, noCounts } from '../../../schemas/metrics.js'
import type { ComparedSources } from '../../../sinks/live/heard-sources.js'
import type { Term } from '../comparison.js'
import type { Insight, InsightKind } from './insight.js'
import { leftOutSources, proveBeginning, proveSince, toldOf } from './not-compared.js'
import { leftOfTerm, leftWithout, moodMovedByOne, movedByOne } from './one-account.js'
import { Proof, Prover, type Subject, type Without } from './prover.js'
import { amongMost, inBoth, kindNames, type Said, significant } from './sentences.js'

/** A period and the one before it, of a board, a region, or everything. */
export interface About {
  readonly now: Subject
  /** Null where it is not known in full. */
  readonly before: Subject | null
  /** The same, whether it is known in full or not: an author may be the first there. */
  readonly earlier: Subject
}

/** Of terms that are named as much as the first so many are named. */
const mostLevel = 3
/** The least growth that a sentence is made of, at the lower end of its interval. */
const worthSaying = 1.2

export type Made = Omit<Insight, 'queries' | 'numbers' | 'posts'>
/** A sentence with its proof and the posts behind it. */
export async function insight(prover: Prover, proof: Proof, made: Made, subject: Subject, more = ''): Promise<Insight> {
  const query = Prover.postsOf(subject, more)
  return { ...made, queries: proof.queries, numbers: proof.numbers, posts: { query, shown: await prover.posts(query) } }
}

export const idOf = (kind: InsightKind, name: string, { from, until }: Subject) => `${kind}:${name}:${from}-${until}`

/**
 * How much was said, against the period before.
 * @param held what is held against it: of the sources that were heard in both
 * @param sources which of them are, and why none is
 * @param without the author without whom it is not more, or fewer
 */
export async function volume(
  prover: Prover,
  { now }: About,
  { now: comparable, before, earlier: past }: About,
  sources: Pick<ComparedSources, 'notCompared' | 'storeBegins'>,
  without: Without | null,
): Promise<Insight> {
  const proof = new Proof(prover)
  const { mentions, authors } = await proof.take(Prover.figuresOf(now), { mentions: 'volume', authors: 'authors' })
  const [said, people] = [mentions ?? 0, authors ?? 0]
  const few = said < leastMentions
  const { storeBegins } = sources
  const notCompared = toldOf(sources)
  const isPart = before !== null && notCompared.length > 0
  const { mentionsCompared } = isPart
    ? await proof.take(Prover.figuresOf(comparable), { mentionsCompared: 'volume' })
    : { mentionsCompared: said }
  const current = mentionsCompared ?? 0
  const earlier =
    before === null ? null : (await proof.take(Prover.figuresOf(before), { mentionsBefore: 'volume' })).mentionsBefore
  const changed = earlier === null ? null : change(current, earlier, 1, 1)
  const left = without === null ? null : await leftWithout(proof, comparable, before, without)
  if (!few) await proveSince(proof, now, notCompared)
  if (!few && storeBegins !== null) await proveBeginning(proof, now)
  const derived = {
    factor: changed?.factor ?? null,
    atLeast: changed?.atLeast ?? null,
    atMost: changed?.atMost ?? null,
  }
  const text = inBoth(
    (words) => {
      const { count, date, factor, period } = words
      const begun = `${count(said)} ${said === 1 ? 'mención' : 'menciones'} de ${count(people)} ${people === 1 ? 'autor' : 'autores'} en el periodo (${period(now)})`
      if (few) return `${begun}: muy pocas para decir más.`
      const end = `${movedByOne(words, left).es}${leftOutSources(words, notCompared).es}`
      if (storeBegins !== null)
        return `${begun}; no se comparan con el periodo anterior, que empieza el ${date(past.from)}: lo más antiguo que se guarda es del ${date(storeBegins)}.${end}`
      if (changed === null || earlier === null)
        return `${begun}; no hay un periodo anterior completo con que compararlas.${end}`
      const interval = `${factor(changed.atLeast)} a ${changed.atMost === null ? '∞' : factor(changed.atMost)}`
      const part = isPart ? `; de las fuentes que se escucharon en los dos periodos, ${count(current)}` : ''
      if (changed.verdict === 'rising')
        return `${begun}${part}, más que las ${count(earlier)} del anterior (${interval}).${end}`
      if (changed.verdict === 'falling')
        return `${begun}${part}, menos que las ${count(earlier)} del anterior (${interval}).${end}`
      return `${begun}${part}, frente a ${count(earlier)} en el anterior: la diferencia no es clara.${end}`
    },
    (words) => {
      const { count, date, factor, period } = words
      const begun = `${count(said)} ${said === 1 ? 'mention' : 'mentions'} by ${count(people)} ${people === 1 ? 'author' : 'authors'} in the period (${period(now)})`
      if (few) return `${begun}: too few to say more.`
      const end = `${movedByOne(words, left).en}${leftOutSources(words, notCompared).en}`
      if (storeBegins !== null)
        return `${begun}; they are not compared with the period before, which begins on ${date(past.from)}: the oldest mention that is kept is of ${date(storeBegins)}.${end}`
      if (changed === null || earlier === null)
        return `${begun}; no period before is known in full to compare them with.${end}`
      const interval = `${factor(changed.atLeast)} to ${changed.atMost === null ? '∞' : factor(changed.atMost)}`
      const part = isPart ? `; of the sources heard in both periods, ${count(current)}` : ''
      if (changed.verdict === 'rising')
        return `${begun}${part}, more than the ${count(earlier)} of the one before (${interval}).${end}`
      if (changed.verdict === 'falling')
        return `${begun}${part}, fewer than the ${count(earlier)} of the one before (${interval}).${end}`
      return `${begun}${part}, against ${count(earlier)} in the one before: the difference is not clear.${end}`
    },
  )
  const kind = few ? 'tooFew' : 'volume'
  return insight(prover, proof, { id: idOf(kind, '*', now), kind, text, derived }, now)
}

/**
 * A term that rises or falls, or its share of voice alone, by the interval of its change; null when that does not say
 * enough.
 * @param tested so many terms were tested together with it, itself included
 * @param without the author without whom it does not
 */
export async function moved(
  prover: Prover,
  { now, before }: About,
  term: Term,
  tested: number,
  without: Without | null,
): Promise<Insight | null> {
  if (before === null) return null
  const proof = new Proof(prover)
  const [own, past] = [
    { ...now, term },
    { ...before, term },
  ]
  const { mentions } = await proof.take(Prover.figuresOf(own), { mentions: 'volume' })
  const { mentionsBefore } = await proof.take(Prover.figuresOf(past), { mentionsBefore: 'volume' })
  const { all } = await proof.take(Prover.figuresOf(now), { all: 'volume' })
  const { allBefore } = await proof.take(Prover.figuresOf(before), { allBefore: 'volume' })
  const [current, previous] = [mentions ?? 0, mentionsBefore ?? 0]
  const changed = change(current, previous, all ?? 0, allBefore ?? 0)
  if (changed === null || changed.pValue === null || current + previous < fewMentions) return null
  const { pValue } = changed
  const ofShare = changed.verdict === 'shareRising' || changed.verdict === 'shareFalling'
  const rises = (changed.verdict === 'rising' || changed.verdict === 'shareRising') && changed.atLeast >= worthSaying
  const falls =
    (changed.verdict === 'falling' || changed.verdict === 'shareFalling') && (changed.atMost ?? 1) <= 1 / worthSaying
  if (!rises && !falls) return null
  const left = without === null ? null : await leftOfTerm(proof, own, past, without)
  const author = rises && !ofShare ? await proof.take(Prover.topAuthorOf(own), { topAuthor: 'topAuthor' }) : null
  const pushed =
    author === null ? null : changeDefinitions.topAuthorShare.of({ topAuthor: author.topAuthor, mentions: current })
  const name = term.term
  const text = inBoth(
    (said) => {
      const { count, factor, percent } = said
      const sure = significant(said, tested, pValue).es
      const counts = `de ${count(previous)} a ${count(current)} menciones`
      if (ofShare) {
        const shares = `del ${percent(previous / (allBefore ?? 1))} al ${percent(current / (all ?? 1))} de lo que se dice`
        return `La parte de «${name}» en la conversación ${rises ? 'crece' : 'cae'}: ${shares}, con ${count(current)} menciones, antes ${count(previous)}. ${sure}.${movedByOne(said, left).es}`
      }
      if (falls)
        return `«${name}» cae: ${counts}, ${factor(changed.atMost ?? 0)} o menos, descontado lo que cambió todo. ${sure}.${movedByOne(said, left).es}`
      const grown =
        changed.factor === null ? 'no se nombraba antes' : `${factor(changed.factor)} descontado lo que cambió todo`
      const whose = pushed !== null && pushed >= mostOfOne ? ` Ojo: el ${percent(pushed)} es de un solo autor.` : ''
      return `«${name}» crece: ${counts}, ${grown} (al menos ${factor(changed.atLeast)}). ${sure}.${whose}${movedByOne(said, left).es}`
    },
    (said) => {
      const { count, factor, percent } = said
      const sure = significant(said, tested, pValue).en
      const counts = `from ${count(previous)} to ${count(current)} mentions`
      if (ofShare) {
        const shares = `from ${percent(previous / (allBefore ?? 1))} to ${percent(current / (all ?? 1))} of all that is said`
        return `The share of voice of “${name}” ${rises ? 'rises' : 'falls'}: ${shares}, with ${count(current)} mentions, ${count(previous)} before. ${sure}.${movedByOne(said, left).en}`
      }
      if (falls)
        return `“${name}” falls: ${counts}, ${factor(changed.atMost ?? 0)} or less, corrected for everything. ${sure}.${movedByOne(said, left).en}`
      const grown = changed.factor === null ? 'not named before' : `${factor(changed.factor)} corrected for everything`
      const whose = pushed !== null && pushed >= mostOfOne ? ` Note: ${percent(pushed)} of it is by one author.` : ''
      return `“${name}” rises: ${counts}, ${grown} (at least ${factor(changed.atLeast)}). ${sure}.${whose}${movedByOne(said, left).en}`
    },
  )
  const kind = ofShare ? 'share' : rises ? 'rising' : 'falling'
  const derived = {
    ...{ factor: changed.factor, atLeast: changed.atLeast, atMost: changed.atMost },
    ...{ pValue, tested, topAuthorShare: pushed },
  }
  return insight(
    prover,
    proof,
    { id: idOf(kind, `${term.kind} ${name}`, now), kind, text, derived },
    rises || ofShare ? own : past,
  )
}

/** The term behind the one that is named most. */
interface Behind {
  readonly term: Term
  /** Whether the lead is more than chance gives. */
  readonly isClear: boolean
  /** The author without whom the other one would be named more. */
  readonly without: Without | null
}

/**
 * The term of its kind that is named most, with its share of voice.
 * @param first it, and those that are named as much
 */
export async function leader(
  prover: Prover,
  { now }: About,
  [term, ...level]: readonly Term[],
  behind: Behind | null,
): Promise<Insight | null> {
  const opening = term === undefined ? undefined : kindNames[term.kind]
  if (opening === undefined || term === undefined) return null
  const proof = new Proof(prover)
  const own = { ...now, term }
  const { mentions } = await proof.take(Prover.figuresOf(own), { mentions: 'volume' })
  const { all } = await proof.take(Prover.figuresOf(now), { all: 'volume' })
  const interval = shareInterval(mentions ?? 0, all ?? 0)
  if (interval === null || (mentions ?? 0) < leastMentions) return null
  const share = comparisonDefinitions.share.of({
    ...{ mentions, allMentions: all, comparedMentions: null, population: null },
  })
  const without = behind?.without ?? null
  const left = without === null ? null : await leftWithout(proof, own, null, without)
  const { rivalWithout } =
    behind === null || without === null
      ? { rivalWithout: null }
      : await proof.take(Prover.figuresOf({ ...now, term: behind.term, without }), { rivalWithout: 'volume' })
  const { rival } =
    behind === null || behind.isClear
      ? { rival: null }
      : await proof.take(Prover.figuresOf({ ...now, term: behind.term }), { rival: 'volume' })
  const say =
    (
      begun: string,
      [of, to]: readonly [string, string],
      note: (rival: string, rivals: string, own: string) => string,
      unclear: (rival: string, rivals: string) => string,
      tied: (others: string) => string,
      quoted: (term: string) => string,
    ) =>
    ({ count, percent, list }: Said) => {
      const counts = `${begun} ${term.term}: ${count(mentions ?? 0)} ${of} (${percent(share ?? 0)}; ${percent(interval.low)} ${to} ${percent(interval.high)})`
      if (level.length > 0) {
        const named = level.slice(0, mostLevel).map((one) => quoted(one.term))
        const more = level.length - named.length
        return `${counts}${tied(list(more > 0 ? [...named, `+${count(more)}`] : named))}`
      }
      if (behind !== null && rival !== null) return `${counts}${unclear(behind.term.term, count(rival))}`
      return behind === null || left === null
        ? `${counts}.`
        : `${counts}.${note(behind.term.term, count(rivalWithout ?? 0), count(left.mentions))}`
    }
  const isFirst = level.length === 0 && rival === null
  const among = amongMost[term.kind] ?? opening
  const text = inBoth(
    say(
      ...([isFirst ? opening.es : among.es, ['menciones', 'a']] as const),
      (other, many, few) => ` Ojo: sin una sola cuenta sería «${other}», ${many} a ${few}.`,
      (other, many) => `, frente a ${many} de «${other}»: cuál de los dos se nombra más no está claro.`,
      (others) => `, tantas como ${others}.`,
      (name) => `«${name}»`,
    ),
    say(
      ...([isFirst ? opening.en : among.en, ['mentions', 'to']] as const),
      (other, many, few) => ` Note: without one account it would be “${other}”, ${many} to ${few}.`,
      (other, many) => `, against ${many} of “${other}”: which of them is named more is not clear.`,
      (others) => `, as many as ${others}.`,
      (name) => `“${name}”`,
    ),
  )
  const derived = { share, low: interval.low, high: interval.high }
  return insight(
    prover,
    proof,
    { id: idOf('leader', `${term.kind} ${term.term}`, now), kind: 'leader', text, derived },
    own,
  )
}

/**
 * A term of which people speak better or worse than of the rest.
 * @param tested so many terms were held against the rest, together with it: its difference stands among them
 * @param without the author without whom it does not
 */
export async function mood(
  prover: Prover,
  { now }: About,
  term: Term,
  tested: number,
  without: Without | null,
): Promise<Insight | null> {
  const proof = new Proof(prover)
  const own = { ...now, term }
  const labels = { negative: 'negative', neutral: 'neutral', positive: 'positive' }
  const found = await proof.take(Prover.figuresOf(own), { balance: 'balance', ...labels })
  const all = await proof.take(Prover.figuresOf(now), {
    ...{ negativeOfAll: 'negative', neutralOfAll: 'neutral', positiveOfAll: 'positive' },
  })
  const said = { negative: found.negative ?? 0, neutral: found.neutral ?? 0, positive: found.positive ?? 0 }
  const rest = {
    negative: (all.negativeOfAll ?? 0) - said.negative,
    neutral: (all.neutralOfAll ?? 0) - said.neutral,
    positive: (all.positiveOfAll ?? 0) - said.positive,
  }
  const interval = balanceInterval(said.positive, said.neutral, said.negative)
  const { balance } = found
  if (interval === null || balance === null || !areEnough(said, rest)) return null
  const pValue = differencePValue(said, rest)
  const balanceOfRest = metrics.balance.of({ ...noCounts, ...rest }) ?? 0
  const better = balance > balanceOfRest
  const left = without === null ? null : await leftWithout(proof, own, null, without)
  const text = inBoth(
    (words) =>
      `De «${term.term}» se habla ${better ? 'mejor' : 'peor'} que del resto: balance ${words.balance(balance)} (${words.balance(interval.low)} a ${words.balance(interval.high)}), frente a ${words.balance(balanceOfRest)}. ${significant(words, tested, pValue).es}.${moodMovedByOne(words, left).es}`,
    (words) =>
      `“${term.term}” is spoken of ${better ? 'better' : 'worse'} than the rest: balance ${words.balance(balance)} (${words.balance(interval.low)} to ${words.balance(interval.high)}), against ${words.balance(balanceOfRest)}. ${significant(words, tested, pValue).en}.${moodMovedByOne(words, left).en}`,
  )
  const made = {
    id: idOf('mood', `${term.kind} ${term.term}`, now),
    kind: 'mood',
    text,
    derived: { ...interval, balanceOfRest, difference: balance - balanceOfRest, pValue, tested },
  } as const
  return insight(prover, proof, made, own, `AND m.sentiment = '${better ? 'positive' : 'negative'}'`)
}

/**
 * The mood of everything against the period before, where it is another one.
 * @param tested so many differences were tested together with it, itself included
 * @param without the author without whom it is not
 */
export async function moodShift(
  prover: Prover,
  { now, before }: About,
  { difference, pValue, verdict }: BalanceDifference,
  tested: number,
  without: Without | null,
): Promise<Insight | null> {
  if (before === null || pValue === null || verdict === 'steady' || verdict === 'tooFew') return null
  const proof = new Proof(prover)
  const labels = { negative: 'negative', neutral: 'neutral', positive: 'positive' }
  const { balance } = await proof.take(Prover.figuresOf(now), { balance: 'balance', ...labels })
  const { balanceBefore } = await proof.take(Prover.figuresOf(before), {
    balanceBefore: 'balance',
    ...{ negativeBefore: 'negative', neutralBefore: 'neutral', positiveBefore: 'positive' },
  })
  if (balance === null || balanceBefore === null) return null
  const better = (difference ?? 0) > 0
  const left = without === null ? null : await leftWithout(proof, now, before, without)
  const text = inBoth(
    (said) =>
      `El ánimo ${better ? 'mejoró' : 'empeoró'}: balance de ${said.balance(balanceBefore)} a ${said.balance(balance)}. ${significant(said, tested, pValue).es}.${moodMovedByOne(said, left).es}`,
    (said) =>
      `The mood has turned ${better ? 'better' : 'worse'}: balance from ${said.balance(balanceBefore)} to ${said.balance(balance)}. ${significant(said, tested, pValue).en}.${moodMovedByOne(said, left).en}`,
  )
  const derived = { difference, pValue, tested }
  const made = { id: idOf('moodShift', '*', now), kind: 'moodShift', text, derived } as const
  return insight(prover, proof, made, now, `AND m.sentiment = '${better ? 'positive' : 'negative'}'`)
}
