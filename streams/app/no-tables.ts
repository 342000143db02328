import type { AnalyticsStore } from '../engine/ports/analytics.js'

/** Somebody asked for figures where there are none: another worker has them. */
export class NoTables extends Error {
  override readonly name = 'NoTables'
  constructor() {
    super('this worker has no tables (PULSO_TABLES=false): ask the one that has')
  }
}

const refuse = async (): Promise<never> => {
  throw new NoTables()
}

/** Stands for the tables of a worker that has none. */
export const noTables: AnalyticsStore = {
  migrate: refuse,
  write: refuse,
  query: refuse,
  queryRaw: refuse,
  erase: refuse,
  close: async () => {},
}
