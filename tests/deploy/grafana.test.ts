import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readSchemas } from '../../schemas/files.js'
import { grafanaFiles } from '../../schemas/grafana/files.js'
import type { Mention } from '../../schemas/mention.js'
import { engagementDefinitions } from '../../schemas/metrics/engagement.js'
import { figures } from '../../schemas/metrics/places.js'
import { metrics, registry } from '../../schemas/metrics.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import type { Shift } from '../../schemas/shift.js'
import { engagements, mentions, publicTopics, shifts } from '../../schemas/topics.js'
import { type EmbeddedStore, openEmbeddedStore } from '../../sinks/clickhouse/embedded-store.js'
import { mentionRow, shiftRow, trendRows } from '../../sinks/clickhouse/rows.js'
import { Metrics } from '../../sinks/metrics/metrics.js'
import { choices } from '../../streams/engine/testing/choices.js'
import { TopologyTestDriver } from '../../streams/engine/testing/topology-test-driver.js'
import { projectPath } from '../../streams/project.js'
import { engagement, engagementShifts } from '../../streams/topologies/index.js'
import { memoryRegistry } from '../support/memory-registry.js'
import { newsMention, newsPosts } from '../support/news.js'
import { anEngagement, aShift } from '../support/records.js'
import { scratchFolder } from '../support/scratch.js'
import { scoredMention, trendsOf } from '../support/serving.js'
import { resolved } from './compose.js'
import { readYaml, textOf } from './files.js'

interface Target {
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly rawSql?: string
  readonly expr?: string
}
interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly Target[]
}
interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] }
  readonly panels: readonly Panel[]
}
interface Rule {
  readonly uid: string
  readonly title: string
  readonly condition: string
  readonly noDataState: string
  readonly execErrState: string
  readonly for: string
  readonly annotations: { readonly summary: string; readonly noData: string }
  readonly data: readonly {
    readonly refId: string
    readonly datasourceUid: string
    readonly relativeTimeRange: { readonly from: number; readonly to: number }
    readonly model: Target & { readonly expression?: string }
  }[]
}

