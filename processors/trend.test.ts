import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Mention, SentimentLabel } from '../schemas/mention.js'
import { aMention } from '../tests/support/records.js'
import { type Contribution, contributions, trendKey } from './contribution.js'
import { type TrendSums, trend, trendRecordKey } from './trend.js'

const context = {
  key: trendKey('*', 'all', '*'),
  window: { start: 0, end: 60_000 },
  isFinal: true,
  revision: 1,
  retracted: false,
}
const contribution = (mention: Mention): Contribution => contributions(mention)[0] ?? { key: '', author: '', flags: 0 }
const sumOf = (mentions: readonly Mention[]): TrendSums =>
  mentions.reduce((sums, mention) => trend.add(sums, contribution(mention), mention.createdAt), trend.initial())

const anAspect = fc.record({
  aspect: fc.constantFrom('food', 'price', 'service'),
  label: fc.constantFrom<SentimentLabel>('negative', 'neutral', 'positive'),
  confidence: fc.constant(0.5),
})
const mentionIn = fc
  .record({
    author: fc.constantFrom('a', 'b', 'c'),
    repostOf: fc.constantFrom(null, null, '@x'),
    label: fc.constantFrom<SentimentLabel | null>('negative', 'neutral', 'positive', null),
    sure: fc.boolean(),
    aspects: fc.uniqueArray(anAspect, { selector: ({ aspect }) => aspect }),
  })
  .map(({ author, repostOf, label, sure, aspects }) => {
    const sentiment = aMention().sentiment
    return aMention({
      author,
      repostOf,
      sentiment: label === null || sentiment === null ? null : { ...sentiment, label, sure },
      aspects,
    })
  })

/** The definition, from the mentions that stand. */
function naive(mentions: readonly Mention[]) {
  const own = mentions.filter(({ repostOf }) => repostOf === null)
  const labelled = (label: SentimentLabel) => own.filter(({ sentiment }) => sentiment?.label === label).length
  return {
    mentions: own.length,
    reposts: mentions.length - own.length,
    negative: labelled('negative'),
    neutral: labelled('neutral'),
    positive: labelled('positive'),
    unsure: own.filter(({ sentiment }) => sentiment?.sure === false).length,
    authors: new Set(mentions.map(({ author }) => author)).size,
    aspects: ['food', 'price', 'service'].flatMap((aspect) => {
      const said = own.flatMap(({ aspects }) => aspects.filter((each) => each.aspect === aspect))
      const [negative, neutral, positive] = (['negative', 'neutral', 'positive'] as const).map(
        (label) => said.filter((each) => each.label === label).length,
      )
      return said.length === 0 ? [] : [{ aspect, mentions: said.length, negative, neutral, positive }]
    }),
  }
}

describe('a trend', () => {
  it('counts what stands: what was taken back leaves no trace', () => {
    fc.assert(
      fc.property(fc.array(mentionIn), fc.array(mentionIn), fc.infiniteStream(fc.nat()), (kept, gone, order) => {
        const steps = [...kept, ...gone].sort(() => ((order.next().value ?? 0) % 3) - 1)
        const taken = gone.map((mention) => ({ ...mention, sign: -1 }))
        expect(trend.result(sumOf([...steps, ...taken]), context)).toMatchObject(naive(kept))
      }),
    )
  })

  it('is the same whether counted at once or merged from parts', () => {
    fc.assert(
      fc.property(fc.array(mentionIn), fc.array(mentionIn), (first, second) => {
        const merged = trend.merge?.(sumOf(first), sumOf(second))
        expect(merged && trend.result(merged, context)).toEqual(trend.result(sumOf([...first, ...second]), context))
      }),
    )
  })

  it('goes on from sums that a version without aspects wrote', () => {
    const { aspects: _, ...before } = sumOf([aMention()])
    const later = aMention({ author: 'b', aspects: [{ aspect: 'price', label: 'negative', confidence: 0.5 }] })
    const sums = trend.add(before, contribution(later), 0)
    expect(trend.result(sums, context)).toMatchObject(naive([aMention(), later]))
    const other = sumOf([aMention()])
    expect(trend.result(trend.merge?.(before, other) ?? other, context).aspects).toHaveLength(1)
  })

  it('changes nothing of sums that it adds to others', () => {
    fc.assert(
      fc.property(fc.array(mentionIn), fc.array(mentionIn), fc.array(mentionIn), (first, second, third) => {
        const [into, other] = [sumOf(first), sumOf(second)]
        const merged = trend.merge?.(into, other) ?? into
        for (const mention of third) trend.add(merged, contribution(mention), 0)
        expect(trend.result(other, context)).toMatchObject(naive(second))
      }),
    )
  })

  it('gives zeros where everything was taken back', () => {
    const mention = aMention()
    expect(trend.result(sumOf([mention, { ...mention, sign: -1 }]), context)).toMatchObject(naive([]))
  })

  it('names its window and its key', () => {
    const result = trend.result(trend.initial(), { ...context, window: { start: 0, end: 86_400_000 } })
    expect(result).toMatchObject({ term: '*', kind: 'all', region: '*', window: 'day', isFinal: true })
    expect(trendRecordKey(result, { key: '*\u001fall\u001f*' })).toBe('*\u001fall\u001f*\u001fday')
    expect(() => trend.result(trend.initial(), { ...context, window: { start: 0, end: 7 } })).toThrow(
      'no windows of 7 ms',
    )
  })

  it('of another window of the same length differs in start and end alone, and has the same key', () => {
    fc.assert(
      fc.property(fc.array(mentionIn, { maxLength: 9 }), fc.integer({ min: 1, max: 2 ** 40 }), (mentions, later) => {
        const sums = sumOf(mentions)
        const one = trend.result(sums, context)
        const window = { start: later, end: later + 60_000 }
        const other = trend.result(sums, { ...context, window })
        expect(trend.bounds).toEqual({ start: 'start', end: 'end' })
        expect(other).toEqual({ ...one, ...window })
        const record = { key: context.key }
        expect(trendRecordKey(other, record)).toBe(trendRecordKey(one, record))
      }),
    )
  })
})
