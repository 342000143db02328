import type { Cell, ColumnBlock, Row } from '../../../streams/engine/ports/analytics.js'
import { type ColumnType, typeName } from '../type.js'
import { Bytes } from './bytes.js'
import { type ColumnWriter, columnWriter } from './column.js'
import { wholeColumn } from './whole-column.js'

export interface Column {
  readonly name: string
  readonly type: ColumnType
}

export interface NativeBlock {
  /** The columns that the rows have, in the order of the bytes, and their types in the bytes. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  /** One block of ClickHouse's Native format, part after part; valid until the next block is encoded. */
  readonly parts: readonly Uint8Array[]
}

/**
 * Encodes rows for one table as a block of ClickHouse's Native format (header of the block, then column after column:
 * https://clickhouse.com/docs/interfaces/formats/Native), for the columns that the first row names. The same rows
 * always give the same bytes.
 */
export class NativeEncoder {
  private readonly out = new Bytes(1 << 20)
  private readonly columns: ReadonlyMap<string, Column & { readonly write: ColumnWriter }>

  constructor(
    private readonly table: string,
    columns: readonly Column[],
  ) {
    this.columns = new Map(columns.map((column) => [column.name, { ...column, write: columnWriter(column.type) }]))
  }

  /**
   * @throws TypeError when a row has a column that the table has not, or a cell that its column cannot hold; the
   *   message names table, column and row.
   */
  encode(rows: readonly Row[]): NativeBlock {
    const present = Object.keys(rows[0] ?? {}).map((name) => this.column(name))
    for (let row = 0; row < rows.length; row++) {
      const keys = Object.keys(rows[row] ?? {})
      if (keys.length !== present.length)
        throw new TypeError(
          `table ${this.table}, row ${row} has the columns ${keys}, but row 0 has others: ${present.map((column) => column.name)}`,
        )
    }
    this.out.clear()
    this.out.varint(present.length)
    this.out.varint(rows.length)
    const cells: (Cell | undefined)[] = new Array(rows.length)
    for (const { name, type, write } of present) {
      this.out.text(name)
      this.out.text(typeName(type))
      for (let row = 0; row < rows.length; row++) cells[row] = rows[row]?.[name]
      this.writeColumn(name, () => write(cells, this.out))
    }
    return { columns: present.map(({ name, type }) => ({ name, type: typeName(type) })), parts: this.out.parts() }
  }

  /**
   * The same for rows that stand column by column, whose arrays it may lend: they must stay as they are until `release`.
   * @throws TypeError when the table has no such column, or the column is of another type or length.
   */
  encodeColumns({ columns, length }: Pick<ColumnBlock, 'columns' | 'length'>): NativeBlock {
    const present = Object.entries(columns).map(([name, data]) => ({ ...this.column(name), data }))
    this.out.clear()
    this.out.varint(present.length)
    this.out.varint(length)
    const types = present.map(({ name, type, data }) => {
      this.out.text(name)
      const whole = this.writeColumn(name, () => wholeColumn(type, data, length))
      this.out.text(whole.type)
      whole.prefix?.(this.out)
      whole.data(this.out)
      return { name, type: whole.type }
    })
    return { columns: types, parts: this.out.parts() }
  }

  /** Forgets the last block; its memory is given back where it is much. */
  release(): void {
    this.out.release()
  }

  private writeColumn<Result>(name: string, write: () => Result): Result {
    try {
      return write()
    } catch (error) {
      if (error instanceof TypeError) throw new TypeError(`table ${this.table}, column ${name}, ${error.message}`)
      throw error
    }
  }

  private column(name: string): Column & { readonly write: ColumnWriter } {
    const column = this.columns.get(name)
    if (column !== undefined) return column
    const known = [...this.columns.keys()].join(', ')
    throw new TypeError(`table ${this.table} has no column ${name}: a migration must add it; it has ${known}`)
  }
}
