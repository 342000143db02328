import type { Instance } from '../../../streams/app/instance.js'
import { type Cell, type Compared, RowComparison } from '../comparison.js'
import type { Aspect, Change } from '../oracle/changes.js'
import { changeKey, type Expected } from '../oracle/oracle.js'
import { cellOf, numberOf, queried, shown } from '../reading.js'
import { key } from './figures.js'

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
  'aspects',
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
  aspectsCell(mention.aspects),
]

const aspectsCell = (aspects: readonly Aspect[]): Cell =>
  JSON.stringify(aspects.map(({ aspect, label, confidence }) => [aspect, label, Math.fround(confidence)]))

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
  const aspects = mentionColumns.indexOf('aspects')
  for (let part = 0; part < 8; part++) {
    const sql = `SELECT postId, revision, sign, ${columns.join(', ')} FROM pulso.mentions WHERE cityHash64(postId) % 8 = ${part}`
    for (const [postId, revision, sign, ...cells] of await queried(instance, sql)) {
      const found = cells.map((cell, index) => {
        if (index === createdAt) return numberOf(cell)
        if (index === aspects) return aspectsCell(cell as readonly Aspect[])
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
  return [table.end(), current.end(), await comparePlaces(instance)]
}

/** Of every change where it stands in the topic: the table says the same. */
async function comparePlaces(instance: Instance): Promise<Compared> {
  const places = new Map<string, readonly Cell[]>()
  for await (const { partition, offset, value } of shown(instance, 'mentions')) {
    const { postId, revision, sign } = value as { postId: string; revision: number; sign: number }
    places.set(changeKey(postId, revision, sign), [partition, offset])
  }
  const table = new RowComparison(
    'table mentions: places in the topic',
    ['partition', 'offset'],
    places,
    (place) => place,
  )
  for (const [postId, revision, sign, ...place] of await queried(
    instance,
    'SELECT postId, revision, sign, partition, offset FROM pulso.mentions',
  ))
    table.take(changeKey(String(postId), numberOf(revision), numberOf(sign)), place.map(numberOf))
  return table.end()
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
