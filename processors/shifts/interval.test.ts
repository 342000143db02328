import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { engagementDefinitions } from '../../schemas/metrics/engagement.js'
import { metrics, shareOf } from '../../schemas/metrics.js'
import { gains } from '../../tests/support/news.js'
import { aMention } from '../../tests/support/records.js'
import { type IntervalRow, interval } from './interval.js'
import { readingOf, shareOfRow } from './measures.js'
import { totalKey } from './series.js'
import { type Signal, signals, textSignature } from './signal.js'

const context = { key: totalKey, window: { start: 0, end: 900_000 }, isFinal: true, revision: 1 }
const result = (given: readonly Signal[]): IntervalRow =>
  interval.result(
    given.reduce((sums, signal) => interval.add(sums, signal, 0), interval.initial()),
    context,
  )

const said = fc.record({
  post: fc.nat(60),
  author: fc.nat(12),
  label: fc.constantFrom('negative' as const, 'neutral' as const, 'positive' as const),
  isTakenBack: fc.boolean(),
})

const mentionSignals = ({
  post,
  author,
  label,
  isTakenBack,
}: {
  post: number
  author: number
  label: 'negative' | 'neutral' | 'positive'
  isTakenBack: boolean
}) => {
  const mention = aMention({ postId: `p${post}`, author: `a${author}`, text: `palabra ${'abcdefghijk'[post % 11]}` })
  const scored = mention.sentiment === null ? mention : { ...mention, sentiment: { ...mention.sentiment, label } }
  const given = signals({ kind: 'mention', mention: scored }).filter(({ key }) => key === totalKey)
  const back = signals({ kind: 'mention', mention: { ...scored, sign: -1 } }).filter(({ key }) => key === totalKey)
  return isTakenBack ? [...given, ...back] : given
}

describe('the row of an interval', () => {
  it('is the same in whatever order its posts came, and has nothing of what was taken back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(said, { selector: ({ post }) => post, maxLength: 50 }),
        fc.infiniteStream(fc.nat()),
        (posts, lots) => {
          const groups = posts.map(mentionSignals)
          const row = result(groups.flat())
          const shuffled = groups.map((group) => [Number(lots.next().value), group] as const).sort(([a], [b]) => a - b)
          expect(result(shuffled.flatMap(([, group]) => group))).toEqual(row)
          const standing = posts.filter(({ isTakenBack }) => !isTakenBack)
          expect(row.mentions).toBe(standing.length)
          expect(row.authors).toBe(new Set(standing.map(({ author }) => author)).size)
          const ids = new Set(standing.map(({ post }) => `p${post}`))
          expect(row.sample.every(([, postId]) => ids.has(postId))).toBe(true)
          for (const mood of [-1, 0, 1]) {
            const ofMood = row.sample.filter((post) => post[4] === mood)
            expect(new Set(ofMood.map(([, , author]) => author)).size).toBe(ofMood.length)
            expect(new Set(ofMood.map(([, , , text]) => text)).size).toBe(ofMood.length)
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('has texts that differ in links, handles, digits and marks alone once', () => {
    expect(textSignature('¡Qué rico ceviche! https://t.co/a1 @uno')).toBe(
      textSignature('qué rico ceviche 2 https://t.co/b2'),
    )
    expect(textSignature('qué rico ceviche')).not.toBe(textSignature('qué rica causa'))
  })

  it('knows whose posts have most of the interactions that a rate counts, whoever says most and in whatever order', () => {
    const gained = (author: string, viewed: number, sign: 1 | -1 = 1) => {
      const mention = aMention({ postId: `p${author}`, author, region: null, terms: [] })
      const engagement = { ...gains(mention, mention.createdAt, 1_000, viewed), sign }
      return signals({ kind: 'gain', engagement })
    }
    const talk = Array.from({ length: 9 }, (_, post) =>
      mentionSignals({ post, author: 1, label: 'neutral', isTakenBack: false }),
    ).flat()
    const given = [...gained('star', 80), ...gained('ana', 20), ...gained('eva', 300), ...gained('eva', 300, -1)]
    const row = result([...talk, ...given])
    expect(row.topAuthor).toEqual(['a1', 9])
    expect([row.topViewed, row.viewedInteractions]).toEqual([['star', 80], 100])
    expect(row.topReached).toBeNull()
    expect(result([...given.toReversed(), ...talk])).toEqual(row)
  })

  it('is read as the registry of metrics defines it', () => {
    const counts = { mentions: 12, reposts: 0, negative: 2, neutral: 3, positive: 5, unsure: 0 }
    const rates = { viewedInteractions: 30, viewedViews: 900, reachedInteractions: 4, reachedReach: 80 }
    const row = { ...result([]), ...counts, ...rates }
    const read = (measure: Parameters<typeof shareOfRow>[0]) => {
      const share = shareOfRow(measure, row, 48)
      return share === null ? null : readingOf(measure, share.successes / share.trials)
    }
    const untold = { interactions: null, interactionsOpened: null, views: null, reach: null, corrections: null }
    const others = { followedInteractions: null, followers: null, timedInteractions: null, observedMillis: null }
    expect(read('netSentiment')).toBeCloseTo(metrics.balance.of(counts) ?? Number.NaN)
    expect(read('shareOfVoice')).toBe(shareOf(12, 48))
    const sums = { ...untold, ...others, ...rates }
    expect(read('engagementRateByViews')).toBe(engagementDefinitions.engagementRateByViews.of(sums))
    expect(read('engagementRateByReach')).toBe(engagementDefinitions.engagementRateByReach.of(sums))
    expect(shareOfRow('engagementRateByViews', result([]), 48)).toBeNull()
  })
})
