import type { Engagement } from '../../../schemas/engagement.js'
import type { Mention } from '../../../schemas/mention.js'
import { engagementLayouts, figuresOver, outliersOver, placesOf, type Row, standingRows } from './engagement.js'

/** What observations need to know of their post. */
export type Post = Pick<Mention, 'createdAt' | 'region' | 'terms' | 'author'>

/** What the engagement stage hears, in the order of each post's partitions. */
export type Heard =
  | { readonly kind: 'observation'; readonly observation: Engagement; readonly streamTime: number }
  | {
      readonly kind: 'post'
      readonly postId: string
      readonly post: Post | 'gone'
      readonly timestamp: number
      readonly streamTime: number
    }

/** A window of engagement in which something was counted. */
export interface EngagementWindow extends Readonly<Record<string, unknown>> {
  readonly term: string
  readonly kind: string
  readonly region: string
  readonly authorGroup: string
  readonly window: string
  readonly start: number
  readonly end: number
  readonly isFinal: boolean
}

export interface ExpectedEngagement {
  /** The observations that stand in the end. */
  readonly standing: readonly Row[]
  /** By term, kind, region, author group, window and start. */
  readonly windows: ReadonlyMap<string, EngagementWindow>
  /** The rows that each window holds. */
  readonly members: ReadonlyMap<string, readonly Row[]>
  /** Rows given or taken back when each window was closed to them, or some were. */
  readonly missed: number
}

/** A row that stands, and the highest stream time of what had a part in it. */
interface Standing {
  readonly row: Row | null
  readonly time: number
}

interface Known {
  post: Post | 'gone' | null
  readonly observations: Engagement[]
  standing: ReadonlyMap<number, Standing>
  /** When all of it is forgotten: a year after the last record, by their times. */
  until: number
}

export const remembered = 365 * 86_400_000

type Place = ReturnType<typeof placesOf>[number]

const identityOf = ({ term, kind, region, authorGroup, window, start }: Place): string =>
  [term, kind, region, authorGroup, window, start].join('\u001f')

/**
 * Engagement by the rules in docs/engagement.md, lateness included. With each thing that is heard of a post all of its
 * rows are worked out anew from the raw observations; those that differ are taken out of their windows and put in, unless
 * a window is closed to them.
 * @param watermark how far every partition has come in the end
 */
export function expectedEngagement(heard: readonly Heard[], watermark: number): ExpectedEngagement {
  const posts = new Map<string, Known>()
  const windows = new Map<string, { readonly place: Place; readonly rows: Map<string, Row>; readonly grace: number }>()
  const forgotten: Known[] = []
  let missed = 0

  /** Puts a row into the windows that are open to it, or takes it out of them. */
  const count = (row: Row, time: number, isGiven: boolean) => {
    for (const layout of engagementLayouts) {
      for (const place of placesOf(row, layout)) {
        if (time >= place.end + layout.grace) {
          missed++
          continue
        }
        const id = identityOf(place)
        const window = windows.get(id) ?? { place, rows: new Map(), grace: layout.grace }
        windows.set(id, window)
        const content = JSON.stringify(row)
        if (isGiven) window.rows.set(content, row)
        else window.rows.delete(content)
      }
    }
  }

  for (const each of heard) {
    const postId = each.kind === 'post' ? each.postId : each.observation.postId
    const before = posts.get(postId)
    const isKnown = before !== undefined && before.until > each.streamTime
    // what was given out of what is forgotten stands
    if (before !== undefined && !isKnown) forgotten.push(before)
    const known: Known = isKnown ? before : { post: null, observations: [], standing: new Map(), until: 0 }
    posts.set(postId, known)
    const timestamp = each.kind === 'post' ? each.timestamp : each.observation.observedAt
    known.until = Math.max(known.until, timestamp + remembered)
    if (each.kind === 'post') known.post = each.post
    else known.observations.push(each.observation)
    const post = known.post
    const rows = post === 'gone' ? [] : standingRows(postId, known.observations, post)
    const instants = new Set(known.observations.map(({ observedAt }) => observedAt))
    const standing = new Map<number, Standing>()
    for (const instant of [...instants].sort((a, b) => a - b)) {
      const before = known.standing.get(instant)
      const row = rows.find(({ observedAt }) => observedAt === instant) ?? null
      const stays = before !== undefined && JSON.stringify(before.row) === JSON.stringify(row)
      const time = stays ? before.time : Math.max(before?.time ?? 0, each.streamTime)
      standing.set(instant, { row, time })
      if (stays) continue
      if (before !== undefined && before.row !== null) count(before.row, time, false)
      if (row !== null) count(row, time, true)
    }
    known.standing = standing
  }

  const standing = [...forgotten, ...posts.values()].flatMap((known) =>
    [...known.standing.values()].flatMap(({ row }) => (row === null ? [] : [row])),
  )
  const results = [...windows].map(([id, { place, rows, grace }]): [string, EngagementWindow] => {
    const counted = [...rows.values()]
    const isFinal = watermark >= place.end + grace
    return [id, { ...place, isFinal, ...figuresOver(counted), ...outliersOver(counted) }]
  })
  const members = new Map([...windows].map(([id, { rows }]) => [id, [...rows.values()]]))
  return { standing, windows: new Map(results), members, missed }
}
