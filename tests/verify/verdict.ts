import type { Instance } from '../../streams/app/instance.js'
import { type Cell, type Compared, numbered, numbering, RowComparison } from './comparison.js'
import type { Change } from './oracle/changes.js'
import type { Counts } from './oracle/fates.js'
import { changeKey, type Expected } from './oracle/oracle.js'
import type { Placed } from './oracle/topic-log.js'
import { authorsOf, type Sums, type WindowResult } from './oracle/windows.js'
import { cellOf, numberOf, queried, raw, shown } from './reading.js'

const key = (...parts: readonly unknown[]): string => parts.join('\u001f')
/** So many looks without anything new, half a second apart, before what is there is taken for the last. */
const looksInQuiet = 40
const figures = ['mentions', 'reposts', 'negative', 'neutral', 'positive', 'unsure', 'authors'] as const
const figuresOf = (sums: Sums): readonly Cell[] =>
  figures.map((figure) => (figure === 'authors' ? authorsOf(sums) : sums[figure]))

/** Whether the topics of the input hold what was sent, each record once and at its place. */
export async function compareInput(instance: Instance, sent: readonly Placed[]): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const topic of ['posts', 'reviews', 'deletions']) {
    const expected = new Map(
      sent
        .filter(({ event }) => event.topic === topic)
        .map((placed) => [key(placed.partition, placed.offset), placed] as const),
    )
    const rows = new RowComparison(`topic ${topic}: what was sent`, ['key', 'timestamp'], expected, (placed) => [
      placed.key,
      placed.timestamp,
    ])
    for await (const record of raw(instance, topic))
      rows.take(key(record.partition, record.offset), [record.key, record.timestamp])
    compared.push(rows.end())
  }
  return compared
}

const mentionColumns = [
  'kind',
  'source',
  'author',
  'text',
  'createdAt',
  'language',
  'region',
  'terms',
  'repostOf',
  'stars',
  'sentiment',
  'confidence',
  'negative',
  'neutral',
  'positive',
  'sure',
  'model',
  'url',
  'simulated',
] as const

const mentionCells = ({ mention }: Change): readonly Cell[] => [
  mention.kind,
  mention.source,
  mention.author,
  mention.text,
  mention.createdAt,
  mention.language,
  mention.region,
  JSON.stringify(mention.terms.map(({ term, kind }) => ({ term, kind }))),
  mention.repostOf,
  mention.stars,
  mention.score?.label ?? null,
  ...[mention.score?.confidence, mention.score?.negative, mention.score?.neutral, mention.score?.positive].map(single),
  mention.score?.sure ?? null,
  mention.score?.model ?? null,
  null,
  false,
]

/** As a number of 32 bits, which the table holds. */
const single = (value: number | undefined): Cell => (value === undefined ? null : Math.fround(value))

/** Every row of the table of mentions, every column. */
export async function compareMentions(instance: Instance, { changes }: Expected): Promise<readonly Compared[]> {
  const expected = new Map(
    changes.map((change) => [changeKey(change.mention.postId, change.mention.revision, change.sign), change]),
  )
  const table = new RowComparison('table mentions', mentionColumns, expected, mentionCells)
  const columns = mentionColumns.map((column) =>
    column === 'createdAt' ? 'toUnixTimestamp64Milli(createdAt)' : column,
  )
  const floats = new Set<number>(
    ['confidence', 'negative', 'neutral', 'positive'].map((name) => mentionColumns.indexOf(name as 'kind')),
  )
  const createdAt = mentionColumns.indexOf('createdAt')
  for (let part = 0; part < 8; part++) {
    const sql = `SELECT postId, revision, sign, ${columns.join(', ')} FROM pulso.mentions WHERE cityHash64(postId) % 8 = ${part}`
    for (const [postId, revision, sign, ...cells] of await queried(instance, sql)) {
      const found = cells.map((cell, index) => {
        if (index === createdAt) return numberOf(cell)
        return floats.has(index) && cell !== null ? Math.fround(numberOf(cell)) : cellOf(cell)
      })
      table.take(changeKey(String(postId), numberOf(revision), numberOf(sign)), found)
    }
  }
  const standing = new Map<string, Change>()
  for (const change of changes) {
    const identity = key(change.mention.postId, change.mention.revision)
    if (change.sign === 1) standing.set(identity, change)
    else standing.delete(identity)
  }
  const current = new RowComparison('view current_mentions', ['author'], standing, ({ mention }) => [mention.author])
  for (const [postId, revision, author] of await queried(
    instance,
    'SELECT postId, revision, author FROM pulso.current_mentions',
  ))
    current.take(key(postId, revision), [cellOf(author)])
  return [table.end(), current.end()]
}

/** Order of the changes in each partition of the topic `mentions`. */
export async function mentionOrder(instance: Instance): Promise<readonly (readonly string[])[]> {
  const order: string[][] = (await instance.positions('mentions')).map(() => [])
  for await (const { partition, value } of shown(instance, 'mentions')) {
    const { postId, revision, sign } = value as { postId: string; revision: number; sign: number }
    order[partition]?.push(changeKey(postId, revision, sign))
  }
  return order
}

