import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { grafanaFiles } from '../../schemas/grafana/files.js'
import type { Mention } from '../../schemas/mention.js'
import { engagementDefinitions } from '../../schemas/metrics/engagement.js'
import { figures } from '../../schemas/metrics/places.js'
import { metrics, registry } from '../../schemas/metrics.js'
import type { Shift } from '../../schemas/shift.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import { Metrics } from '../../sinks/metrics/metrics.js'
import { projectPath } from '../../streams/project.js'
import { aShift } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'
import { scoredMention, trendsOf } from '../support/serving.js'
import { resolved } from './compose.js'
import { readYaml, textOf } from './files.js'
import { dashboards, expanded, type Panel, panels, rules } from './grafana.js'

const quarter = 900_000
const hour = 4 * quarter
const now = Date.UTC(2025, 2, 12, 17)
const scratch = scratchFolder()
let store: EmbeddedStore
/** Food of all thirty, worse in every fifth; service of nine. */
const aspectsOf = (index: number): Mention['aspects'] => [
  { aspect: 'food', label: index % 5 === 0 ? 'negative' : 'positive', confidence: 0.5 },
  ...(index < 9 ? [{ aspect: 'service', label: 'negative', confidence: 0.5 } as const] : []),
]

beforeAll(async () => {
  store = await openEmbeddedStore({ dir: scratch.dir })
  await store.migrate()
  const spoken = Array.from({ length: 30 }, (_, index) =>
    scoredMention(index % 3 === 0 ? 'negative' : 'positive', {
      ...{ postId: `p${index}`, author: `a${index}`, createdAt: now - index * quarter },
      terms: [{ term: "lomo 'saltado'", kind: 'dish' }],
      text: index % 2 === 0 ? `Un Quipu, ${index}` : `Nada, ${index}`,
      aspects: aspectsOf(index),
    }),
  )
  // what was said of food in the two days before
  const earlier = Array.from({ length: 12 }, (_, index) =>
    scoredMention('positive', {
      ...{ postId: `e${index}`, createdAt: now - 72 * hour, terms: [{ term: "lomo 'saltado'", kind: 'dish' }] },
      aspects: [{ aspect: 'food', label: index % 4 === 0 ? 'negative' : 'positive', confidence: 0.5 }],
    }),
  )
  // the source is heard all the time, whatever it speaks of
  const heard = Array.from({ length: 20 * 24 }, (_, index) =>
    scoredMention('neutral', {
      ...{ postId: `h${index}`, author: `h${index}`, createdAt: now - index * hour, terms: [], text: 'Nada' },
    }),
  )
  await store.write({
    table: 'mentions',
    rows: [...spoken, ...earlier, ...heard].map((one) => mentionRow(one)),
    token: 'mentions',
  })
  await store.write({ table: 'trends', rows: trendRows(trendsOf(spoken)), token: 'trends' })
  // of a word that a half of them say the stream gives the one window in which it sees many say it
  const [said] = trendsOf(spoken).filter(({ kind, window }) => kind === 'dish' && window === 'hour')
  if (said === undefined) throw new Error('there is no hour')
  await store.write({
    table: 'trends',
    rows: trendRows([{ ...said, term: 'quipu', kind: 'word', mentions: 5, authors: 5 }]),
    token: 'words',
  })
})
afterAll(async () => {
  await store.close()
  scratch.remove()
})

