import { metrics, overMentions } from '../../../schemas/metrics.js'
import { type AsOf, asOfParams, writtenBy } from '../../../sinks/live/as-of.js'
import { type BoardFilter, filterParams, passesIn } from '../../../sinks/live/filter.js'
import type { MostBy } from '../../../sinks/live/one-author.js'
import { type BoardPost, longestText } from '../../../sinks/live/posts.js'
import { type PostRow, postColumns, postOfRow } from '../../../sinks/live/store-history.js'
import { labelOfAspect, mentionHoldsTerm, termParams } from '../../../sinks/live/terms.js'
import type { Cell, Queries } from '../../../streams/engine/ports/analytics.js'
import type { Term } from '../comparison.js'
import type { ProvenNumber, Query } from './insight.js'

/** Milliseconds after which a query is given up. */
const timeout = 15_000

/** What a figure is of. */
export interface Subject {
  readonly from: number
  readonly until: number
  /** Ubigeo; `*` for all, nothing for those whose region is not known. */
  readonly region: string
  readonly term: Term | null
  /** Mentions that speak of it, with what they say of it; null: all, with what they say as a whole. */
  readonly aspect: string | null
  readonly filter: BoardFilter | null
  /** What was written by then. */
  readonly asOf?: AsOf
  /** Without what one author said. */
  readonly without?: Without
}

/** An author, named by where he is the first: who gave most mentions of a subject, or most of a label. */
export interface Without {
  readonly first: Subject
  readonly by: MostBy
}

/** Expression over `mentions AS m`: what a mention says of the aspect of its subject. */
export const saidOfAspect = labelOfAspect('{aspect:String}')

/** The author, found by SQL: names of its values are other ones than those of the query around it. */
function authorOf({ first, by }: Without): Query {
  const { sql, params } = within(first)
  const label = first.aspect === null ? 'm.sentiment' : saidOfAspect
  const found = `SELECT author FROM (SELECT m.author AS author, m.sign AS sign, m.repostOf AS repostOf, ${label} AS sentiment
  FROM mentions AS m WHERE ${sql}) GROUP BY author ORDER BY ${overMentions[by]} DESC, author DESC LIMIT 1`
  return {
    sql: found.replace(/\{(\w+):/g, '{first_$1:'),
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [`first_${name}`, value])),
  }
}

/** Condition over `mentions AS m`, as short as the subject allows, and its values. */
export function within({ from, until, region, term, aspect, filter, asOf, without }: Subject): Query {
  const parts = [
    'm.createdAt >= fromUnixTimestamp64Milli({from:Int64})',
    'm.createdAt < fromUnixTimestamp64Milli({until:Int64})',
  ]
  let params: Readonly<Record<string, Cell>> = { from, until }
  if (region === '') parts.push('isNull(m.region)')
  else if (region !== '*') {
    parts.push('m.region = {region:String}')
    params = { ...params, region }
  }
  if (term?.kind === 'word') {
    parts.push(mentionHoldsTerm)
    params = { ...params, ...termParams(term) }
  } else if (term !== null) {
    parts.push('arrayExists(one -> one.term = {term:String} AND one.kind = {kind:String}, m.terms)')
    params = { ...params, ...term }
  }
  if (aspect !== null) {
    parts.push(`${saidOfAspect} != ''`)
    params = { ...params, aspect }
  }
  if (without !== undefined) {
    const author = authorOf(without)
    parts.push(`m.author != (${author.sql})`)
    params = { ...params, ...author.params }
  }
  return {
    sql: `${parts.join(' AND ')}${writtenBy(asOf)}${passesIn(filter)}`,
    params: { ...params, ...asOfParams(asOf), ...filterParams(filter) },
  }
}

const columns = {
  volume: metrics.volume.overMentions,
  reposts: metrics.reposts.overMentions,
  balance: metrics.balance.overMentions,
  authors: metrics.mentionAuthors.overMentions,
  negative: overMentions.negative,
  neutral: overMentions.neutral,
  positive: overMentions.positive,
} as const
export type FigureName = keyof typeof columns
export type MentionFigures = Readonly<Record<FigureName, number | null>>

const figures = Object.entries(columns)
  .map(([name, sql]) => `${sql} AS ${name}`)
  .join(', ')

const selectPosts = `SELECT ${postColumns} FROM mentions AS m WHERE `
/** Posts that are looked at for those that are shown. */
const looked = 40

/** The first rows of a query for posts: which ones they are is asked of narrow columns, texts are read of these alone. */
function firstOf(sql: string): string {
  if (!sql.startsWith(selectPosts)) return `${sql} LIMIT ${looked}`
  const condition = sql.slice(selectPosts.length)
  return `${selectPosts}(m.postId, m.revision) IN (SELECT postId, revision FROM (
    SELECT m.postId AS postId, m.revision AS revision, any(toUnixTimestamp64Milli(m.createdAt)) AS createdAtMillis
    FROM mentions AS m WHERE ${condition} LIMIT ${looked}))
  AND ${condition} LIMIT ${looked}`
}

