import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readControlFile } from '../../streams/app/control.js'
import { readyFor } from '../../streams/app/ingest.js'
import type { Instance } from '../../streams/app/instance.js'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { Cluster } from '../verify/cluster/cluster.js'
import { EngineProcess } from '../verify/engine-process.js'
import { drained, feedAll } from '../verify/feed.js'
import type { InputEvent } from '../verify/oracle/event.js'
import { environmentOf, markers } from '../verify/world.js'

const withKafka = whyNoBroker() === null && whyNoRegistry() === null ? describe : describe.skip

const hour = 3_600_000
const begin = Date.UTC(2025, 2, 10, 5)
const end = begin + 96 * hour
const terms = ['El ceviche', 'La causa', 'El lomo saltado'] as const
const said: readonly string[] = [
  'estuvo buenazo pero la atención pésima',
  'riquísimo y a buen precio',
  'llegó frío, una decepción',
  'en Lima es lo mejor, aunque el local es ruidoso',
]

const saidLater = said.with(1, 'riquísimo pero carísimo, los precios un robo')

/** Posts and reviews of four days until their end, in the second half more of one dish and blame for its price; one is edited, one deleted. */
function published(): readonly InputEvent[] {
  const posts = Array.from({ length: 160 }, (_, index): InputEvent => {
    const text = `${terms[index > 80 && index % 2 === 0 ? 0 : index % 3]} ${(index > 85 ? saidLater : said)[index % 4]}`
    const common = { source: index % 5 === 0 ? 'news' : 'twitter', author: `a${index % 23}`, text }
    const createdAt = begin + Math.floor((index * 96 * hour) / 160)
    return index % 4 === 3
      ? { topic: 'reviews', fields: { ...common, reviewId: `r:${index}`, createdAt, stars: 1 + (index % 5) } }
      : { topic: 'posts', fields: { ...common, postId: `p:${index}`, createdAt } }
  })
  const edited: InputEvent = {
    topic: 'posts',
    fields: {
      ...{ postId: 'p:0', source: 'news', author: 'a0', text: 'La causa y la atención, un lujo', createdAt: begin },
      editedAt: begin + hour,
    },
  }
  const deleted: InputEvent = { topic: 'deletions', fields: { id: 'p:1', deletedAt: end, reason: 'author' } }
  return [...markers('first', begin), ...posts, edited, ...markers('last', end), deleted]
}

/** Answers of forty people to a closed and an open question, with weights; one changes its mind, one is deleted. */
async function answer(instance: Instance): Promise<void> {
  const question = { surveyId: 's1', source: 'panel', answeredAt: begin + 50 * hour }
  const answers = Array.from({ length: 40 }, (_, person) => [
    {
      ...{ ...question, answerId: `c${person}`, questionId: 'q1', question: '¿Qué pidió?', kind: 'single' },
      ...{ choices: [person % 4 === 0 ? 'causa' : 'ceviche'], author: `p${person}`, weight: 1 + (person % 3) },
    },
    {
      ...{ ...question, answerId: `o${person}`, questionId: 'q2', question: '¿Qué le pareció?', kind: 'open' },
      ...{ text: `${terms[person % 3]} ${said[person % 4]}`, author: `p${person}` },
    },
  ]).flat()
  const changed = { ...answers[0], choices: ['lomo'], editedAt: begin + 51 * hour }
  const records = [...answers, changed].map((fields) => {
    const ready = readyFor('surveys', fields)
    if (typeof ready === 'string') throw new Error(ready)
    return ready.at(ready.time)
  })
  await instance.append(records)
  await drained(instance)
  await feedAll(instance, [{ topic: 'deletions', fields: { id: 'o7', deletedAt: end, reason: 'author' } }])
}

const half = begin + 48 * hour
const period = `from=${half}&until=${end}`
const questions = [
  ...['/api/v1/surveys', '/api/v1/surveys/s1'],
  ...['terms', 'regions', 'sources', 'aspects'].map((by) => `/api/v1/compare?by=${by}&${period}`),
  `/api/v1/compare?by=aspects&term=ceviche&kind=dish&${period}`,
  `/api/v1/posts?aspect=service&sentiment=negative&limit=200&${period}`,
  `/api/v1/insights?${period}`,
  `/api/v1/terms/rising?${period}`,
] as const

async function answersOf(dataDir: string): Promise<ReadonlyMap<string, unknown>> {
  const url = readControlFile(dataDir)?.url ?? ''
  const answers = new Map<string, unknown>()
  for (const question of questions) {
    const response = await fetch(`${url}${question}`)
    // How far the topic had got is told in its own offsets, between which other things stand on Kafka.
    const body = JSON.parse(await response.text(), (name, value) => (name === 'asOf' ? Array.isArray(value) : value))
    answers.set(question, { status: response.status, body })
  }
  return answers
}

withKafka('surveys, comparisons, aspects and insights of two workers on Kafka', () => {
  const scratch = scratchFolder()
  const dirs = ['embedded', 'first', 'second'].map((name) => join(scratch.dir, name))
  let cluster: Cluster
  let engines: readonly EngineProcess[] = []
  let told: readonly ReadonlyMap<string, unknown>[] = []

  beforeAll(async () => {
    cluster = await Cluster.start(join(scratch.dir, 'cluster'))
    const topologies = { PULSO_TOPOLOGIES: 'consumer-trends,emerging-words,surveys' }
    engines = await Promise.all(
      dirs.map((dataDir, index) =>
        EngineProcess.start(dataDir, {
          ...{ ...environmentOf({ dataDir, sentiment: true }), ...topologies },
          ...(index === 0 ? {} : cluster.settings),
        }),
      ),
    )
    for (const engine of engines.slice(0, 2)) {
      const instance = engine.instance()
      const all = published()
      await feedAll(instance, all.slice(0, -1))
      await drained(instance)
      await feedAll(instance, all.slice(-1))
      await answer(instance)
      await drained(instance)
    }
    told = await Promise.all(dirs.map(answersOf))
  })

  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.stop()))
    await cluster?.stop()
    scratch.remove()
  })

  it('are there', () => {
    for (const [question, answered] of told[0] ?? [])
      expect([question, answered]).toMatchObject([question, { status: 200 }])
    expect(told[0]?.get('/api/v1/surveys')).toMatchObject({ body: { surveys: [{ surveyId: 's1', people: 40 }] } })
    expect(told[0]?.get('/api/v1/surveys/s1')).toMatchObject({
      body: {
        ...{ answers: [{ sample: 40 }, { sample: 39 }], voices: [{ voice: 'survey', sample: 39 }, {}, {}] },
        aspects: expect.arrayContaining([
          expect.objectContaining({ aspect: 'service', survey: expect.objectContaining({ count: 10 }) }),
        ]),
      },
    })
    expect(told[0]?.get(`/api/v1/compare?by=aspects&${period}`)).toMatchObject({
      body: { items: expect.arrayContaining([expect.objectContaining({ name: 'service' })]) },
    })
    expect(told[0]?.get(`/api/v1/insights?${period}`)).toMatchObject({
      body: {
        insights: expect.arrayContaining([
          expect.objectContaining({ kind: 'volume' }),
          expect.objectContaining({ kind: 'aspectShift', id: expect.stringContaining('price') }),
        ]),
      },
    })
  })

  it.each([1, 2])('are those of the embedded backend, to the last digit, from worker %i', (worker) => {
    for (const question of questions)
      expect([question, told[worker]?.get(question)]).toEqual([question, told[0]?.get(question)])
  })
})
