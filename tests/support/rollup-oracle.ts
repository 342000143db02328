import type { Mention } from '../../schemas/mention.js'

/** Plain numbers of one roll-up, as its view gives them. */
export interface RollupRow {
  readonly term: string
  readonly kind: string
  readonly region: string
  /** Start of the window, milliseconds since the epoch. */
  readonly start: number
  readonly mentions: number
  readonly reposts: number
  readonly negative: number
  readonly neutral: number
  readonly positive: number
  readonly unsure: number
  readonly authors: number
}

const limaOffset = 5 * 3_600_000
const starts = {
  minute: (at: number) => at - (at % 60_000),
  hour: (at: number) => at - (at % 3_600_000),
  day: (at: number) => at - ((at - limaOffset) % 86_400_000),
}
export type RollupSize = keyof typeof starts

interface Sums {
  mentions: number
  reposts: number
  negative: number
  neutral: number
  positive: number
  unsure: number
  readonly authors: Map<string, number>
}

const noSums = (): Sums => ({
  mentions: 0,
  reposts: 0,
  negative: 0,
  neutral: 0,
  positive: 0,
  unsure: 0,
  authors: new Map(),
})

function add(sums: Sums, mention: Mention): void {
  const { sign, sentiment, author } = mention
  sums.authors.set(author, (sums.authors.get(author) ?? 0) + sign)
  if (mention.repostOf !== null) {
    sums.reposts += sign
    return
  }
  sums.mentions += sign
  if (sentiment === null) return
  sums[sentiment.label] += sign
  if (!sentiment.sure) sums.unsure += sign
}

/** Every row of a roll-up, counted from the mentions one by one; in no order. */
export function rollupOf(mentions: readonly Mention[], size: RollupSize): RollupRow[] {
  const windows = new Map<string, { key: Pick<RollupRow, 'term' | 'kind' | 'region' | 'start'>; sums: Sums }>()
  for (const mention of mentions) {
    const start = starts[size](mention.createdAt)
    for (const { term, kind } of [{ term: '*', kind: 'all' }, ...mention.terms]) {
      for (const region of mention.region === null ? ['*'] : ['*', mention.region]) {
        const id = JSON.stringify([term, kind, region, start])
        const window = windows.get(id) ?? { key: { term, kind, region, start }, sums: noSums() }
        windows.set(id, window)
        add(window.sums, mention)
      }
    }
  }
  return [...windows.values()].map(({ key, sums }) => ({
    ...key,
    ...sums,
    authors: [...sums.authors.values()].filter((count) => count > 0).length,
  }))
}
