import type { Serde } from '../streams/engine/serde.js'
import type { Form } from '../streams/engine/topic.js'
import { decodeUtf8, encodeUtf8 } from '../streams/engine/utf8.js'
import { UndecodableError } from './avro-serde.js'

/** What a mention says, whatever it says it of: who, and retraction, repost, label and unsureness as bits. */
export interface Voice {
  readonly author: string
  /** An integer from 0 to 95. */
  readonly flags: number
}

/** A voice, and the words that it is counted for: at least one, of letters alone. */
export interface WordsVoice {
  readonly keys: readonly string[]
  readonly value: Voice
}

export const voiceForm: Form<Voice> = { schema: 'internal.voice' }
export const wordsVoiceForm: Form<WordsVoice> = { schema: 'internal.words' }

const endOfWords = '\u001f'

/** Flags are a printable character: no value begins with 0, which the framing of Avro does. */
const noFlags = 0x20
const flagsCharacter = (flags: number): string => String.fromCharCode(noFlags + flags)
const flagsIn = (text: string): number => text.charCodeAt(0) - noFlags

/**
 * Voices as the text of their flags, as one character, and their author. There are several of them for each mention: what
 * they are counted for is the key of their record.
 */
export const voiceSerde: Serde<Voice> = {
  encode: ({ author, flags }) => encodeUtf8(flagsCharacter(flags) + author),
  decode: (bytes) => {
    const text = textOf(bytes)
    return { author: text.slice(1), flags: flagsIn(text) }
  },
}

/** Voices with their words, as a text: the flags as one character, the words with spaces between, U+001F, the author. */
export const wordsVoiceSerde: Serde<WordsVoice> = {
  encode: ({ keys, value: { author, flags } }) =>
    encodeUtf8(flagsCharacter(flags) + keys.join(' ') + endOfWords + author),
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
