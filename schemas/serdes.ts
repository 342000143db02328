import type { SchemaRegistry } from '../streams/engine/ports/registry.js'
import type { Serde, Serdes } from '../streams/engine/serde.js'
import type { Topic } from '../streams/engine/topic.js'
import { AvroColumns } from './avro-columns.js'
import { avroSerde } from './avro-serde.js'
import { schemaIdOf } from './framing.js'
import { bytesSerde, internalSerde, stringSerde } from './internal-serdes.js'
import { subjectOf, trends } from './topics.js'
import type { Trend } from './trend.js'
import { trendEncoder, trendLongs } from './trend-encoder.js'
import { voiceForm, voiceSerde, wordsVoiceForm, wordsVoiceSerde } from './voice.js'

export interface RegisteredSerdes extends Serdes {
  /**
   * Asks the registry for the schemas that a batch of values was written with, so that decoding them needs no waiting.
   * Resolves at once when they are known. An id that the registry does not hold is left to `decode`, which names it.
   * @throws what the registry rejects with when it cannot be reached: the batch may be tried again.
   */
  ensure(values: Iterable<Uint8Array | null>): Promise<void>
  /** The same for values that lie one behind the other in the bytes; -1 as the start of one that is null. */
  ensureWithin(values: { bytes: Uint8Array; starts: Int32Array; ends: Int32Array }): Promise<void>
  /**
   * Columns to decode values of a topic into, empty.
   * @param plain names of fields whose texts seldom come twice
   * @param omitted names of fields that get no column
   * @throws TypeError when the schema has a field that has no column.
   */
  columnsOf<Value>(topic: Topic<Value>, plain?: ReadonlySet<string>, omitted?: ReadonlySet<string>): AvroColumns
}

const plainSerdes: ReadonlyMap<string, Serde<unknown>> = new Map([
  ['internal', internalSerde],
  ['bytes', bytesSerde],
  ['string', stringSerde],
  // A program writes no other values to these topics: the types of its sentence have checked them.
  [voiceForm.schema, voiceSerde as Serde<unknown>],
  [wordsVoiceForm.schema, wordsVoiceSerde as Serde<unknown>],
])

/**
 * Registers the schema of each topic (subject `<topic>-value`) and gives their serdes. A topic that says how its schema
 * may change has its say in the registry. A topic whose schema is
 * `internal` or begins with `internal.`, or is `bytes` or `string`, needs no registration and may be asked for without being named here.
 * @param schemas Texts of the Avro schemas by full name, as readSchemas gives them.
 * @throws IncompatibleSchema when a schema of this program breaks what was written before.
 * @throws Error when a topic names a schema that is not there.
 */
export async function createSerdes(
  registry: SchemaRegistry,
  schemas: ReadonlyMap<string, string>,
  topics: readonly Topic<unknown>[],
): Promise<RegisteredSerdes> {
  const serdes = new Map<string, Serde<unknown>>()
  const registered = new Map<string, { readonly schema: string; readonly id: number }>()
  for (const topic of topics) {
    if (plainSerdes.has(topic.schema)) continue
    const schema = schemas.get(topic.schema)
    if (schema === undefined) {
      throw new Error(
        `topic ${topic.name} has the schema ${topic.schema}, which is none of ${[...schemas.keys()].join(', ')}`,
      )
    }
    const subject = subjectOf(topic)
    if (topic.compatibility !== undefined) await registry.setCompatibility(subject, topic.compatibility)
    const id = await registry.register(subject, schema)
    const serde = avroSerde<unknown>(topic.name, schema, id, registry)
    serdes.set(topic.name, topic.schema === trends.schema ? withTrendEncoder(serde, id) : serde)
    registered.set(topic.name, { schema, id })
  }

  const asked = new Set<number>()
  const ask = async (id: number) => {
    if (registry.cached(id) === undefined) await registry.byId(id)
    else asked.add(id)
  }
  return {
    forTopic: <Value>(topic: Topic<Value>) => {
      const serde = plainSerdes.get(topic.schema) ?? serdes.get(topic.name)
      if (serde === undefined) throw new Error(`topic ${topic.name} was not registered: name it to createSerdes`)
      return serde as Serde<Value>
    },
    ensure: async (values) => {
      for (const value of values) {
        const id = value === null ? null : schemaIdOf(value)
        if (id !== null && !asked.has(id)) await ask(id)
      }
    },
    ensureWithin: async ({ bytes, starts, ends }) => {
      let last: number | null = null
      for (let index = 0; index < starts.length; index++) {
        const start = starts[index] as number
        const id = start < 0 ? null : schemaIdOf(bytes, start, ends[index])
        if (id === last) continue
        last = id
        if (id !== null && !asked.has(id)) await ask(id)
      }
    },
    columnsOf: (topic, plain, omitted) => {
      const of = registered.get(topic.name)
      if (of === undefined) throw new Error(`topic ${topic.name} was not registered: name it to createSerdes`)
      return new AvroColumns(of.schema, of.id, plain, omitted)
    },
  }
}

function withTrendEncoder(serde: Serde<unknown>, id: number): Serde<unknown> {
  const general = serde as Serde<Trend>
  return { ...general, encodeInto: trendEncoder(id, general), longs: trendLongs } as Serde<unknown>
}
