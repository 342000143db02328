import type { StateChange, StateTable } from '../state/state-table.js'

/** Changes of one store. */
export interface StoreChanges {
  readonly store: string
  readonly changes: readonly StateChange[]
}

/**
 * The committed state of one task as a worker has it at hand. The changelog is the truth: this is a copy of it up to the
 * checkpoint, and may be thrown away at any time.
 */
export interface LocalState {
  /** Offset of the changelog up to which it is here; null when nothing is. */
  readonly checkpoint: number | null
  table(store: string): StateTable
  /** Takes over what the changelog holds before the new checkpoint. */
  apply(changes: readonly StoreChanges[], checkpoint: number): void
  /** Forgets everything. */
  clear(): void
  close(): Promise<void>
}
