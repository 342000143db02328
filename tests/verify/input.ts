import { inputFile, type RawPost, rawPosts, vocabularyFiles } from './data.js'
import type { InputEvent, Published } from './oracle/event.js'
import { Phrases } from './phrases.js'
import { type Random, random } from './random.js'
import { markers } from './world.js'

export interface InputOptions {
  readonly seed: number
  /** Posts of the file to use; all unless given. */
  readonly posts?: number
}

const hour = 3_600_000
/** Further ahead than an event may wait for its turn. */
const reach = 400

type PublishedEvent = Extract<InputEvent, { readonly topic: 'posts' | 'reviews'; readonly fields: object }>

/**
 * A real stream with everything that real streams do, planted by a seed: reviews, posts with region or language, terms
 * of the vocabulary in many writings, reposts, duplicates, edits and edits of edits, deletions after and before their
 * posts, posts that come late by seconds or by days, bytes that are no post and times that cannot be. In the order in
 * which it is sent, between a first and a last record of every partition.
 */
export function verificationInput({ seed, posts = Number.POSITIVE_INFINITY }: InputOptions): readonly InputEvent[] {
  const chance = random(seed)
  const phrases = new Phrases(vocabularyFiles())
  const events: InputEvent[] = []
  const waiting: { readonly at: number; readonly event: InputEvent }[] = []
  const texts: string[] = []
  const later = (event: InputEvent) => waiting.push({ at: events.length + chance.between(1, reach), event })
  const found = rawPosts(posts)
  if (found.length === 0) throw new Error(`${inputFile} holds no posts`)
  for (const raw of found) {
    const original = published(raw, phrases, chance)
    const { text, createdAt, postId, reviewId } = original.fields
    texts.push(text)
    const id = postId ?? reviewId ?? ''
    if (chance.perMille(3)) events.push(deletion(id, createdAt - chance.between(0, 60_000)))
    events.push(original)
    if (chance.perMille(15)) later(original)
    if (chance.perMille(15)) {
      const versions = chance.between(1, 3)
      for (let version = 0; version < versions; version++)
        later(edited(original, createdAt + chance.between(1, hour), chance.pick(texts)))
      if (chance.perMille(300)) later(original)
    }
    if (chance.perMille(8)) later(deletion(id, createdAt + chance.between(0, 48 * hour)))
    if (chance.perMille(1)) later(deletion(id, createdAt + chance.between(0, hour)))
    if (chance.perMille(4)) later(nonsense(id, createdAt, chance))
    for (let index = waiting.length - 1; index >= 0; index -= 1) {
      const due = waiting[index]
      if (due === undefined || due.at > events.length) continue
      waiting.splice(index, 1)
      events.push(due.event)
    }
  }
  const all = [...events, ...waiting.map(({ event }) => event)]
  const times = found.map(({ created_at }) => created_at)
  return [...markers('first', Math.min(...times)), ...all, ...markers('last', Math.max(...times))]
}

function published(raw: RawPost, phrases: Phrases, chance: Random): PublishedEvent {
  const back = chance.perMille(10)
    ? chance.between(hour, 48 * hour)
    : chance.perMille(20)
      ? chance.between(0, 90_000)
      : 0
  const planted = chance.perMille(200) ? phrases.plantedIn(raw.text, chance) : raw.text
  const common: Published = {
    source: 'twitter',
    author: raw.author,
    text: chance.perMille(10) ? `RT @comensal: ${planted}` : planted,
    createdAt: raw.created_at - back,
    language: chance.perMille(50) ? 'es' : null,
    region: chance.perMille(40) ? chance.pick(['15', '08', '0401', '150101']) : null,
  }
  if (chance.perMille(30)) {
    const fields = { ...common, reviewId: `review:${raw.id}`, stars: chance.between(1, 5), place: 'Huaca Pucllana' }
    return { topic: 'reviews', fields }
  }
  const repostOf = chance.perMille(20) ? 'twitter:1399920623816785923' : null
  return { topic: 'posts', fields: { ...common, postId: `twitter:${raw.id}`, repostOf } }
}

const edited = ({ topic, fields }: PublishedEvent, editedAt: number, text: string): InputEvent => ({
  topic,
  fields: { ...fields, editedAt, text: `${text} (corregido)` },
})

const deletion = (id: string, deletedAt: number): InputEvent => ({
  topic: 'deletions',
  fields: { id, deletedAt, reason: 'author' },
})

/** What cannot be processed, one kind or another. */
function nonsense(id: string, createdAt: number, chance: Random): InputEvent {
  const key = `bad:${id}`
  if (chance.perMille(500)) return { topic: 'posts', garbage: '{"this": "is no Avro"}', key, timestamp: createdAt }
  const year = chance.perMille(500) ? Date.UTC(2099, 0, 1) : Date.UTC(1970, 0, 2)
  return {
    topic: 'posts',
    fields: { postId: key, source: 'twitter', author: 'nobody', text: 'un día imposible', createdAt: year },
  }
}