describe('what Grafana is provisioned with', () => {
  it('is made of the registry of metrics: npm run docs makes it so', () => {
    for (const [path, text] of grafanaFiles) expect([path, textOf(path)]).toEqual([path, text])
    const found = readdirSync(projectPath('grafana'), { recursive: true, withFileTypes: true })
    expect(found.filter((entry) => entry.isFile())).toHaveLength(grafanaFiles.size)
  })

  it('is mounted where Grafana and its files look for it, with what the data sources ask of the environment', () => {
    const grafana = resolved().services['grafana']
    expect(grafana?.volumes).toEqual(expect.arrayContaining(['./grafana/provisioning:/etc/grafana/provisioning:ro']))
    const { providers } = readYaml<{ providers: readonly { options: { path: string } }[] }>(
      'grafana/provisioning/dashboards/pulso.yaml',
    )
    expect(grafana?.volumes).toContain(`./grafana/dashboards:${providers[0]?.options.path}:ro`)
    const asked = [...textOf('grafana/provisioning/datasources/pulso.yaml').matchAll(/\$([A-Z_]+)/g)].map(
      ([, name]) => name,
    )
    expect(asked.length).toBeGreaterThan(4)
    for (const name of asked) expect(grafana?.environment).toHaveProperty(name ?? '')
  })

  it('has a panel for each metric that windows can tell', () => {
    const told = [
      ...Object.values(metrics).filter(({ overTrends }) => overTrends !== null),
      ...Object.values(engagementDefinitions),
    ]
    for (const { label } of told) expect(panels.map(({ title }) => title)).toContain(label.en)
    for (const { label, overAspects } of Object.values(metrics))
      if (overAspects !== null) expect(panels.map(({ title }) => title)).toContain(`${label.en} by aspect`)
  })

  it('has dashboards and rules of one identity each, whose panels lie side by side', () => {
    const { datasources } = readYaml<{ datasources: readonly { uid: string; type: string }[] }>(
      'grafana/provisioning/datasources/pulso.yaml',
    )
    const known = new Set([...datasources.map(({ uid }) => uid), '__expr__'])
    const ids = [...dashboards, ...rules].map(({ uid }) => uid)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z-]{1,40}$/)
    for (const { panels: own } of dashboards) {
      expect(new Set(own.map(({ id }) => id)).size).toBe(own.length)
      for (const [index, one] of own.entries()) {
        expect(one.gridPos.x + one.gridPos.w).toBeLessThanOrEqual(24)
        for (const other of own.slice(index + 1)) expect(overlap(one.gridPos, other.gridPos)).toBe(false)
        for (const { datasource } of one.targets) expect(known).toContain(datasource.uid)
      }
    }
    for (const { data } of rules) for (const { datasourceUid } of data) expect(known).toContain(datasourceUid)
  })

  it('asks Prometheus for what the engine tells or its rules record', async () => {
    const exposed = await new Metrics().expose()
    const recorded = readYaml<{ groups: readonly { rules: readonly { record?: string }[] }[] }>(
      'deploy/prometheus/rules.yml',
    )
    const known = new Set([
      ...[...exposed.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
      ...recorded.groups.flatMap((group) => group.rules.map(({ record }) => record)),
    ])
    const asked = [
      ...panels.flatMap(({ targets }) => targets),
      ...rules.flatMap(({ data }) => data.map(({ model }) => model)),
    ].flatMap(({ expr }) => expr?.match(/\bpulso[_:]\w+/g) ?? [])
    expect(asked.length).toBeGreaterThan(4)
    expect(asked.filter((name) => !known.has(name))).toEqual([])
  })
})

