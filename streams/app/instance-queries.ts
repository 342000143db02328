import { readRows, resultFormat } from '../../sinks/clickhouse/result.js'
import type { Queries } from '../engine/ports/analytics.js'
import type { Instance } from './instance.js'

/** The tables of an instance, asked as the server asks its store. */
export const queriesOf = (instance: Pick<Instance, 'query'>): Queries => ({
  query: async <Result extends object>(sql: string, { params = {} } = {}) =>
    readRows<Result>(await instance.query(sql, resultFormat, params)),
  queryRaw: (sql, format, { params = {} } = {}) => instance.query(sql, format, params),
})
