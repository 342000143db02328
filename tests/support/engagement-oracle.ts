import type { Engagement } from '../../schemas/engagement.js'
import type { EngagementMetric } from '../../schemas/engagement-metric.js'
import type { Mention } from '../../schemas/mention.js'

/**
 * Engagement worked out from raw observations all at once, with tables and loops alone: what the stream must come to,
 * whatever the order, the repetitions and the cuts. It shares no code with the processors.
 */

type Row = Readonly<Record<string, unknown>>
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
  post: Pick<Mention, 'createdAt' | 'region' | 'terms'> | null,
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
      const tells = (each: Table) => interactions(each) !== null && (denominator === null || each[denominator] !== null)
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

const lengths = { hour: 3_600_000, day: 86_400_000 }
const lima = 5 * 3_600_000

const median = (figures: readonly number[]) => {
  const sorted = [...figures].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return sorted.length === 0 ? null : ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
}

/** The results of all windows over what stands, by term, region and author group; outliers are left out. */
export function windowRows(standing: readonly Row[]): readonly Partial<EngagementMetric>[] {
  const members = new Map<string, Row[]>()
  for (const row of standing) {
    const terms = [{ term: '*', kind: 'all' }, ...(row['terms'] as Mention['terms'])]
    for (const { term, kind } of terms)
      for (const region of row['region'] === null ? ['*'] : ['*', row['region']])
        for (const authorGroup of ['*', row['authorGroup']])
          for (const [window, length] of Object.entries(lengths)) {
            const shift = window === 'day' ? lima : 0
            const start = Math.floor((Number(row['observedAt']) - shift) / length) * length + shift
            const id = JSON.stringify({ term, kind, region, authorGroup, window, start, end: start + length })
            members.set(id, [...(members.get(id) ?? []), row])
          }
  }
  return [...members].map(([id, rows]) => ({ ...JSON.parse(id), ...figuresOver(rows) }))
}

function figuresOver(rows: readonly Row[]) {
  const column = (name: string, among = rows) => plus(among.map((row) => row[name] as number | null))
  const reacted = (row: Row) => plus([row['interactionsGained'], row['interactionsOpened']] as (number | null)[])
  const ids = [...new Set(rows.map(({ postId }) => postId))]
  const followed = rows.filter(({ followers }) => followers !== null)
  const followers = plus(
    ids.map((id) => {
      const told = followed.filter(({ postId }) => postId === id).map((row) => row['followers'] as number)
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
    posts: ids.length,
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
    medianInteractions: median(
      ids.flatMap((id) => plus(rows.filter(({ postId }) => postId === id).map(reacted)) ?? []),
    ),
  }
}
