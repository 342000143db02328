import utils from 'avsc/lib/utils.js'
import { shortAscii } from '../streams/engine/utf8.js'
import type { AvroType } from './avro.js'

/** What a type of avsc does beneath `decode` and `encode`, which make objects for each value. */
interface Codec {
  _read(tap: AvroTap): unknown
  _write(tap: AvroTap, value: unknown): void
}

/** Longer texts are written by the platform; the length of these is a single byte. */
const longestLoop = 63
const nothing = Buffer.alloc(0)

/** Short texts of ASCII are read and written without crossing into the platform, which costs more than they do. */
class AvroTap extends utils.Tap {
  override readString(): string | undefined {
    const length = this.readLong()
    if (length < 0) {
      this._invalidate()
      return ''
    }
    const { buf, pos } = this
    this.pos = pos + length
    if (this.pos > buf.length) return undefined
    return shortAscii(buf, pos, this.pos) ?? buf.toString('utf8', pos, this.pos)
  }

  override writeString(text: string): void {
    const { buf, pos } = this
    const { length } = text
    if (length <= longestLoop && pos + 1 + length <= buf.length) {
      let at = 0
      for (; at < length; at += 1) {
        const code = text.charCodeAt(at)
        if (code > 0x7f) break
        buf[pos + 1 + at] = code
      }
      if (at === length) {
        buf[pos] = 2 * length
        this.pos = pos + 1 + length
        return
      }
    }
    super.writeString(text)
  }
}

/** One for all: no value is read or written while another one is. */
const tap = new AvroTap(nothing)

const isCodec = (type: object): type is Codec => '_read' in type && '_write' in type

const codecOf = (type: AvroType): Codec => {
  if (!isCodec(type))
    throw new TypeError(`avsc has no reader of ${type.typeName}: it is another version than this one takes`)
  return type
}

/**
 * Reads the value that lies there.
 * @returns undefined where it does not end with `end`
 * @throws Error what avsc throws at bytes that are no value
 */
export function readerOf(type: AvroType): (bytes: Buffer, start: number, end: number) => unknown {
  const codec = codecOf(type)
  return (bytes, start, end) => {
    tap.buf = bytes
    tap.pos = start
    try {
      const value = codec._read(tap)
      return tap.pos === end ? value : undefined
    } finally {
      tap.buf = nothing
    }
  }
}

/**
 * Writes the value; gives where it ends, or a negative number: so many bytes are missing.
 * @throws Error what avsc throws at a value that is none of the type
 */
export function writerOf(type: AvroType): (value: unknown, into: Buffer, at: number) => number {
  const codec = codecOf(type)
  return (value, into, at) => {
    tap.buf = into
    tap.pos = at
    try {
      codec._write(tap, value)
      return tap.isValid() ? tap.pos : into.length - tap.pos
    } finally {
      tap.buf = nothing
    }
  }
}
