import type { Mention } from '../schemas/mention.js'
import { drop, forward, type Outcome } from '../streams/engine/outcome.js'
import type { Processor, Step } from '../streams/engine/processor.js'
import type { StreamRecord } from '../streams/engine/record.js'
import type { Timestamp } from '../streams/engine/time.js'
import type { Draft } from './draft.js'

/** What is known of a post: its mention as it was last given out, or that it was deleted. */
export type PostState =
  | {
      readonly kind: 'live'
      readonly mention: Mention
      readonly editedAt: Timestamp | null
      /** Stream time of the record that gave the mention. */
      readonly streamTime: Timestamp
    }
  | { readonly kind: 'deleted' }

type Published = Extract<Draft, { kind: 'published' }>
type Live = Extract<PostState, { kind: 'live' }>

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
    if (value.kind === 'deleted') return onDeletion(state, record)
    if (state === undefined) return [live(value, value.mention, record), [forward({ ...record, value: value.mention })]]
    if (state.kind === 'deleted') return [state, [drop('deleted')]]
    return onVersion(state, value, record)
  },
}

function onDeletion(state: PostState | undefined, record: StreamRecord<Draft>): Step<PostState, Mention> {
  if (state === undefined) return [{ kind: 'deleted' }, [drop('no-match')]]
  if (state.kind === 'deleted') return [state, [drop('duplicate')]]
  return [{ kind: 'deleted' }, [takeBack(state, record)]]
}

function onVersion(state: Live, draft: Published, record: StreamRecord<Draft>): Step<PostState, Mention> {
  // a version that says nothing of an edit is the first one, sent again: it does not undo the edit
  if (state.editedAt !== null && (draft.editedAt === null || draft.editedAt < state.editedAt)) {
    return [state, [drop('unchanged')]]
  }
  if (sameContent(state.mention, draft.mention)) {
    // the newest edit may say what stood before it: an older one that comes later must still find itself overtaken
    const { editedAt } = draft
    return [editedAt === null ? state : { ...state, editedAt }, [drop('duplicate')]]
  }
  const { revision, createdAt } = state.mention
  const mention: Mention = { ...draft.mention, revision: revision + 1, createdAt }
  return [live(draft, mention, record, state.streamTime), [takeBack(state, record), changed(mention, state, record)]]
}

function live({ editedAt }: Published, mention: Mention, { streamTime }: StreamRecord<Draft>, earlier = 0): Live {
  return { kind: 'live', mention, editedAt, streamTime: Math.max(streamTime, earlier) }
}

const takeBack = (state: Live, record: StreamRecord<Draft>): Outcome<Mention> =>
  changed({ ...state.mention, sign: -1 }, state, record)

/**
 * A change of a mention that stood. Its stream time is at least that of what it changes: a window that was closed for the
 * mention is closed for its retraction, whichever topic brings it.
 */
const changed = (value: Mention, state: Live, record: StreamRecord<Draft>): Outcome<Mention> =>
  forward({
    ...record,
    value,
    timestamp: value.createdAt,
    streamTime: Math.max(record.streamTime, state.streamTime),
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
