import type { Cell } from '../comparison.js'
import type { Mention } from '../oracle/changes.js'
import type { Beside, Said } from '../oracle/metrics.js'
import { numberOf } from '../reading.js'

/** A metric as the API tells of it. */
export interface Told {
  readonly name: string
  readonly overTrends?: string | null
  readonly overAspects?: string | null
  readonly overMentions?: string
  readonly overEngagement?: string
  /** Where it stands, as `/api/v1/engagement total.velocity`. */
  readonly places: readonly string[]
}

export const day = 86_400_000
const lima = 5 * 3_600_000
/** Of how many terms, or words, each by itself is asked for. */
export const termsAsked = 8
export const nothingBeside: Beside = { all: [], compared: [], population: null }
export const figureOf = (cell: unknown): Cell => (cell === null || cell === undefined ? null : numberOf(cell))

/** @throws Error with what is answered instead, when the worker refuses */
export async function asked<Answer>(url: string, path: string): Promise<Answer> {
  const answer = await fetch(`${url}${path}`)
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`)
  return (await answer.json()) as Answer
}

export const saidOf = ({ author, repostOf, score }: Mention): Said => ({
  author,
  isRepost: repostOf !== null,
  label: score?.label ?? null,
  sure: score?.sure ?? null,
})

/** When the day in Lima began. */
export const dayOf = (time: number): number => Math.floor((time - lima) / day) * day + lima

/** Whole days of Lima that hold everything. */
export function periodOf(mentions: readonly Mention[]) {
  const times = mentions.map(({ createdAt }) => createdAt).sort((a, b) => a - b)
  return { from: dayOf(times[0] ?? 0), until: dayOf(times.at(-1) ?? 0) + day }
}