describe('the queries of the panels', () => {
  const sqls = panels.flatMap(({ title, targets }) =>
    targets.flatMap(({ rawSql }) => (rawSql === undefined ? [] : [[title, rawSql] as const])),
  )
  const variables = { term: "lomo 'saltado'", region: '*' }

  it.each(sqls)('answer: %s', async (_title, sql) => {
    await expect(store.query(expanded(sql, now - 24 * hour, now + hour, variables))).resolves.toBeDefined()
  })

  it('have no figure that is not in the registry of metrics', async () => {
    const labels = Object.values(registry).flatMap(({ label }) => [label.en, `${label.en} by aspect`])
    const unknown: string[] = []
    for (const [title, sql] of sqls) {
      const columns = await store.query<{ readonly name: string; readonly type: string }>(
        `DESCRIBE (${expanded(sql, now - 24 * hour, now + hour, variables)})`,
      )
      const known = figures[`Grafana: ${title}`] ?? {}
      // a panel of one metric is called as it
      const isKnown = (name: string) => name in known || (name === 'figure' && labels.includes(title))
      for (const { name, type } of columns)
        if (/U?Int|Float|Decimal/.test(type) && !isKnown(name)) unknown.push(`${title}: ${name} ${type}`)
      for (const name of Object.keys(known))
        if (!columns.some((column) => column.name === name)) unknown.push(`${title}: no ${name}`)
    }
    expect(unknown).toEqual([])
  })

  it('have the figures of the API, hour by hour', async () => {
    const volume = panels.find(({ title }) => title === metrics.volume.label.en)?.targets[0]?.rawSql ?? ''
    const rows = await store.query<{ figure: number }>(expanded(volume, now - 24 * hour, now + hour, variables))
    expect(rows.reduce((sum, { figure }) => sum + Number(figure), 0)).toBe(30)
  })

  it('count all that say an emerging word, also where the stream gives no window of it', async () => {
    const sqlOf = (title: string) => panels.find((panel) => panel.title === title)?.targets[0]?.rawSql ?? ''
    const within = [now - 24 * hour, now + hour] as const
    const top = await store.query<Record<string, unknown>>(expanded(sqlOf('Top terms'), ...within, variables))
    expect(top.map(({ term, kind, volume }) => [term, kind, Number(volume)])).toEqual([
      ["lomo 'saltado'", 'dish', 30],
      ['quipu', 'word', 15],
    ])
    const volume = expanded(sqlOf(metrics.volume.label.en), ...within, { ...variables, term: 'quipu' })
    const hours = await store.query<{ figure: number }>(volume)
    expect([hours.length > 5, hours.reduce((sum, { figure }) => sum + Number(figure), 0)]).toEqual([true, 15])
    // where it is not emerging it is none of the top terms
    const before = await store.query(expanded(sqlOf('Top terms'), now - 7 * hour, now - 4 * hour, variables))
    expect(before.length).toBe(1)
  })

  it('have the balance of each aspect day by day and in all, and none where too few say something of it', async () => {
    const within = [now - 48 * hour, now + hour] as const
    const rowsOf = (title: string) => {
      const sql = panels.find((panel) => panel.title === title)?.targets[0]?.rawSql ?? ''
      return store.query<Record<string, unknown>>(expanded(sql, ...within, variables))
    }
    expect(await rowsOf('Aspects')).toEqual([
      {
        ...{ aspect: 'food', volume: 30, balance: (24 - 6) / 30, negative: 6, neutral: 0, positive: 24, note: '' },
        ...{ volume_compared: 30, balance_compared: (24 - 6) / 30, volume_before: 12, balance_before: (9 - 3) / 12 },
      },
      {
        ...{ aspect: 'service', volume: 9, balance: null, negative: 9, neutral: 0, positive: 0 },
        ...{
          volume_compared: 9,
          balance_compared: null,
          note: 'too few to say',
          volume_before: 0,
          balance_before: null,
        },
      },
    ])
    const byDay = await rowsOf(`${metrics.balance.label.en} by aspect`)
    const volumes = await rowsOf(`${metrics.volume.label.en} by aspect`)
    expect(Object.keys(byDay[0] ?? {})).toEqual(['time', 'aspect', 'figure'])
    expect(byDay.map(({ aspect, figure }) => [aspect, figure])).toEqual([
      ['food', (24 - 6) / 30],
      ['service', null],
    ])
    expect(volumes.map(({ figure }) => figure)).toEqual([30, 9])
  })

  const sqlOf = (title: string): string => panels.find((panel) => panel.title === title)?.targets[0]?.rawSql ?? ''
  const figuresOf = (title: string, from: number, to: number, term: string) =>
    store.query<Record<string, unknown>>(expanded(sqlOf(title), from, to, { term, region: '*' }))

  it.each([metrics.volume.label.en, 'Top terms', `${metrics.volume.label.en} by aspect`, 'Aspects'])(
    'tell nothing of a window that begins at the end of what is shown: %s',
    async (title) => {
      const rows = await figuresOf(title, now - 24 * hour, now, "lomo 'saltado'")
      const volumes = rows
        .filter(({ aspect = 'food' }) => aspect === 'food')
        .map(({ figure, volume }) => Number(figure ?? volume))
      // the first of thirty was said at that very end
      expect(volumes.reduce((sum, volume) => sum + volume, 0)).toBe(29)
    },
  )

  it('hold as many hours of each aspect against each other in any range, of what still runs those that are over', async () => {
    const feed = (term: string, begin: number, hours: number) =>
      Array.from({ length: hours }, (_, index) =>
        scoredMention('positive', {
          ...{ postId: `${term}${index}`, author: `${term}${index}`, createdAt: begin + index * hour + quarter },
          terms: [{ term, kind: 'dish' }],
          aspects: [{ aspect: 'food', label: 'positive', confidence: 0.5 }],
        }),
      )
    const clock = Date.now() - (Date.now() % hour)
    const midnight = Date.UTC(2025, 2, 10, 5)
    const day = 24 * hour
    const steady = [
      ...feed('pasado', midnight - 21 * day, 28 * 24),
      ...feed('presente', clock - 21 * day, 23 * 24),
    ].map((one) => mentionRow(one))
    await store.write({ table: 'mentions', rows: steady, token: 'steady' })
    const table = async (from: number, to: number, term = 'pasado') =>
      (await figuresOf('Aspects', from, to, term)).map((row) => [Number(row['volume']), Number(row['volume_before'])])
    expect(await table(midnight - 7 * day, midnight)).toEqual([[168, 168]])
    // from midnight to a second before midnight is how Grafana says a day
    expect(await table(midnight, midnight + day - 1)).toEqual([[24, 24]])
    const minute = 60_000
    expect(await table(midnight - 7 * day + 25 * minute, midnight + 25 * minute)).toEqual([[167, 167]])
    expect(await table(midnight + 2 * hour + minute, midnight + 8 * hour + minute)).toEqual([[5, 5]])
    const [[running = 0, before] = []] = await table(clock - 2 * day, clock + 2 * day, 'presente')
    expect(running).toBe(before)
    expect([48, 49]).toContain(running)
  })

  it('tell of the aspects of some hours by the hour, and of more than two days by the day', async () => {
    const title = `${metrics.volume.label.en} by aspect`
    const times = async (from: number) =>
      (await figuresOf(title, from, now + hour, "lomo 'saltado'")).map(({ time }) => String(time))
    expect(new Set(await times(now - 6 * hour)).size).toBe(7)
    expect(new Set(await times(now - 60 * hour)).size).toBe(1)
  })

  it('have values to choose from', async () => {
    for (const { query } of dashboards.flatMap(({ templating }) => templating.list)) {
      const rows = await store.query<Record<string, string>>(expanded(query, 0, now))
      expect(rows.map((row) => Object.values(row)[0])).toContain('*')
    }
  })
})

