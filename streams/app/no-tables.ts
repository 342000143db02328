import type { AnalyticsStore } from '../engine/ports/analytics.js'

const refuse = async (): Promise<never> => {
  throw new Error('this worker has no tables (PULSO_TABLES=false): ask the one that has')
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
