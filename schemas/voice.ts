import { KnownTexts } from '../streams/engine/known-texts.js'
import type { Serde } from '../streams/engine/serde.js'
import type { Form } from '../streams/engine/topic.js'
import { decodeUtf8, encodeUtf8 } from '../streams/engine/utf8.js'
import { UndecodableError } from './avro-serde.js'

/** What a mention says, whatever it says it of: who, and retraction, repost, label and unsureness as bits. */
export interface Voice {
  readonly author: string
  /** An integer from 0 to 31. */
  readonly flags: number
  /** What it says of aspects, each at most once; absent where it says nothing of any. */
  readonly aspects?: readonly SaidOfAspect[]
}

export interface SaidOfAspect {
  readonly aspect: string
  readonly label: 'negative' | 'neutral' | 'positive'
}

/** A voice, and the words that it is counted for: at least one, of letters alone. */
export interface WordsVoice {
  readonly keys: readonly string[]
  readonly value: Voice
}

export const voiceForm: Form<Voice> = { schema: 'internal.voice' }
export const wordsVoiceForm: Form<WordsVoice> = { schema: 'internal.words' }

const endOfWords = '\u001f'
const endOfWordsByte = 0x1f
const space = 0x20

/** Flags are a printable character: no value begins with 0, which the framing of Avro does. */
const noFlags = 0x20
/** They are another one where aspects stand between them and the author. */
const flagsBeforeAspects = 0x40
const flagsCharacter = (flags: number): string => String.fromCharCode(noFlags + flags)
const flagsIn = (text: string): number => text.charCodeAt(0) - noFlags

/** They come again and again, and maps that count them find the same object sooner. */
const authors = new KnownTexts()

const encodeVoice = ({ author, flags, aspects }: Voice): Uint8Array =>
  aspects === undefined
    ? encodeUtf8(flagsCharacter(flags) + author)
    : encodeUtf8(String.fromCharCode(flagsBeforeAspects + flags) + writtenAspects(aspects) + author)

const decodeVoice = (bytes: Uint8Array): Voice => {
  const text = textOf(bytes)
  if (text.charCodeAt(0) < flagsBeforeAspects) return { author: text.slice(1), flags: flagsIn(text) }
  const [aspects, end] = readAspects(text, 1)
  return { author: text.slice(end), flags: text.charCodeAt(0) - flagsBeforeAspects, aspects }
}

const labels = ['negative', 'neutral', 'positive'] as const
const endOfAspects = '.'

/** Of each its label as a digit, how long its name is as a character, and the name; then a full stop. */
const writtenAspects = (aspects: readonly SaidOfAspect[]): string =>
  aspects
    .map(({ aspect, label }) => `${labels.indexOf(label)}${String.fromCharCode(noFlags + aspect.length)}${aspect}`)
    .join('') + endOfAspects

/** @throws UndecodableError when the text ends before they do */
function readAspects(text: string, from: number): readonly [aspects: readonly SaidOfAspect[], end: number] {
  const aspects: SaidOfAspect[] = []
  let at = from
  while (text[at] !== endOfAspects) {
    const label = labels[text.charCodeAt(at) - zero]
    const end = at + 2 + text.charCodeAt(at + 1) - noFlags
    if (label === undefined || !(end <= text.length))
      throw new UndecodableError(`what is said of aspects breaks off at character ${at}`)
    aspects.push({ aspect: text.slice(at + 2, end), label })
    at = end
  }
  return [aspects, at + 1]
}

const zero = 0x30

/**
 * Voices as the text of their flags, as one character, and their author. There are several of them for each mention: what
 * they are counted for is the key of their record. What they say of aspects stands between the two.
 */
export const voiceSerde: Serde<Voice> = {
  encode: encodeVoice,
  encodeInto: (voice, into, at) => {
    const { author, flags } = voice
    if (voice.aspects !== undefined) return copy(encodeVoice(voice), into, at)
    const missing = at + 1 + author.length - into.length
    if (missing > 0) return -missing
    if (!isSmall(flags)) return copy(encodeVoice(voice), into, at)
    into[at] = noFlags + flags
    const end = writeAscii(into, at + 1, author)
    return end < 0 ? copy(encodeVoice(voice), into, at) : end
  },
  decode: decodeVoice,
  decodeWithin: (bytes, start, end) => {
    const first = bytes[start] as number
    if (start >= end || first >= flagsBeforeAspects) return decodeVoice(bytes.subarray(start, end))
    try {
      return { author: authors.of(bytes, start + 1, end), flags: first - noFlags }
    } catch {
      return decodeVoice(bytes.subarray(start, end))
    }
  },
}

const encodeWords = ({ keys, value: { author, flags } }: WordsVoice): Uint8Array =>
  encodeUtf8(flagsCharacter(flags) + keys.join(' ') + endOfWords + author)

/** Voices with their words, as a text: the flags as one character, the words with spaces between, U+001F, the author. */
export const wordsVoiceSerde: Serde<WordsVoice> = {
  encode: encodeWords,
  encodeInto: (words, into, at) => {
    const { keys, value } = words
    let room = 2 + Math.max(0, keys.length - 1) + value.author.length
    for (const key of keys) room += key.length
    if (at + room > into.length) return into.length - at - room
    if (!isSmall(value.flags)) return copy(encodeWords(words), into, at)
    into[at] = noFlags + value.flags
    let end = at + 1
    for (let index = 0; index < keys.length; index++) {
      if (index > 0) into[end++] = space
      end = writeAscii(into, end, keys[index] as string)
      if (end < 0) return copy(encodeWords(words), into, at)
    }
    into[end++] = endOfWordsByte
    end = writeAscii(into, end, value.author)
    return end < 0 ? copy(encodeWords(words), into, at) : end
  },
  decode: (bytes) => {
    const text = textOf(bytes)
    const end = text.indexOf(endOfWords, 1)
    if (end === -1) throw new UndecodableError(`the ${bytes.length} bytes have no author behind their words`)
    return { keys: text.slice(1, end).split(' '), value: { author: text.slice(end + 1), flags: flagsIn(text) } }
  },
}

/** @throws UndecodableError when the bytes are none or no UTF-8 */
function textOf(bytes: Uint8Array): string {
  try {
    if (bytes.length > 0) return decodeUtf8(bytes)
  } catch {
    throw new UndecodableError(`the ${bytes.length} bytes are not valid UTF-8`)
  }
  throw new UndecodableError('there are no bytes')
}

/** Flags that are one byte. */
const isSmall = (flags: number): boolean => flags >= 0 && flags < flagsBeforeAspects - noFlags

/** Gives where the text ends; -1 where it is not ASCII. There is room for it. */
function writeAscii(into: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) return -1
    into[at + index] = code
  }
  return at + text.length
}

/** Gives where the bytes end, or how many are missing, as `Serde.encodeInto` does. */
function copy(bytes: Uint8Array, into: Uint8Array, at: number): number {
  if (at + bytes.length > into.length) return into.length - at - bytes.length
  into.set(bytes, at)
  return at + bytes.length
}