const windowKey = (of: { term: unknown; kind: unknown; region: unknown; window: unknown; start: unknown }): string =>
  key(of.term, of.kind, of.region, of.window, of.start)

/** Every final in the table, and each exactly once in the topic. */
export async function compareFinals(instance: Instance, { windows }: Expected): Promise<readonly Compared[]> {
  const finals = new Map([...windows].filter(([, { isFinal }]) => isFinal))
  const cells = ({ end, sums }: WindowResult) => [end, ...figuresOf(sums)]
  const table = new RowComparison('table trends: finals', ['end', ...figures], finals, cells)
  const months = await queried(instance, 'SELECT DISTINCT window, toYYYYMM(start) FROM pulso.trends ORDER BY 1, 2')
  for (const [window, month] of months) {
    const sql = `SELECT term, kind, region, window, toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end), ${figures.join(', ')}
      FROM pulso.trends_final WHERE window = {window:String} AND toYYYYMM(start) = {month:UInt32}`
    const params = { window: String(window), month: String(month) }
    for (const [term, kind, region, name, start, ...found] of await queried(instance, sql, params))
      table.take(windowKey({ term, kind, region, window: name, start: numberOf(start) }), found.map(numberOf))
  }
  const topic = new RowComparison('topic trends: each final once', ['end', ...figures], finals, cells)
  for await (const { value } of shown(instance, 'trends')) {
    const trend = value as Readonly<Record<string, Cell>>
    if (trend['isFinal'] !== true) continue
    const { term, kind, region, window, start } = trend
    topic.take(
      windowKey({ term, kind, region, window, start }),
      ['end', ...figures].map((name) => trend[name] ?? null),
    )
  }
  return [table.end(), topic.end()]
}

/** The newest results of windows that are still open. Emerging words are left out: early ones depend on the clock. */
export async function compareOpenWindows(instance: Instance, { windows }: Expected): Promise<Compared> {
  const open = new Map([...windows].filter(([, { isFinal, kind }]) => !isFinal && kind !== 'word'))
  const rows = new RowComparison('table trends: open windows', figures, open, ({ sums }) => figuresOf(sums))
  const sql = `SELECT term, kind, region, window, toUnixTimestamp64Milli(start), ${figures.join(', ')}
    FROM pulso.trends_latest WHERE NOT isFinal AND kind != 'word'`
  for (const [term, kind, region, window, start, ...found] of await queried(instance, sql))
    rows.take(windowKey({ term, kind, region, window, start: numberOf(start) }), found.map(numberOf))
  return rows.end()
}

/** Every row of the roll-ups, through the views that give plain numbers. */
export async function compareRollups(instance: Instance, { rollups }: Expected): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const [table, expected] of rollups) {
    const rows = new RowComparison(`roll-up ${table}`, figures, expected, ({ sums }) => figuresOf(sums))
    const sql = `SELECT term, kind, region, toUnixTimestamp64Milli(start), ${figures.join(', ')} FROM pulso.${table}_view`
    for (const [term, kind, region, start, ...found] of await queried(instance, sql))
      rows.take(key(term, kind, region, numberOf(start)), found.map(numberOf))
    compared.push(rows.end())
  }
  return compared
}

/** Late records and dead letters, row by row. */
export async function compareLetters(
  instance: Instance,
  { late, deadLetters }: Expected,
): Promise<readonly Compared[]> {
  const lateKey = (...parts: readonly unknown[]) => key(...parts)
  const expectedLate = numbered(late, ({ stage, contribution, windowStart, windowEnd }) =>
    lateKey(
      stage,
      contribution.term,
      contribution.kind,
      contribution.region,
      contribution.change.mention.createdAt,
      contribution.streamTime,
      windowStart,
      windowEnd,
    ),
  )
  const rows = new RowComparison('table late_records', ['reason'], expectedLate, () => ['window-closed'])
  const number = numbering()
  const times = ['timestamp', 'streamTime', 'windowStart', 'windowEnd'].map((name) => `toUnixTimestamp64Milli(${name})`)
  for (const [stage, term, ...found] of await queried(
    instance,
    `SELECT stage, key, ${times.join(', ')}, reason FROM pulso.late_records`,
  )) {
    const reason = found.pop()
    rows.take(number(lateKey(stage, term, ...found.map(numberOf))), [cellOf(reason)])
  }

  const expectedDead = new Map(
    deadLetters.map((letter) => [
      key(letter.placed.event.topic, letter.placed.partition, letter.placed.offset),
      letter,
    ]),
  )
  const columns = ['stage', 'reason', 'timestamp', 'key', 'replays', 'garbage']
  const dead = new RowComparison('table dead_letters', columns, expectedDead, ({ placed, reason }) => [
    'consumer-trends.1',
    reason,
    placed.timestamp,
    placed.key,
    0,
    'garbage' in placed.event ? placed.event.garbage : null,
  ])
  const sql = `SELECT topic, partition, offset, stage, reason, toUnixTimestamp64Milli(timestamp), key, replays,
    if(reason = 'undecodable' AND bytes = length(value), value, NULL) FROM pulso.dead_letters`
  for (const [topic, partition, offset, stage, reason, timestamp, letterKey, replays, garbage] of await queried(
    instance,
    sql,
  ))
    dead.take(key(topic, partition, offset), [
      cellOf(stage),
      cellOf(reason),
      numberOf(timestamp),
      cellOf(letterKey),
      numberOf(replays),
      cellOf(garbage),
    ])
  return [rows.end(), dead.end()]
}

