import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readControlFile } from '../../streams/app/control.js'
import { askWorker, openWindowsExpected, openWindowsTold } from '../support/open-trends.js'
import { scratchFolder } from '../support/scratch.js'
import { compareRollups } from './compare/rollups.js'
import { compareFinals } from './compare/windows.js'
import { type Compared, reportOf, totalOf } from './comparison.js'
import { type Observed, type OracleRun, oracleRun } from './oracle-run.js'
import { queried, shown } from './reading.js'

const { dir, remove } = scratchFolder()
let run: OracleRun

beforeAll(async () => {
  run = await oracleRun({ dataDir: dir, seed: 5, posts: 2_000, sentiment: false, engagement: true, say: () => {} })
})

afterAll(async () => {
  await run?.close()
  remove()
})

const wrong = (all: readonly Compared[]) => all.filter(({ differences }) => differences > 0).map(({ what }) => what)

async function execute(statement: string): Promise<void> {
  const response = await fetch(run.clickhouse, { method: 'POST', body: statement })
  if (!response.ok) throw new Error(await response.text())
}

describe('everything recomputed from what was sent', () => {
  it('equals what the engine wrote and counted, to the last digit', async () => {
    const compared = await run.compare()
    expect(wrong(compared).length === 0 ? '' : reportOf(compared)).toBe('')
    expect(totalOf(compared).numbers).toBeGreaterThan(500_000)
  })

  it('equals every metric of the registry, in SQL and in the answers of the API', async () => {
    const compared = await run.compareMetrics()
    expect(wrong(compared).length === 0 ? '' : reportOf(compared)).toBe('')
    expect(totalOf(compared).numbers).toBeGreaterThan(10_000)
    // among them emerging words, of which the stream gives a part of the windows: here some days, and no hour
    const windows = async (table: string, condition: string) =>
      Number((await queried(run.instance, `SELECT count() FROM pulso.${table} WHERE ${condition}`))[0]?.[0])
    const given = await windows('trends_latest', "kind = 'word'")
    expect(given).toBeGreaterThan(0)
    expect(await windows('terms_by_hour_view', "kind = 'word' AND mentions > 0")).toBeGreaterThan(2 * given)
  })

  it('is told while it is counted: of each term and region the windows that are open', async () => {
    let windows = 0
    for (const [path, expected] of openWindowsExpected(run.expected, 190)) {
      const answer = await askWorker(readControlFile(dir)?.url ?? '', path)
      expect([answer.status, await openWindowsTold(answer)]).toEqual([200, expected])
      windows += expected.length
    }
    expect(windows).toBeGreaterThan(0)
  })

  it('is no longer equal when one number of a final is changed in the table', async () => {
    await execute(
      'INSERT INTO pulso.trends SELECT * REPLACE (mentions + 1 AS mentions, revision + 1 AS revision) FROM pulso.trends_final LIMIT 1',
    )
    expect(wrong(await compareFinals(run.instance, run.expected))).toEqual(['table trends: finals'])
  })

  it('is no longer equal when a final stands in the topic twice', async () => {
    for await (const { topic, key, value, timestamp } of shown(run.instance, 'trends')) {
      if (!(value as { readonly isFinal: boolean }).isFinal) continue
      await run.instance.append([{ topic, key, value: { kind: 'value', value }, timestamp }])
      break
    }
    expect(wrong(await compareFinals(run.instance, run.expected))).toContain(
      'topic trends: each final once, with aspects',
    )
  })

  it('is no longer equal when one number of a roll-up is changed', async () => {
    await execute(
      'INSERT INTO pulso.trends_by_hour (term, kind, region, start, mentions) SELECT term, kind, region, start, 1 FROM pulso.trends_by_hour LIMIT 1',
    )
    expect(wrong(await compareRollups(run.instance, run.expected))).toEqual(['roll-up trends_by_hour'])
  })
})

describe('engagement recomputed from what was observed', () => {
  let observed: Observed
  beforeAll(async () => {
    observed = await run.observe()
  })

  it('equals what the engine wrote: observations, windows, hours, rates and metrics', async () => {
    const compared = await observed.compare()
    expect(wrong(compared).length === 0 ? '' : reportOf(compared)).toBe('')
    expect(totalOf(compared).numbers).toBeGreaterThan(400_000)
    expect(observed.expected.missed).toBeGreaterThan(50)
  })

  it('is no longer equal when one number of a final is changed in the table', async () => {
    await execute(
      'INSERT INTO pulso.engagement_metrics SELECT * REPLACE (interactions + 1 AS interactions, revision + 1 AS revision) FROM pulso.engagement_final WHERE interactions > 0 LIMIT 1',
    )
    expect(wrong(await observed.compare())).toEqual([
      'table engagement_metrics: finals',
      'registry in SQL over engagement_latest',
    ])
  })

  it('is no longer equal when one increment of an observation is changed in the table', async () => {
    await execute(
      'INSERT INTO pulso.post_engagements SELECT * REPLACE (-sign AS sign) FROM pulso.post_engagements AS e WHERE likesGained > 0 AND (postId, observedAt) IN (SELECT postId, observedAt FROM pulso.current_engagements) AND sign = 1 LIMIT 1',
    )
    await execute(
      'INSERT INTO pulso.post_engagements SELECT * REPLACE (likesGained + 1 AS likesGained, -sign AS sign) FROM pulso.post_engagements WHERE sign = -1 AND likesGained > 0 LIMIT 1',
    )
    const found = wrong(await observed.compare())
    expect(found).toContain('table post_engagements: what stands')
    expect(found).toContain('view engagement_by_hour_view')
    expect(found).toContain('SQL over what was observed = engagement_by_hour_view')
  })

  it('is no longer equal when a figure that a metric is made of is changed in the table', async () => {
    await execute(
      "INSERT INTO pulso.trends SELECT * REPLACE (mentions + 1 AS mentions, revision + 1 AS revision) FROM pulso.trends_final WHERE window = 'day' LIMIT 1",
    )
    expect(wrong(await run.compareMetrics())).toContain('registry in SQL over trends_latest')
  })
})
