import { describe, expect, it } from '@jest/globals'
import type { Mention } from '../../../schemas/mention.js'
import { scoredMention, startServing } from '../../../tests/support/serving.js'
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

async function textsOf(mentions: readonly Mention[], sources: readonly string[] = []): Promise<readonly string[]> {
  const serving = await startServing(mentions, until)
  try {
    const insights = await insightsOf(
      serving.store,
      { region: '*', filter: sources.length === 0 ? null : { terms: [], regions: [], sources } },
      week,
    )
    return insights.map(({ text }) => text.en)
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
})
