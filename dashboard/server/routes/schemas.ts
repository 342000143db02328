import { longestBoardId, termKinds } from '../../../sinks/live/view.js'
import { badRequest } from '../problem.js'

export const regionSchema = {
  region: {
    type: 'string',
    pattern: '^(\\*|\\d{2})$',
    default: '*',
    description: 'Ubigeo of a department; * for all, the unknown one included.',
  },
} as const

export const boardSchema = {
  board: {
    type: 'string',
    minLength: 1,
    maxLength: longestBoardId,
    description: 'Identity of a board: only what it counts is counted.',
  },
} as const

export const termSchema = {
  term: { type: 'string', minLength: 1, maxLength: 200, description: 'Canonical form of the term; needs `kind`.' },
  kind: { type: 'string', enum: [...termKinds], description: 'Kind of the term.' },
} as const

export const withLimit = (normal: number, most: number) =>
  ({ limit: { type: 'integer', minimum: 1, maximum: most, default: normal } }) as const

/** @throws Problem when one of term and kind is there without the other. */
export function termOf({ term, kind }: { readonly term?: string; readonly kind?: string }) {
  if (term === undefined && kind === undefined) return null
  if (term === undefined || kind === undefined) {
    throw badRequest('term and kind belong together', 'Give both: /api/v1/terms?search=... names the kind of a term.')
  }
  return { term, kind }
}

/** @throws Problem naming the kind that is none. */
export function kindsOf(text: string | undefined): readonly string[] {
  const kinds = text === undefined || text === '' ? [] : text.split(',')
  const unknown = kinds.find((kind) => !termKinds.some((known) => known === kind))
  if (unknown !== undefined) throw badRequest(`kinds: "${unknown}" is none`, `Use some of ${termKinds.join(', ')}.`)
  return kinds
}
