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

/** An identifier as databases have it. */
export const name: Parser<string> = (value) => {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value)) throw new Error('is no name: write letters, digits and _')
  return value
}

/** The base of an HTTP API, without a slash at its end; empty for none. */
export const httpBase: Parser<string> = (value) => {
  if (value === '') return value
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error('is no address: write http://127.0.0.1:8081')
  if (url.username !== '' || url.password !== '')
    throw new Error('names a user: give user and password by their own settings')
  if (url.search !== '' || url.hash !== '') throw new Error('goes on behind its path: leave out what follows ? or #')
  return value.replace(/\/+$/, '')
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

/** A token that cannot be guessed, and that a header can carry; empty for none. */
export const longToken: Parser<string> = (value) => {
  if (value !== '' && !/^[\w.~+/=-]{16,}$/.test(value))
    throw new Error('is no token: write at least 16 letters, digits, or characters of -._~+/=')
  return value
}

export const choice =
  <const Choices extends readonly string[]>(...choices: Choices): Parser<Choices[number]> =>
  (value) => {
    if (!choices.includes(value)) throw new Error(`is none of ${choices.join(', ')}`)
    return value
  }

/** A folder and the share of the texts that it is for. */
export interface FolderShare {
  readonly folder: string
  /** 0 to 1. */
  readonly share: number
}

/** Folders with a share each, as `models/next=10%,models/other=5%`; empty for none. */
export const folderShares: Parser<readonly FolderShare[]> = (value) => {
  const shares = list(value).map((part) => {
    const found = /^(.+)=(\d{1,2}(?:\.\d+)?|100)%$/.exec(part)
    if (found === null) throw new Error('is no list of folders with shares: write models/next=10%')
    return { folder: found[1] ?? '', share: Number(found[2]) / 100 }
  })
  if (shares.reduce((sum, { share }) => sum + share, 0) > 1) throw new Error('gives away more than 100 %')
  return shares
}

/** Addresses of brokers, separated by commas. */
export const brokers: Parser<readonly string[]> = (value) => {
  const found = list(value)
  for (const broker of found) {
    const port = Number(/^(?:[a-zA-Z0-9._-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})$/.exec(broker)?.[1])
    if (!(port > 0 && port < 65_536)) throw new Error('is no list of brokers: write kafka-1:9092,kafka-2:9092')
  }
  return found
}

/** Begins names of topics and groups. */
export const applicationName: Parser<string> = (value) => {
  if (!/^[a-zA-Z0-9._-]{1,100}$/.test(value)) throw new Error('is no name: use 1 to 100 of a-z A-Z 0-9 . _ -')
  return value
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
