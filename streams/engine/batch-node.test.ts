import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { asOf } from './builder-joins.js'
import type { BatchResult } from './ports/batch.js'
import { deadLetterTopic, TopologyTestDriver } from './testing/topology-test-driver.js'
import { topic } from './topic.js'
import { type BatchStep, items } from './topology.js'

const texts = topic<string>('texts', 'bytes')
const scores = topic<string>('scores', 'bytes')
const limits = { atMost: items(10), within: 5 }

const score: BatchStep<string | null, string, number, string> = {
  name: 'score',
  service: 'length',
  item: (text) => (text === 'skip' ? null : text),
  merge(text, result) {
    if (text === 'fatal' && result?.kind === 'failed') throw new Error('it needs a score')
    return `${text}:${result === null ? 'none' : result.kind === 'ok' ? result.value : result.reason}`
  },
}

const length = (asked: readonly unknown[]): readonly BatchResult<unknown>[] =>
  asked.map((text) =>
    typeof text === 'string' && !text.startsWith('bad') && text !== 'fatal'
      ? { kind: 'ok', value: text.length }
      : { kind: 'failed', reason: 'no score' },
  )

const sentence = topology('scores').from(texts).mapInBatches(score, limits).to(scores)
const of = (...values: readonly string[]) => values.map((value, timestamp) => ({ value, timestamp }))

describe('a step that asks in batches', () => {
  it('asks once for all records of a run, and gives the results in the order of the records', () => {
    const asked: (readonly unknown[])[] = []
    const services = {
      length(each: readonly unknown[]) {
        asked.push(each)
        return length(each)
      },
    }
    const driver = new TopologyTestDriver(sentence, { services })
    driver.pipe(texts, ...of('ceviche', 'skip', 'causa', 'ceviche'))
    expect(driver.read(scores).map(({ value }) => value)).toEqual(['ceviche:7', 'skip:none', 'causa:5', 'ceviche:7'])
    expect(asked).toEqual([['ceviche', 'causa', 'ceviche']])
  })

  it('asks nothing when no record has a question', () => {
    const driver = new TopologyTestDriver(sentence)
    driver.pipe(texts, ...of('skip'))
    expect(driver.read(scores).map(({ value }) => value)).toEqual(['skip:none'])
  })

  it('lets one bad item fail alone', () => {
    const driver = new TopologyTestDriver(sentence, { services: { length } })
    driver.pipe(texts, ...of('a', 'bad', 'fatal', 'bb'))
    expect(driver.read(scores).map(({ value }) => value)).toEqual(['a:1', 'bad:no score', 'bb:2'])
    expect(driver.read(deadLetterTopic).map(({ value }) => [value.reason, value.detail, value.offset])).toEqual([
      ['call-failed', 'score: no score (it needs a score)', 2],
    ])
    expect(driver.fates()).toMatchObject({ read: 4, forwarded: 3 })
  })

  it('asks again after a crash, and gives no record twice and none away', () => {
    let asked = 0
    const services = {
      length(each: readonly unknown[]) {
        asked += each.length
        return length(each)
      },
    }
    const driver = new TopologyTestDriver(sentence, { services })
    driver.pipe(texts, ...of('a', 'bb'))
    driver.crash()
    expect(driver.read(scores).map(({ value }) => value)).toEqual(['a:1', 'bb:2'])
    expect(asked).toBe(4)
  })

  it('refuses a service that does not answer every item', () => {
    const driver = new TopologyTestDriver(sentence, { services: { length: () => [] } })
    driver.pipe(texts, ...of('a'))
    expect(() => driver.run()).toThrow('"length" answered 0 of 1 items')
  })

  it('keeps changes of a table behind it in their place among the records', () => {
    const names = topic<string>('names', 'bytes')
    const joined = topology('joined')
      .from(texts)
      .mapInBatches(score, limits)
      .mapInBatches({ ...score, name: 'again' }, limits)
      .leftJoin(names, asOf({ history: 0 }), (text, name) => `${text} ${name}`)
      .to(scores)
    const driver = new TopologyTestDriver(joined, { services: { length } })
    driver.pipe(texts, { key: 'k', value: 'a', timestamp: 1 }, { key: 'k', value: 'b', timestamp: 3 })
    driver.pipe(names, { key: 'k', value: 'old', timestamp: 0 }, { key: 'k', value: 'new', timestamp: 2 })
    expect(driver.read(scores).map(({ value }) => value)).toEqual(['a:1:3 old', 'b:1:3 new'])
    expect(driver.fates()).toMatchObject({ read: 4, forwarded: 4 })
  })
})
