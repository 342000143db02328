import { AnalyticsError } from '../../error.js'
import { type Shape, shapeOf } from './shape.js'

/**
 * The Native format as a client gets it who says its `client_protocol_version`, as those in Go and Python do: each block
 * then begins with some fields of its own, and each column says whether its values are laid out in a special way. The
 * engine in the process writes blocks for a client that says none, so they are cut where their parts begin and the
 * fields are put between; the values themselves stay as they are.
 * Source: https://clickhouse.com/docs/native-protocol/columns and `NativeWriter` of ClickHouse.
 */

/** From here on a client reads dictionaries of LowCardinality (DBMS_MIN_REVISION_WITH_LOW_CARDINALITY_TYPE). */
const revisionWithLowCardinality = 54_405
/** From here on a column says whether it is laid out in a special way (DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION). */
const revisionWithSpecialLayout = 54_454

/** Fields of a block: 1, it holds no rows of totals that overflowed; 2, its bucket is -1, none; 0 ends them. */
const blockInfo = Uint8Array.of(1, 0, 2, 255, 255, 255, 255, 0)
const plainLayout = Uint8Array.of(0)

const additionalKeys = 0x200n

class Reader {
  at = 0
  private readonly view: DataView

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  skip(count: number): void {
    this.at += count
    if (this.at > this.bytes.length) throw new RangeError('the engine gave a block that ends too early')
  }

  varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = this.bytes[this.at]
      this.skip(1)
      value += ((byte ?? 0) & 127) * factor
      if ((byte ?? 0) < 128) return value
    }
  }

  uint64(): bigint {
    const { at } = this
    this.skip(8)
    return this.view.getBigUint64(at, true)
  }

  text(): string {
    const length = this.varint()
    const from = this.at
    this.skip(length)
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + from, length).toString('utf8')
  }
}

/** Skips what stands once before the values of a column. */
function skipPrefix(reader: Reader, shape: Shape): void {
  if (shape.kind === 'lowCardinality') reader.skip(8)
  else if (shape.kind === 'nullable' || shape.kind === 'array') skipPrefix(reader, shape.of)
  else if (shape.kind === 'tuple') for (const field of shape.fields) skipPrefix(reader, field)
  else if (shape.kind === 'variant') {
    reader.skip(8)
    for (const one of shape.of) skipPrefix(reader, one)
  }
}

function skipDictionary(reader: Reader, of: Shape): void {
  const flags = reader.uint64()
  const width = 1 << Number(flags & 0xffn)
  if ((flags & additionalKeys) !== 0n) skipValues(reader, of, Number(reader.uint64()))
  reader.skip(Number(reader.uint64()) * width)
}

function skipVariant(reader: Reader, of: readonly Shape[], rows: number): void {
  const counts = of.map(() => 0)
  for (let row = 0; row < rows; row++) {
    const which = reader.bytes[reader.at + row] ?? 255
    if (which < counts.length) counts[which] = (counts[which] ?? 0) + 1
  }
  reader.skip(rows)
  of.forEach((shape, index) => {
    skipValues(reader, shape, counts[index] ?? 0)
  })
}

function skipValues(reader: Reader, shape: Shape, rows: number): void {
  if (rows === 0) return
  switch (shape.kind) {
    case 'fixed':
      reader.skip(rows * shape.width)
      break
    case 'string':
      for (let row = 0; row < rows; row++) reader.skip(reader.varint())
      break
    case 'nullable':
      reader.skip(rows)
      skipValues(reader, shape.of, rows)
      break
    case 'array':
      // offsets, of which the last one is the number of all items
      reader.skip((rows - 1) * 8)
      skipValues(reader, shape.of, Number(reader.uint64()))
      break
    case 'tuple':
      for (const field of shape.fields) skipValues(reader, field, rows)
      break
    case 'lowCardinality':
      skipDictionary(reader, shape.of)
      break
    case 'variant':
      skipVariant(reader, shape.of, rows)
      break
  }
}

/**
 * Blocks of the Native format as the engine writes them, for a client of this protocol version.
 * @param revision `client_protocol_version`, above 0
 * @throws AnalyticsError where a column is of a type whose values do not say where they end
 */
export function forRevision(bytes: Uint8Array, revision: number): Buffer {
  const reader = new Reader(bytes)
  const parts: Uint8Array[] = []
  while (reader.at < bytes.length) {
    const start = reader.at
    const columns = reader.varint()
    const rows = reader.varint()
    parts.push(blockInfo, bytes.subarray(start, reader.at))
    for (let column = 0; column < columns; column++) {
      const header = reader.at
      reader.text()
      const shape = shapeOf(reader.text())
      parts.push(bytes.subarray(header, reader.at))
      if (revision >= revisionWithSpecialLayout) parts.push(plainLayout)
      const values = reader.at
      if (rows > 0) skipPrefix(reader, shape)
      skipValues(reader, shape, rows)
      parts.push(bytes.subarray(values, reader.at))
    }
  }
  return Buffer.concat(parts)
}

/**
 * `client_protocol_version` of a request: 0 where it says none.
 * @throws AnalyticsError where it is no number, or of a client that cannot read what the engine writes
 */
export function revisionOf(text: string | null): number {
  if (text === null || text === '') return 0
  if (!/^\d{1,9}$/.test(text))
    throw new AnalyticsError(`client_protocol_version=${text} is no version: give a number`, 27, 'CANNOT_PARSE_INPUT')
  const revision = Number(text)
  if (revision > 0 && revision < revisionWithLowCardinality)
    throw new AnalyticsError(
      `client_protocol_version=${text} is not spoken here: from ${revisionWithLowCardinality} on, or none`,
      48,
      'NOT_IMPLEMENTED',
    )
  return revision
}
