/** What a line made of a row: `open` when a cell in quotes goes on in the next line. */
export type Taken =
  | { readonly kind: 'whole'; readonly cells: readonly string[] }
  | { readonly kind: 'open' }
  | { readonly kind: 'broken'; readonly detail: string }

const open: Taken = { kind: 'open' }

/** Cuts the lines of one row into its cells (RFC 4180), one line after the other. */
export class CsvRow {
  readonly #delimiter: string
  readonly #cells: string[] = []
  /** What a cell in quotes holds so far; null outside of quotes. */
  #quoted: string | null = null

  /** @param delimiter one character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter
  }

  /** Number of the cell that is being read, from 1. */
  get cell(): number {
    return this.#cells.length + 1
  }

  /** @param line without its end; a line that goes on with an open cell has the break before it */
  take(line: string): Taken {
    let at = 0
    for (;;) {
      if (this.#quoted === null && line[at] === '"') {
        this.#quoted = ''
        at += 1
      }
      if (this.#quoted === null) {
        const end = line.indexOf(this.#delimiter, at)
        const cell = line.slice(at, end === -1 ? undefined : end)
        if (cell.includes('"')) return this.#broken('holds a quote and does not begin with one: put it into quotes')
        this.#cells.push(cell)
        if (end === -1) return { kind: 'whole', cells: this.#cells }
        at = end + 1
      } else {
        const end = this.#closing(line, at)
        if (end === null) return open
        if (end < line.length && line[end] !== this.#delimiter)
          return this.#broken('goes on after the quote that closes it: write a quote within a cell twice')
        this.#cells.push(this.#quoted)
        this.#quoted = null
        if (end === line.length) return { kind: 'whole', cells: this.#cells }
        at = end + 1
      }
    }
  }

  /** Takes what a cell in quotes holds, and gives the place after the quote that closes it; null where none does. */
  #closing(line: string, from: number): number | null {
    let at = from
    for (;;) {
      const quote = line.indexOf('"', at)
      if (quote === -1) {
        this.#quoted += line.slice(at)
        return null
      }
      if (line[quote + 1] !== '"') {
        this.#quoted += line.slice(at, quote)
        return quote + 1
      }
      this.#quoted += line.slice(at, quote + 1)
      at = quote + 2
    }
  }

  #broken(problem: string): Taken {
    return { kind: 'broken', detail: `cell ${this.cell} of the row ${problem}` }
  }
}
