import { describe, expect, it } from '@jest/globals'
import type { Mention, SentimentLabel } from '../../../schemas/mention.js'
import { scoredMention, startServing } from '../../../tests/support/serving.js'
import type { Insight } from './insight.js'
import { insightsOf } from './insights.js'

const day = 86_400_000
const until = Date.UTC(2025, 3, 15, 5)
const week = { window: 'day', from: until - 7 * day, until } as const

/** Mentions of a week, evenly spread, each by another author. */
const said = (count: number, weeksAgo: number, fields: Partial<Mention>): readonly Mention[] =>
  Array.from({ length: count }, (_, at) => {
    const name = `${JSON.stringify(fields)} ${weeksAgo} ${at}`
    const createdAt = until - weeksAgo * 7 * day - Math.floor(((at + 0.5) * 7 * day) / count)
    return scoredMention('neutral', { postId: name, author: name, text: name, terms: [], createdAt, ...fields })
  })
const named = (term: string) => ({ terms: [{ term, kind: 'dish' as const }] })

const textsOf = async (mentions: readonly Mention[], sources: readonly string[] = []) =>
  (await toldOf(mentions, sources)).map(({ text }) => text.en)

async function toldOf(mentions: readonly Mention[], sources: readonly string[] = []): Promise<readonly Insight[]> {
  const serving = await startServing(mentions, until)
  try {
    return await insightsOf(
      serving.store,
      { region: '*', filter: sources.length === 0 ? null : { terms: [], regions: [], sources } },
      week,
    )
  } finally {
    await serving.close()
  }
}