/** What each stage says that became of the records that it read. Counters of one process: they begin at zero with it. */
export function compareFates(
  found: ReadonlyMap<string, number>,
  { stages, changes, deadLetters, late }: Expected,
): Compared {
  const expected = new Map<string, number>()
  const expect = (name: string, labels: string, count: number) => {
    if (count > 0) expected.set(`pulso_records_${name}_total{${labels}}`, count)
  }
  const ofCounts = (stage: string, counts: Counts) => {
    for (const [name, field] of [
      ['read', 'read'],
      ['forwarded', 'forwarded'],
      ['late', 'late'],
      ['partly_late', 'partlyLate'],
    ] as const)
      expect(name, `stage="${stage}"`, counts[field])
    for (const [reason, count] of counts.dropped) expect('dropped', `stage="${stage}",reason="${reason}"`, count)
    for (const [reason, count] of counts.deadLettered)
      expect('dead_lettered', `stage="${stage}",reason="${reason}"`, count)
  }
  for (const [stage, counts] of stages) {
    ofCounts(stage, counts)
    expect('written', `stage="${stage}",topic="late"`, late.filter((each) => each.stage === stage).length)
  }
  expect('written', 'stage="consumer-trends.1",topic="mentions"', changes.length)
  expect('written', 'stage="consumer-trends.1",topic="dead-letters"', deadLetters.length)
  const rows = new RowComparison('counters of fates', ['count'], expected, (count) => [count])
  for (const [name, count] of found) {
    const compared = !name.startsWith('pulso_records_written') || expected.has(name)
    if (count > 0 && compared) rows.take(name, [count])
  }
  return rows.end()
}

/** Two ways of the store itself: mentions by hour and day in plain SQL, against the roll-ups that views keep. */
export async function compareInSql(instance: Instance): Promise<readonly Compared[]> {
  const compared: Compared[] = []
  for (const [table, start] of [
    ['trends_by_minute', 'toStartOfMinute(createdAt)'],
    ['trends_by_hour', 'toStartOfHour(createdAt)'],
    ['trends_by_day', "toStartOfDay(createdAt, 'America/Lima')"],
  ] as const) {
    const plain = await queried(
      instance,
      `SELECT toUnixTimestamp(${start}) AS at, sumIf(sign, repostOf IS NULL), sumIf(sign, repostOf IS NOT NULL),
         length(arrayDistinct(groupArrayIf(author, sign = 1 AND (postId, revision) IN (SELECT postId, revision FROM pulso.current_mentions))))
       FROM pulso.mentions GROUP BY at`,
    )
    const expected = new Map(plain.map(([at, ...cells]) => [String(at), cells.map(numberOf)]))
    const columns = ['mentions', 'reposts', 'authors']
    const rows = new RowComparison(`SQL over mentions = ${table}`, columns, expected, (cells) => cells)
    const sql = `SELECT intDiv(toUnixTimestamp64Milli(start), 1000), mentions, reposts, authors
      FROM pulso.${table}_view WHERE kind = 'all' AND region = '*'`
    for (const [at, ...cells] of await queried(instance, sql)) rows.take(String(at), cells.map(numberOf))
    compared.push(rows.end())
  }
  return compared
}

/** Everything that does not depend on the clock. */
export async function compareAll(
  instance: Instance,
  sent: readonly Placed[],
  expected: Expected,
): Promise<readonly Compared[]> {
  return [
    ...(await compareInput(instance, sent)),
    ...(await compareMentions(instance, expected)),
    ...(await compareFinals(instance, expected)),
    ...(await compareRollups(instance, expected)),
    ...(await compareInSql(instance)),
    ...(await compareLetters(instance, expected)),
  ]
}

/**
 * Open windows, once the early updates have caught up: these come at a rate, and the last of them after the last record.
 * Gives the comparison that is left when nothing is written any more.
 */
export async function openWindowsSettled(instance: Instance, expected: Expected): Promise<Compared> {
  const written = async () => (await instance.positions('trends')).reduce((sum, { end }) => sum + end, 0)
  for (let quiet = 0, before = -1; ; ) {
    const compared = await compareOpenWindows(instance, expected)
    const now = await written()
    quiet = now === before ? quiet + 1 : 0
    before = now
    if (compared.differences === 0 || quiet === looksInQuiet) return compared
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
}
