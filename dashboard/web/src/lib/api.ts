import type { Board } from '../../../../schemas/board.js'
import type { SentimentLabel, TermKind } from '../../../../schemas/mention.js'
import type { EmergingFigures } from '../../../../sinks/live/emerging-figures.js'
import type { NotCompared } from '../../../../sinks/live/heard-sources.js'
import type { BoardPost } from '../../../../sinks/live/posts.js'
import type { ShiftFigures } from '../../../../sinks/live/shift-figures.js'
import type { Span, View } from '../../../../sinks/live/view.js'
import type { BoardDraft } from '../../../server/boards.js'
import type { ComparedItem } from '../../../server/comparison.js'
import type { Insight } from '../../../server/insights/insight.js'
import type { SurveyFigures, SurveySummary } from '../../../server/surveys.js'

type Query = Readonly<Record<string, string | readonly string[] | null>>

async function ask<Answer>(path: string, query: Query): Promise<Answer> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const each of value === null ? [] : typeof value === 'string' ? [value] : value) parameters.append(name, each)
  }
  const response = await fetch(`/api/v1/${path}?${parameters}`, { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

/** Which posts: those behind one number of the board. */
export interface PostFilter {
  readonly region: string
  readonly board: string | null
  readonly term: { readonly term: string; readonly kind: TermKind } | null
  readonly sentiment: SentimentLabel | null
  readonly aspect: string | null
  readonly from: number
  readonly until: number
}

export interface PostPage {
  readonly posts: readonly BoardPost[]
  readonly next: string | null
}

export const askPosts = (
  { region, board, term, sentiment, aspect, from, until }: PostFilter,
  after: string | null,
): Promise<PostPage> =>
  ask('posts', {
    ...{ region, board, sentiment, aspect, after },
    ...{ from: String(from), until: String(until), term: term?.term ?? null, kind: term?.kind ?? null },
  })

export interface FoundTerm {
  readonly term: string
  readonly kind: TermKind
  readonly volume: number
}

export const findTerms = async (
  search: string,
  { region, span, board }: Pick<View, 'region' | 'span' | 'board'>,
): Promise<readonly FoundTerm[]> =>
  (await ask<{ readonly terms: readonly FoundTerm[] }>('terms', { search, region, span, board })).terms

export const askShifts = async (region: string, span: Span): Promise<readonly ShiftFigures[]> =>
  (
    await ask<{ readonly shifts: readonly ShiftFigures[] }>('shifts', {
      ...{ span, limit: '12' },
      region: region === '*' ? null : region,
    })
  ).shifts

export const askEmerging = async (span: Span): Promise<readonly EmergingFigures[]> =>
  (await ask<{ readonly terms: readonly EmergingFigures[] }>('emerging', { span, limit: '12' })).terms

export const askRegions = (): Promise<readonly { readonly code: string; readonly name: string }[]> => ask('regions', {})

/** Of what was asked for, what is there in full, and what it is held against. */
export interface WholePeriod {
  readonly from: number
  readonly until: number
}

export interface Comparison extends WholePeriod {
  readonly notCompared: readonly NotCompared[]
  readonly storeBegins: number | null
  readonly all: ComparedItem
  readonly items: readonly ComparedItem[]
}

/** What is put side by side: terms of some kinds, regions, or sources. */
export type ComparedBy = 'terms' | 'regions' | 'sources' | 'aspects'

export const askComparison = (
  by: ComparedBy,
  { region, span, board, kinds, term }: Pick<View, 'region' | 'span' | 'board' | 'kinds' | 'term'>,
): Promise<Comparison> =>
  ask('compare', {
    ...{ by, region, span, board, limit: '25' },
    ...(by === 'terms' ? { kinds: kinds.join(',') } : { term: term?.term ?? null, kind: term?.kind ?? null }),
  })

export const askSources = async (): Promise<readonly string[]> =>
  (await ask<{ readonly sources: readonly { readonly source: string }[] }>('sources', { span: '52w' })).sources.map(
    ({ source }) => source,
  )

export const askBoards = async (): Promise<readonly Board[]> =>
  (await ask<{ readonly boards: readonly Board[] }>('boards', {})).boards

/** What the server said to a change that it did not make. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail)
  }
}

async function send(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const response = await fetch(`/api/v1/${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  const answer: { readonly title?: string; readonly detail?: string } =
    response.status === 204 ? {} : await response.json().catch(() => ({}))
  if (!response.ok) throw new Refused(response.status, answer.detail ?? answer.title ?? String(response.status))
  return answer
}

const pathOf = ({ boardId }: Pick<Board, 'boardId'>): string => `boards/${encodeURIComponent(boardId)}`

/** Makes a board, or changes the one that is given. @throws Refused */
export const saveBoard = async (board: Board | null, draft: BoardDraft): Promise<Board> =>
  (await (board === null
    ? send('POST', 'boards', draft)
    : send('PUT', pathOf(board), { ...draft, revision: board.revision }))) as Board

/** @throws Refused */
export const deleteBoard = async (board: Board): Promise<void> => {
  await send('DELETE', `${pathOf(board)}?revision=${board.revision}`)
}

export const askInsights = ({
  region,
  span,
  board,
  term,
}: Pick<View, 'region' | 'span' | 'board' | 'term'>): Promise<
  WholePeriod & { readonly insights: readonly Insight[] }
> => ask('insights', { region, span, board, term: term?.term ?? null, kind: term?.kind ?? null })

/** Where the digest of the view is, as a page to read or to print. */
export function digestAddress({ region, span, board }: Pick<View, 'region' | 'span' | 'board'>, lang: string): string {
  const query = new URLSearchParams({ region, span, lang })
  if (board !== null) query.set('board', board)
  return `/api/v1/digest?${query}`
}

export const askSurveys = async (): Promise<readonly SurveySummary[]> =>
  (await ask<{ readonly surveys: readonly SurveySummary[] }>('surveys', {})).surveys

export const askSurvey = (surveyId: string): Promise<SurveyFigures> =>
  ask(`surveys/${encodeURIComponent(surveyId)}`, {})
