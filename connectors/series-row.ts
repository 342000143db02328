/** What a row of a series file says. */
export type SeriesRow =
  | { readonly kind: 'row'; readonly at: number; readonly value: number }
  /** The row has a time and says that there is no value. */
  | { readonly kind: 'missing'; readonly at: number }
  | { readonly kind: 'refused'; readonly detail: string }

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const missing = /^(|#?na|#?n\/a|nan|null|none|-)$/i
const date = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i
/** A number of this size or more is milliseconds: as seconds it lies beyond the year 5138. */
const millisecondsFrom = 1e11

/** Reads time and value of a row. @param time and `value` as they stand in the file */
export function seriesRow(time: string, value: string): SeriesRow {
  const at = timeOf(time.trim())
  if (at === null) {
    return {
      kind: 'refused',
      detail: `"${time}" is no time: write 2024-03-01T12:30:00Z, 2024-03-01 12:30:00 (UTC), or seconds or milliseconds since 1970`,
    }
  }
  const text = value.trim()
  if (missing.test(text)) return { kind: 'missing', at }
  const found = number.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(found)
    ? { kind: 'row', at, value: found }
    : { kind: 'refused', detail: `"${value}" is no number: write it as 1234.5` }
}

/** Milliseconds since 1970 of a time, or null for what is none. A time without a zone is UTC. */
function timeOf(text: string): number | null {
  if (number.test(text)) {
    const given = Number(text)
    const at = Math.abs(given) < millisecondsFrom ? given * 1_000 : given
    return Math.abs(at) <= 8.64e15 ? at : null
  }
  const match = date.exec(text)
  if (match === null) return null
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '0', zone = 'Z'] = match
  const offset = /^z$/i.test(zone) ? 'Z' : zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2')
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0')
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`)
  // 30 February is read as a day of March
  const isThere = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  return Number.isNaN(at) || !isThere ? null : at
}
