import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { readControlFile } from '../../streams/app/control.js'
import { chromiumPath, startBrowser } from '../support/browser.js'
import { whyNoBroker, whyNoRegistry } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { Cluster } from '../verify/cluster/cluster.js'
import { EngineProcess } from '../verify/engine-process.js'
import { drained, feedAll } from '../verify/feed.js'
import { queried } from '../verify/reading.js'
import { environmentOf } from '../verify/world.js'

const missing = chromiumPath() === null && process.env.CI === undefined
if (missing) {
  process.stderr.write(
    '\nNOT TESTED: boards of several workers. There is no Chromium here: apt-get install chromium\n\n',
  )
}
const withAll = missing || whyNoBroker() !== null || whyNoRegistry() !== null ? describe.skip : describe

/** Milliseconds. */
const longest = 240_000

const names = ['first', 'second'] as const
/** Posts of the half hour before the boards are opened. */
const before = 120
const terms = ['ceviche', 'ceviche', 'ceviche', 'anticuchos', 'anticuchos', 'picarones'] as const

/** Posts with one term each, in the order of their times: none is late for a window. */
const post = (number: number, createdAt: number) => ({
  topic: 'posts' as const,
  fields: {
    ...{ postId: `test:${number}`, source: 'test', author: `author-${number % 7}` },
    text: `Hoy toca ${terms[number % terms.length]}`,
    createdAt,
  },
})

withAll('the boards of two workers that share the tasks and a ClickHouse server', () => {
  const scratch = scratchFolder()
  let cluster: Cluster
  let workers: readonly EngineProcess[] = []
  let browser: Browser
  let pages: readonly Page[] = []

  const first = (): EngineProcess => {
    const [worker] = workers
    if (worker === undefined) throw new Error('no worker was started')
    return worker
  }
  /** Terms and numbers as a person reads them, from the top, once these numbers are there. */
  const shown = async (page: Page, numbers: readonly string[]): Promise<readonly string[]> => {
    for (const number of numbers) await page.locator('button.number', { hasText: number }).first().waitFor()
    const rows = await page.locator('tbody tr').all()
    return Promise.all(
      rows.map(
        async (row) => `${await row.locator('.name').textContent()} ${await row.locator('.number').textContent()}`,
      ),
    )
  }
  const counted = async () => {
    const sql = `SELECT term, sum(mentions) AS posts FROM trends_by_minute WHERE term != '*' AND region = '*' GROUP BY term ORDER BY posts DESC, term`
    return (await queried(first().instance(), sql)).map(([term, posts]) => `${term} ${posts}`)
  }

  beforeAll(async () => {
    cluster = await Cluster.start(join(scratch.dir, 'cluster'))
    workers = await Promise.all(
      names.map((name) => {
        const dataDir = join(scratch.dir, name)
        return EngineProcess.start(dataDir, { ...environmentOf({ dataDir, sentiment: false }), ...cluster.settings })
      }),
    )
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all(workers.map((worker) => worker.stop()))
    await cluster?.stop()
    scratch.remove()
  })

  it('show the same terms and numbers, which are those of the tables', async () => {
    const begin = Date.now() - 15_000 * before
    await feedAll(
      first().instance(),
      Array.from({ length: before }, (_, number) => post(number, begin + 15_000 * number)),
    )
    await drained(first().instance())
    const context = await browser.newContext({ locale: 'es-PE', timezoneId: 'America/Lima', reducedMotion: 'reduce' })
    // It ends what hangs, and nothing that is slow.
    context.setDefaultTimeout(longest)
    pages = await Promise.all(
      names.map(async (name) => {
        const page = await context.newPage()
        await page.goto(`${readControlFile(join(scratch.dir, name))?.url}/?span=7d`)
        return page
      }),
    )
    const expected = ['ceviche 60', 'anticucho 40', 'picarón 20']
    expect(await Promise.all(pages.map((page) => shown(page, ['60', '40', '20'])))).toEqual([expected, expected])
    expect(await counted()).toEqual(expected)
  })

  it('show what comes, whichever worker it comes to, without being reloaded', async () => {
    await feedAll(
      first().instance(),
      terms.map((_, number) => post(before + number, Date.now())),
    )
    const expected = ['ceviche 63', 'anticucho 42', 'picarón 21']
    expect(await Promise.all(pages.map((page) => shown(page, ['63', '42', '21'])))).toEqual([expected, expected])
    await drained(first().instance())
    expect(await counted()).toEqual(expected)
  })
})
