import { describe, expect, it } from '@jest/globals'
import { topology } from './builder.js'
import { asOf, within } from './builder-joins.js'
import { humanCount, humanDuration, humanList } from './describe/human-duration.js'
import { describe as print } from './describe.js'
import { trendsTopology } from './testing/trends-sentence.js'
import { days, minutes, seconds } from './time.js'
import { topic } from './topic.js'

const text = print([trendsTopology], 'text')

describe('the description in words', () => {
  it('names every topic, step, store and stage', () => {
    for (const name of ['posts', 'reviews', 'deletions', 'mentions', 'trends', 'consumer-trends.term-repartition']) {
      expect(text).toContain(name)
    }
    for (const { name } of trendsTopology.steps) expect(text).toContain(name)
    expect(text).toContain('Stage consumer-trends.1')
    expect(text).toContain('Stage consumer-trends.2')
    expect(text).toContain('keeps state in firstVersion')
  })

  it('says durations as people do', () => {
    expect(text).toContain('windows of 10 minutes')
    expect(text).toContain('30 days')
    expect(humanDuration(90_050)).toBe('1 minute 30 seconds 50 ms')
    expect(humanDuration(0)).toBe('0 ms')
    expect(humanCount(1, 'items')).toBe('1 item')
    expect(humanCount(1_234_567, 'tokens')).toBe('1,234,567 tokens')
    expect(humanList(['a', 'b', 'c'])).toBe('a, b and c')
  })

  it('says what happens to late and to bad records', () => {
    expect(text).toMatch(/late records/)
    expect(text).toMatch(/dead letters/)
  })

  it('fits a terminal of 120 columns', () => {
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })
})

describe('the flowchart', () => {
  const joined = topology('joined')
    .from(topic<number>('a', 'bytes'))
    .leftJoin(topic<string>('names', 'bytes'), asOf({ history: days(1) }), function named(value, name) {
      return `${value} ${name}`
    })
    .join(
      topic<string>('clicks', 'bytes'),
      within({ before: minutes(1), after: 0, grace: seconds(5) }),
      (left, right) => left + right,
    )
    .to(topic<string>('out', 'bytes'))

  it('links every topic to the step that reads or writes it', () => {
    const chart = print([trendsTopology, joined], 'mermaid')
    expect(chart.startsWith('flowchart LR\n')).toBe(true)
    const idOf = (name: string) => new RegExp(`(topic\\d+)\\[\\("${name}"\\)\\]`).exec(chart)?.[1]
    expect(chart).toContain(`${idOf('posts')} --> stage0s0`)
    expect(chart).toContain(`${idOf('names')} -.-> stage2s0`)
    expect(chart).toContain(`${idOf('clicks')} -.-> stage2s1`)
    expect(chart).toContain(`stage2s2 --> ${idOf('out')}`)
    expect(chart).toContain('("consumer-trends.term-repartition")]:::internal')
  })

  it('closes every box that it opens', () => {
    const lines = print([trendsTopology, joined], 'mermaid').split('\n')
    expect(lines.filter((line) => line.trim() === 'end')).toHaveLength(3)
  })
})

describe('the description as JSON', () => {
  it('holds the parameters of every step as data', () => {
    const [described] = JSON.parse(print([trendsTopology], 'json'))
    expect(described.stages[1].steps[0]).toMatchObject({
      kind: 'aggregate',
      name: 'trend',
      stores: ['trend'],
      parameters: { window: { kind: 'hopping', size: 600_000, advance: 60_000, grace: 30_000 } },
    })
    expect(described.stages[0].inputs[2]).toMatchObject({ topic: 'deletions', watermark: 'none' })
  })
})
