import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { AvroColumns } from '../../schemas/avro-columns.js'
import { readSchemas } from '../../schemas/files.js'
import type { Trend } from '../../schemas/trend.js'
import { projectPath } from '../../streams/project.js'
import { rowsOfColumns } from '../../tests/support/columns.js'
import { aTrend } from '../../tests/support/trends.js'
import { NewestRows } from './newest-rows.js'
import { trendRows } from './rows.js'

const schema = readSchemas(projectPath('schemas')).get('pulso.Trend') ?? ''

/** What is left of the trends, as objects. */
function settled(trends: readonly Trend[]): unknown[] {
  const rows = new AvroColumns(schema, 1, new Set(), new Set(['aspects']))
  const newest = new NewestRows(rows, ['term', 'kind', 'region', 'window', 'start'], 'revision', 'isFinal')
  for (const trend of trends) {
    rows.append({ ...trend })
    newest.settleLast()
  }
  return rowsOfColumns(rows.length, rows.columns())
}

const anyTrend = fc
  .record({
    term: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom('dish', 'word'),
    region: fc.constantFrom('*', '15'),
    window: fc.constantFrom('minute', 'hour'),
    start: fc.constantFrom(0, 60_000, 2 ** 32, 2 ** 33, -60_000),
    revision: fc.integer({ min: 1, max: 3 }),
    mentions: fc.nat(9),
    isFinal: fc.boolean(),
  })
  .map(aTrend)

/** As they come: nothing of a window after its final, which has the highest revision. */
function asTheyCome(trends: readonly Trend[]): readonly Trend[] {
  const closed = new Set<string>()
  return trends.flatMap((trend) => {
    const window = JSON.stringify([trend.term, trend.kind, trend.region, trend.window, trend.start])
    if (closed.has(window)) return []
    if (!trend.isFinal) return [trend]
    closed.add(window)
    return [{ ...trend, revision: 4 }]
  })
}

describe('the newest rows of a block', () => {
  it('are one a window, the newest, in the place of the first', () => {
    fc.assert(
      fc.property(fc.array(anyTrend, { maxLength: 200 }).map(asTheyCome), (trends) => {
        expect(settled(trends)).toEqual(trendRows(trends))
      }),
    )
  })

  it('are found among many', () => {
    const trends = Array.from({ length: 30_000 }, (_, at) =>
      aTrend({ term: `term-${at % 700}`, start: (at % 9_000) * 60_000, revision: at, isFinal: at > 28_000 }),
    )
    expect(settled(trends)).toEqual(trendRows(trends))
  })

  it('lose nothing where a final comes twice', () => {
    const final = aTrend({ revision: 2 })
    const { aspects: _, ...row } = final
    expect(settled([aTrend({ isFinal: false }), final, final])).toEqual([row])
    expect(settled([final, final])).toEqual([row, row])
  })
})
