import type { Text } from '../../../schemas/metrics/definition.js'
import { asOfParams, writtenBy } from '../../../sinks/live/as-of.js'
import { beginningOf, type ComparedSources, type NotCompared } from '../../../sinks/live/heard-sources.js'
import type { Proof, Subject } from './prover.js'
import type { Said } from './sentences.js'

/** So many are named; of the others their number. */
const mostNamed = 3

/** Those of which is told: where the store has none of the beginning of the earlier period, what is heard since then is not new. */
export const toldOf = ({ notCompared, storeBegins }: Pick<ComparedSources, 'notCompared' | 'storeBegins'>) =>
  storeBegins === null ? notCompared : notCompared.filter(({ reason }) => reason === 'silent')

/** Asks for the first mention that the store has, and keeps it as proof. */
export async function proveBeginning(proof: Proof, { asOf }: Subject): Promise<void> {
  await proof.take({ sql: beginningOf(asOf), params: asOfParams(asOf) }, { storeBegins: 'at' })
}

/** Asks when each source was heard first, or last before it fell silent, and keeps it as proof: numbers that begin on `since`. */
export async function proveSince(proof: Proof, { asOf }: Subject, sources: readonly NotCompared[]): Promise<void> {
  for (const { source, reason, since } of sources.slice(0, mostNamed)) {
    await proof.take(
      {
        sql: `SELECT toUnixTimestamp64Milli(${reason === 'new' ? 'min' : 'max'}(m.createdAt)) AS at FROM mentions AS m
WHERE m.source = {source:String} AND m.sign > 0 AND m.createdAt ${reason === 'new' ? '>=' : '<='} fromUnixTimestamp64Milli({since:Int64})${writtenBy(asOf)}`,
        params: { source, since, ...asOfParams(asOf) },
      },
      { [`since ${source}`]: 'at' },
    )
  }
}

/** That sources were left out, and since when they are new or silent; nothing where none was. */
export function leftOutSources({ list, count, instant }: Said, sources: readonly NotCompared[]): Text {
  if (sources.length === 0) return { es: '', en: '' }
  const named = sources.slice(0, mostNamed)
  const more = sources.length - named.length
  const told = (say: (one: NotCompared) => string) =>
    list([...named.map((one) => `${one.source} (${say(one)})`), ...(more > 0 ? [`+${count(more)}`] : [])])
  const es = told(({ reason, since, until }) =>
    reason === 'new'
      ? `se escucha desde el ${instant(since)}`
      : until === null
        ? `sin novedad desde el ${instant(since)}`
        : `en silencio del ${instant(since)} al ${instant(until)}`,
  )
  const en = told(({ reason, since, until }) =>
    reason === 'new'
      ? `heard since ${instant(since)}`
      : until === null
        ? `silent since ${instant(since)}`
        : `silent from ${instant(since)} to ${instant(until)}`,
  )
  return {
    es: ` Fuera de toda comparación con el periodo anterior: ${es}.`,
    en: ` Left out of all that is compared with the period before: ${en}.`,
  }
}
