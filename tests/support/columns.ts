import type { Column } from '../../streams/engine/ports/analytics.js'

/** Rows of columns as objects; arrays of bytes are booleans. */
export const rowsOfColumns = (length: number, columns: Readonly<Record<string, Column>>): Record<string, unknown>[] =>
  Array.from({ length }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, cellOf(column, row)])),
  )

function cellOf(column: Column, row: number): unknown {
  if ('nulls' in column) return column.nulls[row] === 1 ? null : cellOf(column.values, row)
  if ('items' in column) {
    const items = rowsOfColumns(column.ends.at(-1) ?? 0, column.items)
    return items.slice(column.ends[row - 1] ?? 0, column.ends[row])
  }
  if ('ends' in column)
    return Buffer.from(column.bytes.subarray(column.ends[row - 1] ?? 0, column.ends[row])).toString()
  if ('indexes' in column) return Buffer.from(column.texts[column.indexes[row] as number] ?? []).toString()
  return column instanceof Uint8Array ? column[row] === 1 : column[row]
}