const names = ['trends', 'aspects', 'engagement', 'shifts', 'operations']
const dashboards = names.map((name): Dashboard => JSON.parse(textOf(`grafana/dashboards/${name}.json`)))
const panels = dashboards.flatMap((dashboard) => dashboard.panels)
/** As Grafana reads the file: two dollar signs are one. */
const { groups } = JSON.parse(
  JSON.stringify(readYaml<object>('grafana/provisioning/alerting/pulso.yaml')).replaceAll('$$', '$'),
) as { groups: readonly { readonly rules: readonly Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)

/**
 * Macros of the data source for ClickHouse, as its documentation expands them, and variables of a dashboard as Grafana
 * writes them with the format `sqlstring`.
 */
function expanded(sql: string, from: number, to: number, variables: Readonly<Record<string, string>> = {}): string {
  const seconds = (at: number) => Math.floor(at / 1_000)
  const text = sql
    .replaceAll(/\$__timeFilter\(([^)]+)\)/g, (_, column: string) => {
      return `${column} >= toDateTime(${seconds(from)}) AND ${column} <= toDateTime(${seconds(to)})`
    })
    .replaceAll('$__fromTime', `toDateTime(${seconds(from)})`)
    .replaceAll('$__toTime', `toDateTime(${seconds(to)})`)
    .replaceAll(/\$\{(\w+):sqlstring\}/g, (_, name: string) => `'${(variables[name] ?? '').replaceAll("'", "''")}'`)
  expect(text).not.toContain('$')
  return text
}

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
  await store.write({
    table: 'mentions',
    rows: [...spoken, ...earlier].map((one) => mentionRow(one)),
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
        ...{ volume_before: 12, balance_before: (9 - 3) / 12 },
      },
      {
        ...{ aspect: 'service', volume: 9, balance: null, negative: 9, neutral: 0, positive: 0 },
        ...{ note: 'too few to say', volume_before: 0, balance_before: null },
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

const ruleOf = (uid: string): Rule => {
  const rule = rules.find((each) => each.uid === uid)
  if (rule === undefined) throw new Error(`there is no rule ${uid}`)
  return rule
}
/** What the condition of the rule sees at a time: rows whose value is above 0. */
async function firing(uid: string, at: number): Promise<readonly Record<string, unknown>[]> {
  const [query] = ruleOf(uid).data
  const from = at - (query?.relativeTimeRange.from ?? 0) * 1_000
  const rows = await store.query<Record<string, unknown>>(expanded(query?.model.rawSql ?? '', from, at))
  return rows.filter(({ value }) => Number(value) > 0)
}
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

describe('the alert rules', () => {
  it('reduce their query to its last value and hold it against a limit, and say what no data means', () => {
    for (const { data, condition, noDataState, execErrState, annotations } of rules) {
      expect(data.map(({ refId }) => refId)).toEqual(['A', 'B', 'C'])
      expect([data[1]?.model.expression, data[2]?.model.expression, condition]).toEqual(['A', 'B', 'C'])
      expect(['OK', 'Alerting']).toContain(noDataState)
      expect(execErrState).toBe('Error')
      expect(annotations.noData).toMatch(/^No data: /)
    }
  })

  it('ring for an engagement shift from the first evaluation after it was told until it is over, and not before', async () => {
    const minute = 60_000
    expect(await firing('pulso-engagement-shift', now)).toEqual([])
    const shift = told({ shiftId: 'e', measure: 'engagementRateByViews', severity: 'medium', effect: 0.8, revision: 1 })
    await tell('opened', shift, told({ shiftId: 'small', measure: 'engagementRateByViews', severity: 'low' }))
    expect(await firing('pulso-engagement-shift', now + minute)).toEqual([
      expect.objectContaining({ what: 'ceviche', measure: 'engagementRateByViews', shift: 'e' }),
    ])
    expect(await firing('pulso-spike', now + minute)).toEqual([])
    await tell('closed', { ...shift, revision: 2, state: 'closed' })
    expect(await firing('pulso-engagement-shift', now + 2 * minute)).toEqual([])
  })

  it('ring each for what it is named after', async () => {
    const silence = told({ shiftId: 'q', shift: 'silence', term: '*', kind: 'all', source: 'news', effect: -1 })
    const turn = told({ shiftId: 't', measure: 'netSentiment', shift: 'turn', severity: 'high', effect: -0.4 })
    await tell('others', silence, turn, told({ shiftId: 'h', severity: 'high', effect: 5, term: 'causa' }))
    const rung = async (uid: string) => (await firing(uid, now + quarter)).map(({ shift, what }) => `${shift} ${what}`)
    expect(await rung('pulso-silent-source')).toEqual(['q news'])
    expect(await rung('pulso-sentiment-turn')).toEqual(['t ceviche'])
    expect(await rung('pulso-spike')).toEqual(['h causa'])
  })
})

describe('an engagement shift that is planted in a real stream', () => {
  const minute = 60_000
  /** How long an interval stays open for what comes late. */
  const grace = 5 * minute
  const posts = newsPosts().slice(0, 1_300)
  const [begin, end] = [posts[0]?.created_at ?? 0, posts.at(-1)?.created_at ?? 0]
  const at = end - 72 * hour
  let serdes: RegisteredSerdes
  beforeAll(async () => {
    serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
  })

  /** Two weeks of real posts, each observed once, ten minutes old: seen a thousand times, liked by about 3 % of those. */
  function told(times: (createdAt: number) => number): readonly Shift[] {
    const driver = new TopologyTestDriver([engagement, engagementShifts], {
      serdes,
      settings: { bufferedRecords: 100_000 },
    })
    for (const [index, post] of posts.entries()) {
      const mention = newsMention(post, ['ceviche', 'causa'].slice(index % 2, (index % 2) + 1), 'neutral')
      driver.pipe(mentions, { key: post.id, value: mention, timestamp: post.created_at })
      const observedAt = post.created_at + 10 * minute
      const likes = (20 + choices(Number(post.id.slice(-9)))(20)) * times(post.created_at)
      const value = anEngagement({ postId: post.id, source: 'news', observedAt, likes, views: 1_000 })
      driver.pipe(engagements, { key: post.id, value, timestamp: observedAt })
    }
    return driver.read(shifts).map(({ value }) => value)
  }
  const ofEngagement = ({ measure, severity }: Shift) => measure.startsWith('engagementRate') && severity !== 'low'

  it('rings the rule within two evaluations of when its interval closed, and not before', async () => {
    const all = told((createdAt) => (createdAt >= at && createdAt < at + 24 * hour ? 3 : 1))
    const first = all.find(ofEngagement)
    expect(first).toMatchObject({ state: 'opened', measure: 'engagementRateByViews' })
    const close = (first?.end ?? 0) + grace
    expect((first?.end ?? 0) - at).toBeGreaterThan(0)
    expect((first?.end ?? 0) - at).toBeLessThan(6 * hour)
    // what was told of earlier intervals stands in the table; the rule asks each minute
    await tell('earlier', ...all.filter((shift) => shift.end < (first?.end ?? 0)))
    expect(await firing('pulso-engagement-shift', close - minute)).toEqual([])
    await tell('planted', ...all.filter((shift) => shift.end === first?.end))
    const rung = await Promise.all([1, 2].map((turn) => firing('pulso-engagement-shift', close + turn * minute)))
    expect(rung.flat()).toContainEqual(
      expect.objectContaining({ measure: 'engagementRateByViews', shift: first?.shiftId }),
    )
  })

  it('of which there is none in the background, so that the rule is silent all of the time', async () => {
    expect(end - begin).toBeGreaterThan(12 * 24 * hour)
    expect(told(() => 1).filter(ofEngagement)).toEqual([])
  })
})

type Grid = Panel['gridPos']
const overlap = (one: Grid, other: Grid): boolean =>
  one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h
