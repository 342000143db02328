import type { LongFields, Serde } from '../streams/engine/serde.js'
import { headerLength, writeHeader } from './framing.js'
import type { Trend, TrendAspect, TrendTermKind, TrendWindow } from './trend.js'

/** As the schema lists them. */
const kinds: readonly TrendTermKind[] = ['all', 'dish', 'ingredient', 'brand', 'place', 'hashtag', 'word']
const windows: readonly TrendWindow[] = ['minute', 'tenMinutes', 'hour', 'day']

/** Most bytes of what is no text: the header, enums, a boolean, two longs, eight ints, the end of the aspects. */
const mostNumbers = headerLength + 3 + 2 * 10 + 8 * 5 + 1
/** The same of each aspect, and of how many there are. */
const mostNumbersOfAspect = 4 * 5
const mostBytesOfCount = 5

const encoder = new TextEncoder()
const mostTexts = 10_000

/**
 * Writes trends as framed Avro: the same bytes that `general` writes, at a fifth of its cost, since there are a dozen of
 * them for each mention. What is not quite a trend is left to `general`, which says what is wrong with it.
 * @param id under which the registry holds the schema, in the form of trend.avsc: a test compares the bytes
 */
export function trendEncoder(id: number, general: Serde<Trend>): NonNullable<Serde<Trend>['encodeInto']> {
  /** Length and bytes of terms and regions: the same come again and again. */
  const texts = new Map<string, Uint8Array>()
  const bytesOf = (text: string): Uint8Array => {
    const known = texts.get(text)
    if (known !== undefined) return known
    const bytes = encoder.encode(text)
    const made = new Uint8Array(bytes.length + 5)
    const from = writeInt(made, 0, bytes.length)
    made.set(bytes, from)
    if (texts.size === mostTexts) texts.clear()
    const whole = made.subarray(0, from + bytes.length)
    texts.set(text, whole)
    return whole
  }

  return (value, into, at) => {
    const kind = kinds.indexOf(value.kind)
    const window = windows.indexOf(value.window)
    if (kind === -1 || window === -1 || !isPlain(value)) return slowly(general, value, into, at)
    const term = bytesOf(value.term)
    const region = bytesOf(value.region)
    const { aspects } = value
    let length = mostNumbers + term.length + region.length
    if (aspects.length > 0) {
      length += mostBytesOfCount
      for (const { aspect } of aspects) length += bytesOf(aspect).length + mostNumbersOfAspect
    }
    const missing = at + length - into.length
    if (missing > 0) return -missing
    writeHeader(into, at, id)
    let to = copy(term, into, at + headerLength)
    into[to] = 2 * kind
    to = copy(region, into, to + 1)
    into[to] = 2 * window
    to = writeLong(into, to + 1, value.start)
    to = writeLong(into, to, value.end)
    into[to] = value.isFinal ? 1 : 0
    to = writeInt(into, to + 1, value.revision)
    to = writeInt(into, to, value.mentions)
    to = writeInt(into, to, value.reposts)
    to = writeInt(into, to, value.negative)
    to = writeInt(into, to, value.neutral)
    to = writeInt(into, to, value.positive)
    to = writeInt(into, to, value.unsure)
    to = writeInt(into, to, value.authors)
    if (aspects.length > 0) {
      to = writeInt(into, to, aspects.length)
      for (const { aspect, mentions, negative, neutral, positive } of aspects) {
        to = copy(bytesOf(aspect), into, to)
        to = writeInt(into, to, mentions)
        to = writeInt(into, to, negative)
        to = writeInt(into, to, neutral)
        to = writeInt(into, to, positive)
      }
    }
    into[to] = 0
    return to + 1
  }
}

/** Where a window begins and ends in a trend that the encoder or Avro wrote. */
export const trendLongs: LongFields = {
  find(bytes, at, field) {
    const kind = skipText(bytes, at + headerLength)
    const start = skipText(bytes, kind + 1) + 1
    if (field === 'start') return start
    return field === 'end' ? start + lengthAt(bytes, start) : -1
  },
  replace(bytes, at, value) {
    if (!isLong(value) || lengthOf(value) !== lengthAt(bytes, at)) return false
    writeLong(bytes, at, value)
    return true
  },
}

/** Gives where the text ends that begins there. */
function skipText(bytes: Uint8Array, at: number): number {
  let twice = 0
  let weight = 1
  let end = at
  for (let byte = 0x80; byte > 0x7f; weight *= 0x80) {
    byte = bytes[end++] as number
    twice += (byte & 0x7f) * weight
  }
  return end + twice / 2
}

/** Bytes of the number that lies there. */
function lengthAt(bytes: Uint8Array, at: number): number {
  let last = at
  while ((bytes[last] as number) > 0x7f) last += 1
  return last + 1 - at
}

/** Bytes that a number from 0 to 2^52 needs. */
function lengthOf(value: number): number {
  let length = 1
  for (let limit = 64; value >= limit; limit *= 0x80) length += 1
  return length
}

function slowly({ encode, encodeInto }: Serde<Trend>, value: Trend, into: Uint8Array, at: number): number {
  if (encodeInto !== undefined) return encodeInto(value, into, at)
  const bytes = encode(value)
  if (at + bytes.length > into.length) return into.length - at - bytes.length
  into.set(bytes, at)
  return at + bytes.length
}

const isPlain = (value: Trend): boolean =>
  typeof value.term === 'string' &&
  typeof value.region === 'string' &&
  typeof value.isFinal === 'boolean' &&
  isLong(value.start) &&
  isLong(value.end) &&
  isInt(value.revision) &&
  isInt(value.mentions) &&
  isInt(value.reposts) &&
  isInt(value.negative) &&
  isInt(value.neutral) &&
  isInt(value.positive) &&
  isInt(value.unsure) &&
  isInt(value.authors) &&
  Array.isArray(value.aspects) &&
  (value.aspects.length === 0 || value.aspects.every(isPlainAspect))

const isPlainAspect = ({ aspect, mentions, negative, neutral, positive }: TrendAspect): boolean =>
  typeof aspect === 'string' && isInt(mentions) && isInt(negative) && isInt(neutral) && isInt(positive)

const isInt = (value: number): boolean => (value | 0) === value && value > -0x40000000 && value < 0x40000000
/** Far enough from 2^53 that twice the value is exact. */
const isLong = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value < 2 ** 52

function copy(from: Uint8Array, into: Uint8Array, at: number): number {
  const { length } = from
  for (let i = 0; i < length; i += 1) into[at + i] = from[i] as number
  return at + length
}

/** Zigzag, seven bits a byte: https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1 */
const writeInt = (into: Uint8Array, at: number, value: number): number =>
  writeUnsigned(into, at, (value << 1) ^ (value >> 31))

/** The same for an integer from 0 to 2^52. */
function writeLong(into: Uint8Array, at: number, value: number): number {
  const twice = 2 * value
  if (twice < 0x10000000) return writeInt(into, at, value)
  const high = Math.floor(twice / 0x10000000)
  const low = twice - high * 0x10000000
  into[at] = (low & 0x7f) | 0x80
  into[at + 1] = ((low >>> 7) & 0x7f) | 0x80
  into[at + 2] = ((low >>> 14) & 0x7f) | 0x80
  into[at + 3] = (low >>> 21) | 0x80
  return writeUnsigned(into, at + 4, high)
}

function writeUnsigned(into: Uint8Array, at: number, value: number): number {
  let left = value
  let to = at
  while (left > 0x7f) {
    into[to++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  into[to] = left
  return to + 1
}
