import { type Headers, noHeaders } from './record.js'
import type { Timestamp } from './time.js'
import { decodeUtf8, encodeUtf8 } from './utf8.js'
import type { Watermark } from './watermark.js'

/**
 * What travels in the headers of repartition topics, beside the data. Numbers are decimal texts, so that any client
 * that prints headers shows them.
 */
const streamTimeHeader = 'pulso-stream-time'
const watermarkHeader = 'pulso-watermark'
const replaysHeader = 'pulso-replays'
const ours = 'pulso-'

/** A control record says how far one task of the stage before has come; it has neither key nor value. */
export interface Control {
  /** Index of the task that wrote it. */
  readonly producer: number
  readonly watermark: Watermark
}

export const controlHeaders = ({ producer, watermark }: Control): Headers => ({
  [watermarkHeader]: encodeUtf8(`${producer}:${watermark.kind === 'idle' ? 'idle' : watermark.time}`),
})

/**
 * The control that the headers carry; null for a record of data.
 * @throws Error when the header is there but cannot be read: the repartition topic was written by something else.
 */
export function readControl(headers: Headers): Control | null {
  const bytes = headers[watermarkHeader]
  if (bytes === undefined) return null
  const text = decodeUtf8(bytes)
  const match = /^(\d+):(idle|\d+)$/.exec(text)
  if (match === null) {
    throw new Error(
      `the header ${watermarkHeader} says "${text}" and not producer:time: internal topics are written by the engine alone`,
    )
  }
  const [, producer, time] = match
  return {
    producer: Number(producer),
    watermark: time === 'idle' ? { kind: 'idle' } : { kind: 'at', time: Number(time) },
  }
}

/** Writes stream times into headers; neighbours often share theirs, so the last one's bytes are kept. */
export class StreamTimeHeaders {
  #time = -1
  #headers: Headers = noHeaders

  /** Headers of a record on its way to a repartition topic: its own, and its stream time where it is not the timestamp. */
  of(headers: Headers, timestamp: Timestamp, streamTime: Timestamp): Headers {
    if (streamTime === timestamp) return headers
    if (streamTime !== this.#time) {
      this.#time = streamTime
      this.#headers = Object.freeze({ [streamTimeHeader]: encodeUtf8(String(streamTime)) })
    }
    return headers === noHeaders || isEmpty(headers) ? this.#headers : { ...headers, ...this.#headers }
  }
}

/** Stream time of a record read from a repartition topic. */
export function readStreamTime(headers: Headers, timestamp: Timestamp): Timestamp {
  const bytes = headers[streamTimeHeader]
  if (bytes === undefined) return timestamp
  let time = 0
  for (let i = 0; i < bytes.length; i += 1) time = time * 10 + ((bytes[i] ?? 48) - 48)
  return Math.max(time, timestamp)
}

/** Headers without the stream time of a repartition topic. */
export function withoutStreamTime(headers: Headers): Headers {
  if (headers === noHeaders || isEmpty(headers)) return noHeaders
  if (headers[streamTimeHeader] === undefined) return headers
  return without(headers, (name) => name === streamTimeHeader)
}

/** Headers of a record on its way to an output: what belongs to the engine alone is left out. */
export function publicHeaders(headers: Headers): Headers {
  if (headers === noHeaders || isEmpty(headers)) return noHeaders
  for (const name in headers) if (name.startsWith(ours)) return without(headers, (each) => each.startsWith(ours))
  return headers
}

/** How often a dead letter was replayed before; 0 for a record that never was one. */
export function readReplays(headers: Headers): number {
  const bytes = headers[replaysHeader]
  if (bytes === undefined) return 0
  const count = Number(new TextDecoder().decode(bytes))
  return Number.isSafeInteger(count) && count > 0 ? count : 0
}

/** Headers of a dead letter that is sent again; `replays` counts this time. */
export const replayHeaders = (replays: number): Headers => ({ [replaysHeader]: encodeUtf8(String(replays)) })

function isEmpty(headers: Headers): boolean {
  for (const _ in headers) return false
  return true
}

function without(headers: Headers, left: (name: string) => boolean): Headers {
  const kept: Record<string, Uint8Array> = {}
  for (const [name, bytes] of Object.entries(headers)) if (!left(name)) kept[name] = bytes
  return isEmpty(kept) ? noHeaders : kept
}
