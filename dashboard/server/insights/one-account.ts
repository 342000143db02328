import type { Text } from '../../../schemas/metrics/definition.js'
import type { LeftOut } from '../../../sinks/live/one-author.js'
import type { Compared } from '../comparison.js'
import { wholeOf, wholeOfAll } from '../comparison-counts.js'
import { type Proof, Prover, type Subject, type Without } from './prover.js'
import type { Said } from './sentences.js'
import type { About } from './trends.js'

/** The author who is left out of a comparison, as SQL finds him. @param by what was compared */
export function withoutOf(
  { now, earlier }: About,
  by: Compared,
  { first: { place, isNow, by: most } }: LeftOut,
): Without {
  const of: Subject = isNow ? now : earlier
  if (place === wholeOfAll) return { first: of, by: most }
  const key = place.slice(wholeOf('').length)
  if (by === 'terms') {
    const [kind = '', term = ''] = key.split('\u001f')
    return { first: { ...of, term: { kind, term } }, by: most }
  }
  return { first: by === 'aspects' ? { ...of, aspect: key } : { ...of, region: key }, by: most }
}

/** What is left of a subject without one author, now and before. */
export interface Left {
  readonly mentions: number
  readonly mentionsBefore: number | null
  readonly balance: number | null
  readonly balanceBefore: number | null
  /** Of everything that a term is a part of: the account may have moved that. */
  readonly all?: readonly [now: number, before: number]
}

/** Asks for what is left, and keeps it as proof: the numbers that end on `Without`. */
export async function leftWithout(proof: Proof, now: Subject, before: Subject | null, without: Without): Promise<Left> {
  const { mentionsWithout, balanceWithout } = await proof.take(Prover.figuresOf({ ...now, without }), {
    ...{ mentionsWithout: 'volume', balanceWithout: 'balance' },
  })
  const left = { mentions: mentionsWithout ?? 0, balance: balanceWithout }
  if (before === null) return { ...left, mentionsBefore: null, balanceBefore: null }
  const past = await proof.take(Prover.figuresOf({ ...before, without }), {
    ...{ mentionsBeforeWithout: 'volume', balanceBeforeWithout: 'balance' },
  })
  return { ...left, mentionsBefore: past.mentionsBeforeWithout ?? 0, balanceBefore: past.balanceBeforeWithout }
}

/** The same of a term, and of everything that it is held against. */
export async function leftOfTerm(proof: Proof, now: Subject, before: Subject, without: Without): Promise<Left> {
  const left = await leftWithout(proof, now, before, without)
  const { allWithout } = await proof.take(Prover.figuresOf({ ...now, term: null, without }), { allWithout: 'volume' })
  const { allBeforeWithout } = await proof.take(Prover.figuresOf({ ...before, term: null, without }), {
    allBeforeWithout: 'volume',
  })
  return { ...left, all: [allWithout ?? 0, allBeforeWithout ?? 0] }
}

/** That one account moves it; nothing where none does. */
export const movedByOne = (said: Said, left: Left | null): Text => {
  if (left === null) return { es: '', en: '' }
  const { mentions, mentionsBefore, all } = left
  const [everything, past] = all === undefined ? [null, null] : all.map((count) => said.count(count))
  const [now, before] = [said.count(mentions), mentionsBefore === null ? null : said.count(mentionsBefore)]
  return {
    es: ` Ojo: lo mueve una sola cuenta; sin ella, ${before === null ? now : `de ${before} a ${now}`} menciones${everything === null ? '' : ` (de todo, de ${past} a ${everything})`}, no se sostiene.`,
    en: ` Note: one account moves it; without it, ${before === null ? now : `from ${before} to ${now}`} mentions${everything === null ? '' : ` (of everything, from ${past} to ${everything})`}, it does not hold.`,
  }
}

/** The same of a balance. */
export const moodMovedByOne = (said: Said, left: Left | null): Text => {
  if (left === null) return { es: '', en: '' }
  const { balance, balanceBefore } = left
  const [now, before] = [balance, balanceBefore].map((one) => (one === null ? null : said.balance(one)))
  if (now === null || now === undefined) {
    return {
      es: ' Ojo: lo mueve una sola cuenta; sin ella hay muy pocas menciones para decirlo.',
      en: ' Note: one account moves it; without it there are too few mentions to say so.',
    }
  }
  const earlier = before === null || before === undefined ? null : before
  return {
    es: ` Ojo: lo mueve una sola cuenta; sin ella el balance es ${now}${earlier === null ? '' : `, antes ${earlier}`}, y no se sostiene.`,
    en: ` Note: one account moves it; without it the balance is ${now}${earlier === null ? '' : `, ${earlier} before`}, and it does not hold.`,
  }
}

/** What is left of two aspects. */
export async function leftOfBoth(proof: Proof, now: Subject, best: string, worst: string, without: Without) {
  const { balanceOfBestWithout } = await proof.take(Prover.figuresOf({ ...now, aspect: best, without }), {
    balanceOfBestWithout: 'balance',
  })
  const { balanceOfWorstWithout } = await proof.take(Prover.figuresOf({ ...now, aspect: worst, without }), {
    balanceOfWorstWithout: 'balance',
  })
  return { best: balanceOfBestWithout, worst: balanceOfWorstWithout }
}

/** The same of two of them. */
export const bothMovedByOne = (said: Said, left: Awaited<ReturnType<typeof leftOfBoth>> | null): Text => {
  if (left === null) return { es: '', en: '' }
  const [best, worst] = [left.best, left.worst].map((one) => (one === null ? '–' : said.balance(one)))
  return {
    es: ` Ojo: la mueve una sola cuenta; sin ella son ${best} y ${worst}, y no se sostiene.`,
    en: ` Note: one account moves it; without it they are ${best} and ${worst}, and it does not hold.`,
  }
}
