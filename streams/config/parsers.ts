/** Reads the text of a setting. The message of its error goes on from the text: `"70000" is no port ...`. */
export type Parser<Value> = (text: string) => Value

export const text: Parser<string> = (value) => value

export const path: Parser<string> = (value) => {
  if (value === '') throw new Error('is no path')
  return value
}

export const host: Parser<string> = (value) => {
  if (!/^[a-zA-Z0-9.:_-]+$/.test(value)) throw new Error('is no address: write 127.0.0.1, 0.0.0.0, ::1 or a host name')
  return value
}

export const flag: Parser<boolean> = (value) => {
  if (['true', '1', 'yes', 'on'].includes(value.toLowerCase())) return true
  if (['false', '0', 'no', 'off'].includes(value.toLowerCase())) return false
  throw new Error('is neither true nor false')
}

export const list: Parser<readonly string[]> = (value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

export const choice =
  <const Choices extends readonly string[]>(...choices: Choices): Parser<Choices[number]> =>
  (value) => {
    if (!choices.includes(value)) throw new Error(`is none of ${choices.join(', ')}`)
    return value
  }

/** The backends of this build. */
export const backend: Parser<'embedded'> = (value) => {
  if (value === 'embedded') return value
  throw new Error('is no backend of this build, which has "embedded" alone: leave it out, or set embedded')
}

export const count =
  (from: number, to: number): Parser<number> =>
  (value) => {
    const number = Number(value)
    if (value.trim() === '' || !Number.isSafeInteger(number) || number < from || number > to) {
      throw new Error(`is no whole number from ${from} to ${to}`)
    }
    return number
  }

export const ordinalPort: Parser<number> = (value) => {
  try {
    return count(0, 65_535)(value)
  } catch {
    throw new Error('is no port: ports go from 1 to 65535, 0 takes a free one')
  }
}

const millisecondsOf: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

function parseDuration(value: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)$/.exec(value.trim())
  const unit = match?.[2] === undefined ? undefined : millisecondsOf[match[2]]
  if (match === null || unit === undefined) throw new Error('is no duration: write 250ms, 30s, 10m, 1h or 2d')
  return Math.round(Number(match[1]) * unit)
}

/** A duration in milliseconds; `orNever` also reads `never`, as null. */
export const duration = Object.assign(parseDuration as Parser<number>, {
  orNever: ((value) => (value === 'never' ? null : parseDuration(value))) as Parser<number | null>,
})

const bytesOf: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** A size in bytes. */
export const bytes: Parser<number> = (value) => {
  const match = /^(\d+(?:\.\d+)?)\s*(B|KiB|MiB|GiB)?$/.exec(value.trim())
  const unit = bytesOf[match?.[2] ?? 'B']
  if (match === null || unit === undefined) throw new Error('is no size: write 65536, 512KiB, 1MiB or 2GiB')
  return Math.round(Number(match[1]) * unit)
}
