import type { SentimentLabel, TermKind } from '../../../../schemas/mention.js'
import type { BoardPost } from '../../../../sinks/live/posts.js'
import type { ShiftFigures } from '../../../../sinks/live/shift-figures.js'
import type { Span } from '../../../../sinks/live/view.js'

async function ask<Answer>(path: string, query: Readonly<Record<string, string | null>>): Promise<Answer> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== null) parameters.set(name, value)
  const response = await fetch(`/api/v1/${path}?${parameters}`, { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.json()
}

/** Which posts: those behind one number of the board. */
export interface PostFilter {
  readonly region: string
  readonly term: { readonly term: string; readonly kind: TermKind } | null
  readonly sentiment: SentimentLabel | null
  readonly from: number
  readonly until: number
}

export interface PostPage {
  readonly posts: readonly BoardPost[]
  readonly next: string | null
}

export const askPosts = (
  { region, term, sentiment, from, until }: PostFilter,
  after: string | null,
): Promise<PostPage> =>
  ask('posts', {
    ...{ region, sentiment, after },
    ...{ from: String(from), until: String(until), term: term?.term ?? null, kind: term?.kind ?? null },
  })

export interface FoundTerm {
  readonly term: string
  readonly kind: TermKind
  readonly volume: number
}

export const findTerms = async (search: string, region: string, span: Span): Promise<readonly FoundTerm[]> =>
  (await ask<{ readonly terms: readonly FoundTerm[] }>('terms', { search, region, span })).terms

export const askShifts = async (region: string, span: Span): Promise<readonly ShiftFigures[]> =>
  (
    await ask<{ readonly shifts: readonly ShiftFigures[] }>('shifts', {
      ...{ span, limit: '12' },
      region: region === '*' ? null : region,
    })
  ).shifts

export const askRegions = (): Promise<readonly { readonly code: string; readonly name: string }[]> => ask('regions', {})
