import type { Database } from 'lmdb'

export type Table = Database<Uint8Array, Uint8Array>

/** What an environment holds; each is a table of its own. */
export const tableNames = [
  'meta',
  'topics',
  'heads',
  'log',
  'times',
  'offsets',
  'epochs',
  'stores',
  'state',
  'schemas',
] as const

export type TableName = (typeof tableNames)[number]
export type Tables = Readonly<Record<TableName, Table>>
