/** A figure or a text that is compared; numbers to the last digit. */
export type Cell = number | string | boolean | null

/** What came of comparing one thing. */
export interface Compared {
  readonly what: string
  readonly rows: number
  readonly numbers: number
  readonly differences: number
  /** The first few differences, in words. */
  readonly examples: readonly string[]
}

const mostExamples = 5

/** Compares rows as they come with those that must be there, each exactly once. */
export class RowComparison<Value> {
  readonly #what: string
  readonly #columns: readonly string[]
  readonly #expected: ReadonlyMap<string, Value>
  readonly #cells: (value: Value) => readonly Cell[]
  readonly #seen = new Set<string>()
  readonly #examples: string[] = []
  #differences = 0
  #numbers = 0

  /** @param cells the cells of an expected row, in the order of the columns */
  constructor(
    what: string,
    columns: readonly string[],
    expected: ReadonlyMap<string, Value>,
    cells: (value: Value) => readonly Cell[],
  ) {
    this.#what = what
    this.#columns = columns
    this.#expected = expected
    this.#cells = cells
  }

  /** A row that is there. */
  take(key: string, found: readonly Cell[]): void {
    const value = this.#expected.get(key)
    if (value === undefined) {
      this.#differ(key, 'should not be there')
      return
    }
    if (this.#seen.has(key)) {
      this.#differ(key, 'is there more than once')
      return
    }
    this.#seen.add(key)
    const cells = this.#cells(value)
    this.#numbers += cells.length
    cells.forEach((cell, index) => {
      if (!Object.is(cell, found[index]))
        this.#differ(key, `${this.#columns[index]} is ${shown(found[index])}, expected ${shown(cell)}`)
    })
  }

  /** All rows came: those that did not are missing. */
  end(): Compared {
    for (const key of this.#expected.keys()) if (!this.#seen.has(key)) this.#differ(key, 'is missing')
    return {
      what: this.#what,
      rows: this.#expected.size,
      numbers: this.#numbers,
      differences: this.#differences,
      examples: this.#examples,
    }
  }

  #differ(key: string, how: string): void {
    this.#differences++
    if (this.#examples.length < mostExamples) this.#examples.push(`${key.replaceAll('\u001f', ' | ')}: ${how}`)
  }
}

const shown = (cell: Cell | undefined): string => (cell === undefined ? 'nothing' : JSON.stringify(cell))

/** Rows that may be equal, told apart by counting them. */
export function numbered<Row>(rows: Iterable<Row>, keyOf: (row: Row) => string): Map<string, Row> {
  const next = numbering()
  const found = new Map<string, Row>()
  for (const row of rows) found.set(next(keyOf(row)), row)
  return found
}

/** Gives equal keys different numbers, in the order of asking. */
export function numbering(): (key: string) => string {
  const times = new Map<string, number>()
  return (key) => {
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    return time === 1 ? key : `${key} (${time})`
  }
}

/** What was compared and how it went, as lines. */
export function reportOf(all: readonly Compared[]): string {
  const width = Math.max(...all.map(({ what }) => what.length))
  const lines = all.flatMap(({ what, rows, numbers, differences, examples }) => [
    `${differences === 0 ? 'equal' : 'WRONG'}  ${what.padEnd(width)}  ${rows} rows, ${numbers} numbers${differences === 0 ? '' : `, ${differences} differences`}`,
    ...examples.map((example) => `         ${example}`),
  ])
  const { rows, numbers, differences } = totalOf(all)
  return [...lines, `${rows} rows and ${numbers} numbers compared, ${differences} differences`].join('\n')
}

/** The sums over everything that was compared. */
export function totalOf(all: readonly Compared[]): { rows: number; numbers: number; differences: number } {
  const total = { rows: 0, numbers: 0, differences: 0 }
  for (const each of all) {
    total.rows += each.rows
    total.numbers += each.numbers
    total.differences += each.differences
  }
  return total
}