/** Queries for figures and keeps how they were asked for. Each question is put once. */
export class Prover {
  readonly #store: Queries
  readonly #asked = new Map<string, Promise<Readonly<Record<string, number | null>>>>()

  constructor(store: Queries) {
    this.#store = store
  }

  /** The one row that a query gives. */
  row({ sql, params }: Query): Promise<Readonly<Record<string, number | null>>> {
    const key = JSON.stringify([sql, params])
    const known = this.#asked.get(key)
    if (known !== undefined) return known
    const asked = this.#store
      .query<Record<string, number | null>>(sql, { params, timeout })
      .then(([row]) =>
        Object.fromEntries(
          Object.entries(row ?? {}).map(([name, value]) => [name, value === null ? null : Number(value)]),
        ),
      )
    this.#asked.set(key, asked)
    return asked
  }

  /** All rows that a query gives. */
  rows<Row extends object>({ sql, params }: Query): Promise<readonly Row[]> {
    return this.#store.query<Row>(sql, { params, timeout })
  }

  /** The figures of a subject. */
  async figures(subject: Subject): Promise<MentionFigures> {
    const row = await this.row(Prover.figuresOf(subject))
    const figure = (name: FigureName) => row[name] ?? null
    return {
      ...{ volume: figure('volume'), reposts: figure('reposts'), balance: figure('balance') },
      ...{ authors: figure('authors'), negative: figure('negative'), neutral: figure('neutral') },
      positive: figure('positive'),
    }
  }

  /** Volume, reposts, balance, authors and labels of a subject, each by its definition in the registry. */
  static figuresOf(subject: Subject): Query {
    const { sql, params } = within(subject)
    if (subject.aspect === null) return { sql: `SELECT ${figures} FROM mentions AS m WHERE ${sql}`, params }
    return {
      sql: `SELECT ${figures} FROM (
  SELECT m.sign AS sign, m.repostOf AS repostOf, m.author AS author, ${saidOfAspect} AS sentiment
  FROM mentions AS m WHERE ${sql})`,
      params,
    }
  }

  /** How many mentions the author has who gave most, and how many there are. */
  static topAuthorOf(subject: Subject): Query {
    const { sql, params } = within(subject)
    return {
      sql: `SELECT max(given) AS topAuthor, sum(given) AS volume FROM (
  SELECT m.author AS author, ${metrics.volume.overMentions} AS given FROM mentions AS m WHERE ${sql} GROUP BY author)`,
      params,
    }
  }

  /** The posts of a subject as they stand, newest first. @param more further conditions */
  static postsOf(subject: Subject, more = ''): Query {
    const { sql, params } = within(subject)
    return {
      sql: `${selectPosts}${sql} AND isNull(m.repostOf) ${more}
GROUP BY m.postId, m.revision HAVING sum(m.sign) > 0 ORDER BY createdAtMillis DESC, postId DESC`,
      params,
    }
  }

  /** A few of the posts that a query gives, of different authors' texts. */
  async posts({ sql, params }: Query, most = 3): Promise<readonly BoardPost[]> {
    const rows = await this.#store.query<PostRow>(firstOf(sql), { params, timeout })
    const seen = new Set<string>()
    const shown: BoardPost[] = []
    for (const row of rows) {
      // an address at the end tells two copies of a text apart
      const said = row.text
        .replace(/https?:\/\/\S+/g, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim()
        .slice(0, 80)
      if (seen.has(said)) continue
      seen.add(said)
      const post = postOfRow(row)
      shown.push({ ...post, text: post.text.length > longestText ? `${post.text.slice(0, longestText)}…` : post.text })
      if (shown.length === most) break
    }
    return shown
  }
}

/** Gathers the queries of an insight and the numbers that come from them. */
export class Proof {
  readonly queries: Query[] = []
  readonly numbers: ProvenNumber[] = []
  readonly #prover: Prover

  constructor(prover: Prover) {
    this.#prover = prover
  }

  /** Queries, and keeps the named columns as numbers under names of their own. */
  async take<Name extends string>(
    query: Query,
    names: Readonly<Record<Name, string>>,
  ): Promise<Record<Name, number | null>> {
    const row = await this.#prover.row(query)
    const place = this.queries.push(query) - 1
    const found: Partial<Record<Name, number | null>> = {}
    for (const [name, column] of Object.entries(names) as [Name, string][]) {
      const value = row[column] ?? null
      this.numbers.push({ name, value, query: place, column })
      found[name] = value
    }
    return found as Record<Name, number | null>
  }
}
