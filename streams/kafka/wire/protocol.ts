import type { WireReader } from './reader.js'
import type { WireWriter } from './writer.js'

/** Names a request in one of its versions. */
export interface Api {
  readonly key: number
  readonly version: number
  readonly name: string
  /** Its version is a flexible one (KIP-482): headers end with tagged fields. */
  readonly flexible?: boolean
}

/** A request of our own, with the answer that it gets. */
export interface Protocol<Result> {
  readonly api: Api
  /** Writes the request behind its header. */
  readonly write: (to: WireWriter) => void
  /** Reads the answer behind its header. */
  readonly read: (from: WireReader) => Result & { readonly clientSideThrottleTime?: number }
  /** Milliseconds that the answer may take; null: as long as any. */
  readonly requestTimeout: number | null
}

export const protocol = <Result extends object>(
  api: Api,
  write: (to: WireWriter) => void,
  read: (from: WireReader) => Result,
  requestTimeout: number | null = null,
): Protocol<Result> => ({ api, write, read, requestTimeout })
