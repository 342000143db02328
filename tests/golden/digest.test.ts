import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Digest, digestPage } from '../../dashboard/server/digest.js'
import { digestOf } from '../../dashboard/server/digest-data.js'
import type { Mention } from '../../schemas/mention.js'
import type { AsOf } from '../../sinks/live/as-of.js'
import type { AnalyticsStore, Queries } from '../../streams/engine/ports/analytics.js'
import { aBoard, labelOf, type Of, period, placedRow, standingOf, told, until } from './told-mentions.js'

let store: AnalyticsStore
let mentions: readonly Mention[]
let close: () => Promise<void>
beforeAll(async () => {
  ;({ store, mentions, close } = await told())
})
afterAll(() => close())

const isOwn = ({ repostOf }: Mention) => repostOf === null
const asOfFirst = ({ insights }: Digest): AsOf => {
  const asOf = insights[0]?.queries[0]?.params['asOf']
  if (!Array.isArray(asOf)) throw new Error('the queries of a digest do not say as of when they count')
  return asOf.map(Number)
}
const standing = (of: Of, start: number, end: number) => standingOf(mentions, of, start, end)

describe('the digest of a week', () => {
  it('is there in either language, with the figures of the week, in which texts are text', async () => {
    const digest = await digestOf(store, { board: aBoard, region: '*', period, now: until })
    const spanish = digestPage(digest, 'es')
    expect(digest.all.volume).toBe(standing({ term: null, region: '*', board: aBoard }, period.from, until).length)
    expect(spanish).toContain('Lima &lt;b&gt;y&lt;/b&gt; café')
    expect(spanish).not.toContain('<b>y</b>')
    expect(spanish).toContain('@page { size: A4')
    expect(spanish).not.toMatch(/<script|\son\w+=|style="/)
    for (const { text } of digest.insights)
      expect(spanish.includes(text.es.replaceAll("'", '&#39;').replaceAll('<', '&lt;')) ? '' : text.es).toBe('')
    expect(digestPage(digest, 'en')).toContain('What matters')
    const counts = digest.points.map(({ volume }) => volume)
    expect(spanish).toMatch(
      new RegExp(`Menciones por día; la barra más alta: ${Math.max(...counts)} \\(1\\d ene\\.?\\)`),
    )
    expect(spanish).toContain('<p class="soft">13 de enero de 2022 – 19 de enero de 2022')
    const running = { ...period, until: until - 7 * 3_600_000 }
    const early = await digestOf(store, { board: null, region: '*', period: running, now: until - 8 * 3_600_000 })
    expect(digestPage(early, 'es')).toMatch(/00:00 – 19 de enero de 2022\D*17:00 \(aún en curso\)/)
  })

  it('has aspects with their samples and changes, by the numbers of the sentences and of plain counting', async () => {
    const digest = await digestOf(store, { board: null, region: '*', period, now: until })
    const page = digestPage(digest, 'es')
    const rows = [...page.matchAll(/<tr>(?:(?!<\/tr>).)*<\/tr>/g)].map(([row]) =>
      row
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll('&lt;', '<')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    const ofAspects = rows.slice(rows.findIndex((row) => row.startsWith('Nombre Menciones Balance')) + 1)
    expect(ofAspects).toEqual([
      'Comida 157 antes 82 −0.04 −0.19 – +0.12 antes +0.04 sin cambio claro p = 0.3',
      'Atención 57 antes 12 −0.96 −0.99 – −0.81 antes −0.42 ▼ peor −0.55 p = 0.00013',
      'Precio 26 antes 14 −0.50 −0.75 – −0.12 antes −0.07 sin cambio claro p = 0.038',
      'Ambiente 10 antes 8 −0.10 −0.60 – +0.45 muy pocas',
      'Carta 3 antes 3 muy pocas muy pocas',
    ])
    const [shift] = digest.insights.filter(({ kind }) => kind === 'aspectShift')
    const service = digest.aspects.find(({ name }) => name === 'service')
    const named = new Map(shift?.numbers.map(({ name, value }) => [name, value]))
    expect([service?.volume, service?.previous, service?.balance, service?.balanceBefore]).toEqual(
      ['mentions', 'mentionsBefore', 'balance', 'balanceBefore'].map((name) => named.get(name)),
    )
    const own = standing({ term: null, region: '*', board: null }, period.from, until)
    const positive = own.filter((one) => labelOf(one) === 'positive').length
    expect(page).toContain(`${positive} / ${own.length}`)
    expect(digest.all.positiveShare).toBe(positive / own.length)
    expect(digestPage(digest, 'en')).toMatch(/<h2>Aspects<\/h2>.*Service.*▼ worse −0\.55/)
    expect(page).not.toContain('m..')
  })

  it('tells of one moment, whatever is written between its questions', async () => {
    const asked = { board: null, region: '*', period, now: until }
    const before = await digestOf(store, asked)
    const week = mentions.filter(({ createdAt }) => createdAt >= period.from)
    let written = mentions.length
    const writing: Queries = {
      queryRaw: (...given) => store.queryRaw(...given),
      query: async (...given) => {
        const more = week.slice(0, 40).map((one) => ({ ...one, postId: `${written}:${one.postId}`, author: 'later' }))
        const rows = more.map((one, index) => placedRow(one, written + index))
        written += rows.length
        await store.write({ table: 'mentions', rows, token: `later-${written}` })
        return store.query(...given)
      },
    }
    const first = await digestOf(writing, asked)
    const meanwhile = (written - mentions.length) / 40
    expect(meanwhile).toBeGreaterThan(20)
    // The first question, how far the table has got, is asked when one block more is there.
    expect(first.all.volume).toBe(before.all.volume + week.slice(0, 40).filter(isOwn).length)
    const counted = (digest: Digest) => digest.points.reduce((sum, { volume }) => sum + volume, 0)
    expect(counted(first)).toBe(first.all.volume)
    const volume = first.insights.find(({ kind }) => kind === 'volume')
    expect(volume?.numbers.find(({ name }) => name === 'mentions')?.value).toBe(first.all.volume)
    const later = await digestOf(store, { ...asked, period: { ...period, asOf: asOfFirst(first) } })
    expect(later).toEqual(first)
    expect((await digestOf(store, asked)).all.volume).toBeGreaterThan(first.all.volume)
  })
})