const told = (fields: Partial<Shift>) => aShift({ start: now - quarter, end: now, openedAt: now - quarter, ...fields })
const tell = (token: string, ...shifts: readonly Shift[]) =>
  store.write({ table: 'shifts', rows: shifts.map(shiftRow), token })

describe('the panels of shifts', () => {
  const rowsOf = (title: string, from: number, to: number) => {
    const sql = panels.find((panel) => panel.title === title)?.targets[0]?.rawSql ?? ''
    return store.query<Record<string, unknown>>(expanded(sql, from, to))
  }

  it('list those that were open within what is shown, and count those opened in its hours', async () => {
    const day = 24 * hour
    const at = now - 30 * day
    await tell(
      'listed',
      told({ shiftId: 'over', state: 'closed', openedAt: at - 5 * hour, start: at - quarter, end: at }),
      told({ shiftId: 'open', openedAt: at - hour, start: at, end: at + quarter }),
      told({ shiftId: 'later', openedAt: at + hour, start: at + hour, end: at + hour + quarter }),
    )
    const listed = await rowsOf('Shifts', at, at + hour)
    expect(listed.map(({ opened }) => opened)).toHaveLength(1)
    const [first, ...more] = await rowsOf('Opened', at, at + hour)
    expect([Number(first?.['high']) + Number(first?.['medium']) + Number(first?.['low']), more]).toEqual([1, []])
  })
})

type Grid = Panel['gridPos']
const overlap = (one: Grid, other: Grid): boolean =>
  one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h
