export type Compatibility =
  | 'NONE'
  | 'BACKWARD'
  | 'BACKWARD_TRANSITIVE'
  | 'FORWARD'
  | 'FORWARD_TRANSITIVE'
  | 'FULL'
  | 'FULL_TRANSITIVE'

export interface RegisteredSchema {
  readonly id: number
  readonly subject: string
  readonly version: number
  /** Canonical JSON text of the Avro schema. */
  readonly schema: string
}

/** Schemas by id and by subject, with the rules of a Confluent registry. */
export interface SchemaRegistry {
  /**
   * Gives the id of the schema under the subject, registering it when it is new there.
   * @throws IncompatibleSchema when the subject's compatibility forbids it; the message says which field and why.
   */
  register(subject: string, schema: string): Promise<number>
  /** Reads a schema by id; undefined when there is none. Ids that were asked for once are answered from memory. */
  byId(id: number): Promise<RegisteredSchema | undefined>
  /** As byId, from memory alone: undefined when it was never asked for. */
  cached(id: number): RegisteredSchema | undefined
  latest(subject: string): Promise<RegisteredSchema | undefined>
  versions(subject: string): Promise<readonly RegisteredSchema[]>
  subjects(): Promise<readonly string[]>
  setCompatibility(subject: string, level: Compatibility): Promise<void>
}

export class IncompatibleSchema extends Error {
  override readonly name = 'IncompatibleSchema'
}