describe('sentences of insights', () => {
  it('say that a share of voice moved where the count of the term did not', async () => {
    const texts = await textsOf([
      ...[0, 1, 2].flatMap((weeksAgo) => said(200, weeksAgo, named('lomo saltado'))),
      ...said(200, 0, named('ceviche')),
      ...said(1_000, 1, {}),
      ...said(200, 2, {}),
    ])
    const about = texts.filter((text) => text.includes('lomo saltado'))
    expect(about).toContainEqual(expect.stringContaining('The share of voice of “lomo saltado” rises: from 17% to 50'))
    expect(about).not.toContainEqual(expect.stringMatching(/^“lomo saltado” (rises|falls):/))
  })

  it('compare nothing where no source was heard in both periods, from beginning to end', async () => {
    const other = [0, 1, 2].flatMap((weeksAgo) => said(100, weeksAgo, { source: 'news' }))
    const feed = (weeks: readonly number[]) => weeks.flatMap((weeksAgo) => said(500, weeksAgo, { source: 'forum' }))
    const last = (mentions: readonly Mention[]) => mentions.filter(({ createdAt }) => createdAt < until - 4 * day)
    const unknown = /no period before is known in full/
    expect(await textsOf([...other, ...feed([0])], ['forum'])).toContainEqual(expect.stringMatching(unknown))
    expect(await textsOf([...other, ...last(feed([0, 1, 2]))], ['forum'])).toContainEqual(
      expect.stringMatching(unknown),
    )
    expect(await textsOf([...other, ...feed([0, 1, 2])], ['forum'])).toContainEqual(
      expect.stringMatching(/against 500 in the one before/),
    )
  })

  it('call no department the first for its inhabitants where another one with fewer mentions is', async () => {
    const most = [...said(60, 0, { region: '08' }), ...said(60, 0, { region: '15' })]
    expect(await textsOf([...most, ...said(29, 0, { region: '18' })])).toContainEqual(
      expect.stringMatching(/^For its inhabitants, more is said from Cusco than from all together: 4/),
    )
    expect(await textsOf(most)).toContainEqual(
      expect.stringMatching(/^For its inhabitants, most is said from Cusco: 4/),
    )
  })

  it('tell that one account lets a term fall, which fell silent, with what is left without it', async () => {
    const weeks = [0, 1, 2].flatMap((weeksAgo) => [
      ...said(140, weeksAgo, named('ceviche')),
      ...said(560, weeksAgo, {}),
    ])
    const loud = (author: string) =>
      said(200, 1, named('ceviche')).map((one, at) => ({ ...one, postId: `more ${at}`, author: author || `a${at}` }))
    const fall = async (mentions: readonly Mention[]) => (await toldOf(mentions)).find(({ kind }) => kind === 'falling')
    const byOne = await fall([...weeks, ...loud('pusher')])
    expect(byOne?.text).toEqual({
      es: expect.stringMatching(
        /^«ceviche» cae: de 340 a 140 menciones, .* Ojo: lo mueve una sola cuenta; sin ella, de 140 a 140 menciones \(de todo, de 700 a 700\), no se sostiene\.$/,
      ),
      en: expect.stringMatching(
        /^“ceviche” falls: from 340 to 140 mentions, .* Note: one account moves it; without it, from 140 to 140 mentions \(of everything, from 700 to 700\), it does not hold\.$/,
      ),
    })
    const byMany = await fall([...weeks, ...loud('')])
    expect(byMany?.text.en).toMatch(
      /^“ceviche” falls: from 340 to 140 mentions, .* is significant [^.]*\(p[^.]*\.[^.]*\)\.$/,
    )
  })

  it('tell of one account that moved everything what everything is without it, where the term is what it was', async () => {
    const insights = await toldOf([
      ...[0, 1, 2].flatMap((weeksAgo) => [...said(60, weeksAgo, named('causa')), ...said(140, weeksAgo, {})]),
      ...said(300, 0, {}).map((one) => ({ ...one, postId: `more ${one.postId}`, author: 'pusher' })),
    ])
    const about = insights.find(({ id }) => id.startsWith('share:dish causa'))
    expect(about?.text).toEqual({
      es: expect.stringMatching(
        / Ojo: lo mueve una sola cuenta; sin ella, de 60 a 60 menciones \(de todo, de 200 a 200\), no se sostiene\.$/,
      ),
      en: expect.stringMatching(
        / Note: one account moves it; without it, from 60 to 60 mentions \(of everything, from 200 to 200\), it does not hold\.$/,
      ),
    })
    const numbers = Object.fromEntries((about?.numbers ?? []).map(({ name, value }) => [name, value]))
    expect(numbers).toMatchObject({
      ...{ mentions: 60, mentionsBefore: 60, all: 500, allBefore: 200 },
      ...{ mentionsWithout: 60, mentionsBeforeWithout: 60, allWithout: 200, allBeforeWithout: 200 },
    })
  })

  describe('on the aspect that is spoken of best', () => {
    const aspects = (...said: readonly (readonly [string, SentimentLabel])[]) => ({
      aspects: said.map(([aspect, label]) => ({ aspect, label, confidence: 0.5 })),
    })
    const told = async (mentions: readonly Mention[]) => (await toldOf(mentions)).find(({ kind }) => kind === 'aspects')
    const praised = said(40, 0, aspects(['food', 'positive'], ['service', 'neutral'], ['price', 'negative']))

    it('hold it against every pair of them', async () => {
      const found = await told([...praised, ...said(40, 0, aspects(['menu', 'neutral']))])
      expect(found?.derived).toMatchObject({ difference: 2, tested: 6 })
      expect(found?.text.en).toMatch(/: the widest difference among 4 aspects is significant among 6 comparisons \(p/)
      const numbers = Object.fromEntries((found?.numbers ?? []).map(({ name, value }) => [name, value]))
      expect(numbers).toMatchObject({ both: 40, differences: 80, firstAlone: 0, secondAlone: 0 })
    })

    it('are said where mentions of both agree on it, and not where they are of two minds', async () => {
      const minds = (forFood: number, forService: number) => [
        ...said(forFood, 0, aspects(['food', 'positive'], ['service', 'negative'])),
        ...said(forService, 0, aspects(['food', 'negative'], ['service', 'positive'])),
      ]
      // of two lots of fifty that were independent 30 against 20 would differ with p = 0.046, of fifty pairs with 0.16
      expect(await told(minds(30, 20))).toBeUndefined()
      const found = await told(minds(33, 17))
      expect(found?.derived).toMatchObject({ tested: 1, pValue: expect.closeTo(0.02366, 4) })
      const apart = said(50, 0, aspects(['food', 'neutral'], ['service', 'neutral']))
      const few = said(6, 0, aspects(['food', 'positive'], ['service', 'neutral']))
      // of mentions that agree but for six a test of two lots finds nothing
      expect((await told([...apart, ...few]))?.derived['pValue']).toBeCloseTo(0.0143, 3)
    })

    it('take what a few accounts say for what a few say', async () => {
      const few = praised.map((one, at) => ({ ...one, author: `a${String(at % 3)}` }))
      expect(await told(few)).toBeUndefined()
      expect(await told(praised)).toBeDefined()
    })
  })
})
