import type { Engagement } from '../../../schemas/engagement.js'
import type { EngagementMetric } from '../../../schemas/engagement-metric.js'
import type { Mention } from '../../../schemas/mention.js'

/**
 * Engagement worked out from raw observations all at once, with tables and loops alone: what the stream must come to,
 * whatever the order, the repetitions and the cuts. It shares no code with the processors.
 */

export type Row = Readonly<Record<string, unknown>>
const counters = ['likes', 'comments', 'shares', 'views', 'reach', 'followers'] as const
const reactions = ['likes', 'comments', 'shares'] as const
type Table = Engagement & Readonly<Record<(typeof counters)[number], number | null>>

const plus = (figures: readonly (number | null)[]): number | null => {
  const told = figures.filter((figure) => figure !== null)
  return told.length === 0 ? null : told.reduce((sum, figure) => sum + figure, 0)
}
const ratio = (above: number | null, below: number | null) =>
  above !== null && below !== null && below > 0 ? above / below : null

/** One observation an instant: of each counter the highest figure. */
function table(observations: readonly Engagement[]): readonly Table[] {
  const instants = [...new Set(observations.map(({ observedAt }) => observedAt))].sort((a, b) => a - b)
  return instants.map((instant) => {
    const all = observations.filter(({ observedAt }) => observedAt === instant)
    const highest = Object.fromEntries(
      counters.map((counter) => {
        const told = all.flatMap((each) => each[counter] ?? [])
        return [counter, told.length === 0 ? null : Math.max(...told)]
      }),
    )
    return { ...(all[0] as Engagement), ...highest, source: all.map(({ source }) => source).sort()[0] ?? '' }
  })
}

const group = (followers: number | null | undefined) => {
  if (followers === null || followers === undefined) return 'unknown'
  const names = ['under1k', 'under10k', 'under100k', 'under1m', 'from1m']
  return names[[1e3, 1e4, 1e5, 1e6].filter((limit) => followers >= limit).length]
}

/** What stands of the observations of one post. @param post as it stands; null when nobody told of it */
export function standingRows(
  postId: string,
  observations: readonly Engagement[],
  post: Pick<Mention, 'createdAt' | 'region' | 'terms' | 'author'> | null,
): readonly Row[] {
  const rows = table(observations)
  return rows.map((row, index) => {
    const past = rows.slice(0, index).reverse()
    const previous = (counter: (typeof counters)[number]) => past.find((each) => each[counter] !== null)?.[counter]
    const gain = (counter: (typeof counters)[number]) => {
      const before = previous(counter)
      const now = row[counter]
      return now === null || before === undefined || before === null ? null : now - before
    }
    const shape = (each: Table) => reactions.map((reaction) => each[reaction] !== null).join()
    const interactions = (each: Table) => plus(reactions.map((reaction) => each[reaction]))
    const joint = (denominator: 'views' | 'reach' | null): readonly [number, number] | null => {
      const tells = (each: Table) =>
        interactions(each) !== null && (denominator === null || (each[denominator] ?? 0) > 0)
      if (!tells(row)) return null
      const last = past.find(tells)
      if (last !== undefined && shape(last) !== shape(row)) return null
      const of = (each: Table | undefined) =>
        each === undefined ? [0, 0] : [interactions(each) ?? 0, denominator === null ? 0 : (each[denominator] ?? 0)]
      const [now, then] = [of(row), of(last)]
      return [(now[0] ?? 0) - (then[0] ?? 0), (now[1] ?? 0) - (then[1] ?? 0)]
    }
    const total = interactions(row)
    const beforeIt = past.find((each) => interactions(each) !== null)
    const since = total === null ? null : (beforeIt?.observedAt ?? post?.createdAt ?? null)
    const [viewed, reached, timed] = [joint('views'), joint('reach'), joint(null)]
    const elapsed = since === null ? 0 : row.observedAt - since
    return {
      postId,
      sign: 1,
      createdAt: post?.createdAt ?? null,
      region: post?.region ?? null,
      author: post?.author ?? null,
      terms: post?.terms ?? [],
      source: row.source,
      observedAt: row.observedAt,
      authorGroup: group(row.followers ?? previous('followers')),
      since,
      opening: total !== null && beforeIt === undefined,
      ...Object.fromEntries(counters.map((counter) => [counter, row[counter]])),
      interactions: total,
      ...Object.fromEntries(counters.map((each) => [`${each}Imputed`, row[each] ?? previous(each) ?? null])),
      ...Object.fromEntries(counters.slice(0, 5).map((each) => [`${each}Gained`, gain(each)])),
      interactionsGained: plus(reactions.map(gain)),
      interactionsOpened: plus(reactions.map((each) => (previous(each) === undefined ? row[each] : null))),
      viewedInteractions: viewed?.[0] ?? null,
      viewedViews: viewed?.[1] ?? null,
      reachedInteractions: reached?.[0] ?? null,
      reachedReach: reached?.[1] ?? null,
      velocity: timed === null || elapsed <= 0 ? null : (timed[0] / elapsed) * 3_600_000,
      engagementRateByViews: ratio(total, row.views),
      engagementRateByReach: ratio(total, row.reach),
      engagementRateByFollowers: ratio(total, row.followers),
      simulated: observations.some((each) => each.observedAt === row.observedAt && each.simulated),
    }
  })
}

const lima = 5 * 3_600_000

/** The windows of engagement: docs/engagement.md. */
export const engagementLayouts = [
  { window: 'hour', length: 3_600_000, offset: 0, grace: 15 * 60_000 },
  { window: 'day', length: 86_400_000, offset: lima, grace: 2 * 3_600_000 },
] as const

