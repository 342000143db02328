import type { Mention } from '../../schemas/mention.js'
import type { PostEngagement } from '../../schemas/post-engagement.js'
import { drop, forward, type Outcome } from '../../streams/engine/outcome.js'
import type { Processor, Step } from '../../streams/engine/processor.js'
import type { StreamRecord } from '../../streams/engine/record.js'
import type { Timestamp } from '../../streams/engine/time.js'
import type { Heard } from './decoder.js'
import { asOf, merged, type Observation, observationOf, observedAtOf, streamTimeOf } from './observation.js'
import { bounded, engagementOf, knownPost, nothingKnown, type ObservedPost, settledUntil } from './observed-post.js'

type Result = Step<ObservedPost, PostEngagement>

/**
 * Sets each observation beside its post and the observations before it, as a stream of changes. What stands is a function
 * of what was heard, whatever the order: where an observation comes late, the increment of the one after it is taken back
 * and given anew; where the post is first known, edited or taken back, so is all that stands of it. The same observation
 * again is a duplicate.
 *
 * A change carries the time of its observation, so that it meets the windows that counted it, and at least the stream
 * times of everything that has a part in it: a window that was closed for what it takes back is closed for it too.
 */
export const postEngagements: Processor<ObservedPost, Heard, PostEngagement> = {
  name: 'post-engagements',
  onRecord: (state, record) => {
    const { value } = record
    return value.kind === 'mention'
      ? onMention(state, record, value.mention)
      : onObservation(state ?? nothingKnown, record, observationOf(value.engagement, record.streamTime))
  },
}

function onObservation(state: ObservedPost, record: StreamRecord<Heard>, heard: Observation): Result {
  const [post, settled, open] = state
  const at = observedAtOf(heard)
  const closed = settledUntil(state)
  if (closed !== null && at <= closed) {
    return [state, [{ kind: 'late', reason: 'window-closed', record, window: { start: 0, end: closed + 1 } }]]
  }
  const place = open.findIndex((each) => observedAtOf(each) >= at)
  const index = place === -1 ? open.length : place
  const known = open[index]
  const again = known !== undefined && observedAtOf(known) === at
  const taken = again ? merged(known, heard) : heard
  if (taken === known) return [state, [drop('duplicate')]]
  const before = open.slice(0, index)
  const after = open.slice(again ? index + 1 : index)
  const postTime = post === null || post === 'gone' ? 0 : post[4]
  return changed(state, [post, settled, [...before, asOf(taken, postTime), ...after]], record, record.streamTime, {
    from: index,
    otherwise: 'deleted',
  })
}

function onMention(state: ObservedPost | undefined, record: StreamRecord<Heard>, mention: Mention): Result {
  const [post, settled, open] = state ?? nothingKnown
  const isKnown = post !== null && post !== 'gone'
  if (mention.sign > 0) {
    if (isKnown && post[0] === mention.revision) return [state, [drop('duplicate')]]
    const streamTime = Math.max(record.streamTime, isKnown ? post[4] : 0)
    const next: ObservedPost = [knownPost(mention, streamTime), settled, open]
    return changed(state ?? nothingKnown, next, record, streamTime, { from: 0, otherwise: 'no-match' })
  }
  if (isKnown && post[0] !== mention.revision) return [state, [drop('no-match')]]
  return changed(state ?? nothingKnown, ['gone', settled, open], record, record.streamTime, {
    from: 0,
    otherwise: 'no-match',
  })
}

/** How far back a change reaches, and why a record is dropped that is remembered and changes nothing that stands. */
interface Reach {
  readonly from: number
  readonly otherwise: 'deleted' | 'no-match'
}

/** Takes back what no longer stands and gives what stands now, one observation after the other. */
function changed(
  before: ObservedPost,
  after: ObservedPost,
  record: StreamRecord<Heard>,
  streamTime: Timestamp,
  { from, otherwise }: Reach,
): Result {
  const postId = record.key ?? ''
  const [post, settled, open] = after
  const earlier = new Map(before[2].map((each, index) => [observedAtOf(each), index]))
  const outcomes: Outcome<PostEngagement>[] = []
  const kept = open.map((observation, index) => {
    if (index < from) return observation
    const known = earlier.get(observedAtOf(observation))
    const stood = known === undefined ? null : engagementOf(postId, before, known)
    const stands = engagementOf(postId, after, index)
    if (stood !== null && stands !== null && same(stood, stands)) return observation
    const now = asOf(observation, streamTime)
    const give = (value: PostEngagement) =>
      outcomes.push(forward({ ...record, value, timestamp: value.observedAt, streamTime: streamTimeOf(now) }))
    if (stood !== null) give({ ...stood, sign: -1 })
    if (stands !== null) give(stands)
    return now
  })
  return [bounded([post, settled, kept]), outcomes.length === 0 ? [drop(otherwise)] : outcomes]
}

/** Both are made by one function: their fields stand in the same order. */
const same = (one: PostEngagement, other: PostEngagement): boolean => JSON.stringify(one) === JSON.stringify(other)
