import { type Paired, type PairSums, productsThere, sumNames } from '../../../schemas/paired-balance.js'
import { labelOfAspect } from '../../../sinks/live/terms.js'
import type { Query } from './insight.js'
import { type Prover, type Subject, within } from './prover.js'

/** Two aspects. */
export type AspectPair = readonly [one: string, other: string]

/** In a value of a query: no name of an aspect holds it. */
const separator = '\u001f'
const nameOf = ([one, other]: AspectPair): string => `${one}${separator}${other}`

const scoreOf = (label: string): string => `multiIf(${label} = 'positive', 1, ${label} = 'negative', -1, 0)`

/** Each sum of an author, over `firstScore`, `secondScore`, `ofFirst`, `ofSecond` and `sign`. */
const sums: Readonly<Record<keyof PairSums, string>> = {
  differences: 'sumIf(sign * (firstScore - secondScore), ofFirst AND ofSecond)',
  squaredDifferences: 'sumIf(sign * (firstScore - secondScore) * (firstScore - secondScore), ofFirst AND ofSecond)',
  both: 'sumIf(sign, ofFirst AND ofSecond)',
  first: 'sumIf(sign * firstScore, NOT ofSecond)',
  firstLabelled: 'sumIf(sign * abs(firstScore), NOT ofSecond)',
  firstAlone: 'sumIf(sign, NOT ofSecond)',
  second: 'sumIf(sign * secondScore, NOT ofFirst)',
  secondLabelled: 'sumIf(sign * abs(secondScore), NOT ofFirst)',
  secondAlone: 'sumIf(sign, NOT ofFirst)',
}

/** A row for each author and pair of aspects. @param authors empty: all of them */
function saidOfPairs(subject: Subject, pairs: readonly AspectPair[], authors: readonly string[]): Query {
  const { sql, params } = within(subject)
  const [first, second] = [1, 2].map((at) => labelOfAspect(`splitByChar('\\x1f', pair)[${String(at)}]`))
  const figures = sumNames.map((name) => `${sums[name]} AS ${name}`).join(', ')
  return {
    sql: `SELECT pair, author, ${figures} FROM (
    SELECT pair, author, sign, firstLabel != '' AS ofFirst, secondLabel != '' AS ofSecond,
      ${scoreOf('firstLabel')} AS firstScore, ${scoreOf('secondLabel')} AS secondScore
    FROM (
      SELECT arrayJoin({pairs:Array(String)}) AS pair, m.author AS author, m.sign AS sign,
        ${first} AS firstLabel, ${second} AS secondLabel
      FROM mentions AS m WHERE ${sql} AND isNull(m.repostOf) AND notEmpty(m.aspects)
        ${authors.length === 0 ? '' : 'AND has({authors:Array(String)}, toString(m.author))'}
    ) WHERE firstLabel != '' OR secondLabel != ''
  ) GROUP BY pair, author`,
    params: { ...params, pairs: pairs.map(nameOf), ...(authors.length === 0 ? {} : { authors }) },
  }
}

/** A row for each pair: the sums of all authors, and those of their products. */
export function pairsOf(subject: Subject, pairs: readonly AspectPair[]): Query {
  const { sql, params } = saidOfPairs(subject, pairs, [])
  const totals = sumNames.map((name) => `sum(s.${name}) AS ${name}`)
  const products = productsThere.map(({ name, one, other }) => `sum(s.${one} * s.${other}) AS ${name}`)
  return {
    sql: `SELECT s.pair AS pair, ${[...totals, ...products].join(', ')} FROM (${sql}) AS s GROUP BY pair`,
    params,
  }
}

/** The columns of a pair, under their own names. */
export const pairColumns: Readonly<Record<string, string>> = Object.fromEntries(
  [...sumNames, ...productsThere.map(({ name }) => name)].map((name) => [name, name]),
)

type Row = Readonly<Record<string, unknown>>
const numbersOf = <Name extends string>(names: readonly Name[], row: Row): Readonly<Record<Name, number>> =>
  Object.fromEntries(names.map((name) => [name, Number(row[name] ?? 0)])) as Record<Name, number>

/** What is said of pairs of aspects, and what each of some authors says of them. */
export interface SaidOfPairs {
  of(pair: AspectPair): Paired
  by(author: string, pair: AspectPair): PairSums
}

/** Asks for it. */
export async function askPairs(
  prover: Prover,
  subject: Subject,
  pairs: readonly AspectPair[],
  authors: readonly string[],
): Promise<SaidOfPairs> {
  const [rows, own] = await Promise.all([
    prover.rows<Row>(pairsOf(subject, pairs)),
    authors.length === 0 ? [] : prover.rows<Row>(saidOfPairs(subject, pairs, authors)),
  ])
  const found = new Map(rows.map((row) => [row['pair'], row]))
  const byAuthor = new Map(own.map((row) => [`${String(row['author'])} ${String(row['pair'])}`, row]))
  const names = productsThere.map(({ name }) => name)
  return {
    of: (pair) => {
      const row = found.get(nameOf(pair)) ?? {}
      return { sums: numbersOf(sumNames, row), products: numbersOf(names, row) }
    },
    by: (author, pair) => numbersOf(sumNames, byAuthor.get(`${author} ${nameOf(pair)}`) ?? {}),
  }
}
