import type { Mention } from '../schemas/mention.js'
import { drop, forward, type Outcome } from '../streams/engine/outcome.js'
import type { Processor, Step } from '../streams/engine/processor.js'
import { type StreamRecord, withValue } from '../streams/engine/record.js'
import type { Draft } from './draft.js'
import { editedAtOf, type LivePost, livePost, mentionOf, type PostState, streamTimeOf } from './post-state.js'

type Published = Extract<Draft, { kind: 'published' }>

/**
 * Makes the stream of changes: a new post adds its mention; the same again is a duplicate; an edit takes back exactly
 * the mention that stood and adds the new one; a deletion takes back what stood, and whatever comes later of the post is
 * dropped, also when the deletion came first. Changes carry the time when the post was first published, so that they
 * meet the windows that counted it.
 */
export const revisions: Processor<PostState, Draft, Mention> = {
  name: 'revisions',
  onRecord: (state, record) => {
    const { value } = record
    if (value.kind === 'deleted') return onDeletion(state, record, value.id)
    const { mention, editedAt } = value
    if (state === undefined)
      return [livePost(mention, editedAt, record.streamTime), [forward(withValue(record, mention))]]
    if (state === 'deleted') return [state, [drop('deleted')]]
    return onVersion(state, value, record)
  },
}

function onDeletion(state: PostState | undefined, record: StreamRecord<Draft>, id: string): Step<PostState, Mention> {
  if (state === undefined) return ['deleted', [drop('no-match')]]
  if (state === 'deleted') return [state, [drop('duplicate')]]
  return ['deleted', [takeBack(mentionOf(id, state), state, record)]]
}

function onVersion(state: LivePost, draft: Published, record: StreamRecord<Draft>): Step<PostState, Mention> {
  const { editedAt } = draft
  const known = editedAtOf(state)
  // a version that says nothing of an edit is the first one, sent again: it does not undo the edit
  if (known !== null && (editedAt === null || editedAt < known)) return [state, [drop('unchanged')]]
  const standing = mentionOf(draft.mention.postId, state)
  if (sameContent(standing, draft.mention)) {
    // the newest edit may say what stood before it: an older one that comes later must still find itself overtaken
    const kept = editedAt === null ? state : livePost(standing, editedAt, streamTimeOf(state))
    return [kept, [drop('duplicate')]]
  }
  const { revision, createdAt } = standing
  const mention: Mention = { ...draft.mention, revision: revision + 1, createdAt }
  const streamTime = Math.max(record.streamTime, streamTimeOf(state))
  return [livePost(mention, editedAt, streamTime), [takeBack(standing, state, record), changed(mention, state, record)]]
}

const takeBack = (standing: Mention, state: LivePost, record: StreamRecord<Draft>): Outcome<Mention> =>
  changed({ ...standing, sign: -1 }, state, record)

/**
 * A change of a mention that stood. Its stream time is at least that of what it changes: a window that was closed for the
 * mention is closed for its retraction, whichever topic brings it.
 */
const changed = (value: Mention, state: LivePost, record: StreamRecord<Draft>): Outcome<Mention> =>
  forward({
    ...record,
    value,
    timestamp: value.createdAt,
    streamTime: Math.max(record.streamTime, streamTimeOf(state)),
  })

/** Whether two versions say the same; when they were published or edited does not count. */
function sameContent(a: Mention, b: Mention): boolean {
  return (
    a.text === b.text &&
    a.author === b.author &&
    a.source === b.source &&
    a.language === b.language &&
    a.region === b.region &&
    a.repostOf === b.repostOf &&
    a.stars === b.stars &&
    a.url === b.url &&
    a.simulated === b.simulated
  )
}
