import { readFile } from '../../connectors/file.js'
import { projectPath } from '../../streams/project.js'
import { type Random, random } from './random.js'

/** One record that is sent, as an outsider sees it. */
export type InputEvent =
  | { readonly topic: 'posts' | 'reviews' | 'deletions'; readonly fields: Readonly<Record<string, unknown>> }
  /** Bytes that are no record of the topic. */
  | { readonly topic: 'posts'; readonly garbage: string; readonly key: string; readonly timestamp: number }

export interface InputOptions {
  readonly seed: number
  /** Posts of the file to use; all unless given. */
  readonly posts?: number
}

/** The real posts that every verification starts from. */
export const inputFile = 'samples/news-es.jsonl.gz'

const hour = 3_600_000
/** Further ahead than an event may wait for its turn. */
const reach = 400

/**
 * A real stream with everything that real streams do, planted by a seed: reviews, posts with region or language,
 * reposts, duplicates, edits, deletions after and before their posts, posts that come late by seconds or by days, bytes
 * that are no post and times that cannot be. In the order in which it is sent.
 */
export async function verificationInput({
  seed,
  posts = Number.POSITIVE_INFINITY,
}: InputOptions): Promise<readonly InputEvent[]> {
  const chance = random(seed)
  const events: InputEvent[] = []
  const waiting: { readonly at: number; readonly event: InputEvent }[] = []
  const texts: string[] = []
  const later = (event: InputEvent) => waiting.push({ at: events.length + chance.between(1, reach), event })
  let taken = 0
  for await (const item of readFile(projectPath(inputFile), 1_000_000)) {
    if (taken >= posts) break
    if (item.kind !== 'fields') throw new Error(`${inputFile}:${item.line}: ${item.detail}`)
    taken += 1
    const original = published(item.fields, chance)
    texts.push(String(original.fields['text']))
    const id = String(original.fields['postId'] ?? original.fields['reviewId'])
    const createdAt = Number(original.fields['createdAt'])
    if (chance.perMille(3)) events.push(deletion(id, createdAt))
    events.push(original)
    if (chance.perMille(15)) later(original)
    if (chance.perMille(15)) later(edited(original, createdAt + chance.between(1, hour), chance.pick(texts)))
    if (chance.perMille(8)) later(deletion(id, createdAt + chance.between(0, 48 * hour)))
    if (chance.perMille(4)) later(nonsense(id, createdAt, chance))
    for (let index = waiting.length - 1; index >= 0; index -= 1) {
      const due = waiting[index]
      if (due === undefined || due.at > events.length) continue
      waiting.splice(index, 1)
      events.push(due.event)
    }
  }
  return [...events, ...waiting.map(({ event }) => event)]
}

type Published = Extract<InputEvent, { readonly fields: object }>

function published(raw: Readonly<Record<string, unknown>>, chance: Random): Published {
  const at = Number(raw['created_at'])
  const back = chance.perMille(10)
    ? chance.between(hour, 48 * hour)
    : chance.perMille(20)
      ? chance.between(0, 90_000)
      : 0
  const common = {
    source: 'twitter',
    author: raw['author'],
    text: raw['text'],
    createdAt: at - back,
    language: chance.perMille(50) ? 'es' : null,
    region: chance.perMille(40) ? chance.pick(['15', '08', '0401', '150101']) : null,
  }
  if (chance.perMille(30)) {
    const reviewId = `review:${String(raw['id'])}`
    return { topic: 'reviews', fields: { ...common, reviewId, stars: chance.between(1, 5), place: 'Huaca Pucllana' } }
  }
  const repostOf = chance.perMille(20) ? 'twitter:1399920623816785923' : null
  return { topic: 'posts', fields: { ...common, postId: `twitter:${String(raw['id'])}`, repostOf } }
}

const edited = ({ topic, fields }: Published, editedAt: number, text: string): InputEvent => ({
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