const median = (figures: readonly number[]) => {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return sorted.length === 0 ? null : ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

/** The window of a layout that holds what a row is of, for each term, region and author group that it counts for. */
export function placesOf(row: Row, { window, length, offset }: (typeof engagementLayouts)[number]) {
  const start = Math.floor((Number(row['observedAt']) - offset) / length) * length + offset
  const terms = [{ term: '*', kind: 'all' as const }, ...(row['terms'] as Mention['terms'])]
  const regions = row['region'] === null ? ['*'] : ['*', String(row['region'])]
  return terms.flatMap(({ term, kind }) =>
    regions.flatMap((region) =>
      ['*', String(row['authorGroup'])].map((authorGroup) => ({
        ...{ term, kind, region, authorGroup, window, start, end: start + length },
      })),
    ),
  )
}

/** The results of all windows over what stands, by term, region and author group; outliers are left out. */
export function windowRows(standing: readonly Row[]): readonly Partial<EngagementMetric>[] {
  const members = new Map<string, Row[]>()
  for (const row of standing) {
    for (const place of engagementLayouts.flatMap((layout) => placesOf(row, layout))) {
      const id = JSON.stringify(place)
      const others = members.get(id)
      if (others === undefined) members.set(id, [row])
      else others.push(row)
    }
  }
  return [...members].map(([id, rows]) => ({ ...JSON.parse(id), ...figuresOver(rows) }))
}

/** What a window says of the rows that it holds. */
export function figuresOver(rows: readonly Row[]) {
  const column = (name: string, among = rows) => plus(among.map((row) => row[name] as number | null))
  const followed = rows.filter(({ followers }) => Number(followers ?? 0) > 0)
  const followers = plus(
    [...byPost(followed).values()].map((own) => {
      const told = own.map((row) => row['followers'] as number)
      return told.length === 0 ? null : Math.round(told.reduce((sum, each) => sum + each, 0) / told.length)
    }),
  )
  const timed = rows.filter(({ velocity }) => velocity !== null)
  const timedInteractions = plus(timed.map(reacted))
  const observedMillis = plus(timed.map((row) => Number(row['observedAt']) - Number(row['since'])))
  const [viewedInteractions, viewedViews] = [column('viewedInteractions'), column('viewedViews')]
  const [reachedInteractions, reachedReach] = [column('reachedInteractions'), column('reachedReach')]
  const followedInteractions = followers === null ? null : (plus(followed.map(reacted)) ?? 0)
  return {
    posts: byPost(rows).size,
    observations: rows.length,
    ...Object.fromEntries(
      ['likes', 'comments', 'shares', 'views', 'reach', 'interactions'].map((name) => [name, column(`${name}Gained`)]),
    ),
    interactionsOpened: column('interactionsOpened'),
    corrections: rows.reduce((sum, row) => sum + Math.max(0, -Number(row['interactionsGained'] ?? 0)), 0),
    ...{ viewedInteractions, viewedViews, reachedInteractions, reachedReach, followedInteractions, followers },
    ...{ timedInteractions, observedMillis },
    engagementRateByViews: ratio(viewedInteractions, viewedViews),
    engagementRateByReach: ratio(reachedInteractions, reachedReach),
    engagementRateByFollowers: ratio(followedInteractions, followers),
    velocity: ratio(timedInteractions === null ? null : timedInteractions * 3_600_000, observedMillis),
    medianInteractions: median(reactionsByPost(rows).map(({ figure }) => figure)),
  }
}

const reacted = (row: Row) => plus([row['interactionsGained'], row['interactionsOpened']] as (number | null)[])

/** Interactions of each post that tells any, in the order of their ids. */
function reactionsByPost(rows: readonly Row[]): readonly { readonly postId: string; readonly figure: number }[] {
  return [...byPost(rows)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([postId, own]) => {
      const figure = plus(own.map(reacted))
      return figure === null ? [] : [{ postId, figure }]
    })
}

function byPost(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  for (const row of rows) {
    const own = found.get(String(row['postId']))
    if (own === undefined) found.set(String(row['postId']), [row])
    else own.push(row)
  }
  return found
}

/** The posts of a window that are off by each rule, at most ten, those furthest off first: docs/engagement.md, "Outliers". */
export function outliersOver(rows: readonly Row[]) {
  const posts = reactionsByPost(rows)
  const none: readonly string[] = []
  if (posts.length < 8) return { outliersByRobustZ: none, outliersByIqr: none, outlierRule: null }
  const sorted = posts.map(({ figure }) => figure).sort((a, b) => a - b)
  const at = (share: number) => {
    const place = (sorted.length - 1) * share
    const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
    return below + (above - below) * (place - Math.floor(place))
  }
  const middle = at(0.5)
  const off = posts.map((post) => ({ ...post, distance: Math.abs(post.figure - middle) }))
  const mad = median(off.map(({ distance }) => distance)) ?? 0
  const scale = mad > 0 ? mad / 0.6745 : (off.reduce((sum, { distance }) => sum + distance, 0) / off.length) * 1.253314
  const fence = 1.5 * (at(0.75) - at(0.25))
  const named = (some: typeof off) =>
    [...some]
      .sort((one, other) => other.distance - one.distance)
      .slice(0, 10)
      .map(({ postId }) => postId)
  return {
    outliersByRobustZ: named(off.filter(({ distance }) => distance > 3.5 * scale)),
    outliersByIqr: named(off.filter(({ figure }) => figure < at(0.25) - fence || figure > at(0.75) + fence)),
    outlierRule: 'robustZ: |0.6745 (x - median) / MAD| > 3.5; iqr: x < Q1 - 1.5 IQR or x > Q3 + 1.5 IQR',
  }
}
