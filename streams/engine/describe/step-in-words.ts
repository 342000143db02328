import type { JoinNode, StepNode, Updates } from '../topology.js'
import type { WindowSpec } from '../window.js'
import { humanCount, humanDuration } from './human-duration.js'

/** What a step does, in a sentence for somebody who sees the topology for the first time. */
export function stepInWords(step: StepNode): string {
  switch (step.kind) {
    case 'decode':
      return 'reads each record; those that cannot be read go to the dead letters'
    case 'map':
      return 'makes another value of each'
    case 'filter':
      return 'keeps those that pass; the others are dropped and counted'
    case 'flatMapValues':
      return 'makes none, one or several of each'
    case 'flatMap':
      return 'decides of each record what becomes of it'
    case 'mapInBatches': {
      const { atMost, within } = step.limits
      return `asks the service "${step.step.service}" about each, up to ${humanCount(atMost.count, atMost.unit)} a call, waiting at most ${humanDuration(within)}; order is kept, a bad one fails alone`
    }
    case 'process':
      if (step.processor.onTimer !== undefined) return 'keeps a state for each key, with a timer in stream time'
      return `keeps a state for each key${step.expireAfter === null ? ', for ever' : `, forgotten ${humanDuration(step.expireAfter)} after the key's last record`}`
    case 'dedup':
      return `drops what was let through before, less than ${humanDuration(step.within)} away`
    case 'aggregate':
      return `for each key, ${windowInWords(step.window)}; ${updatesInWords(step.updates)}; ${latenessInWords}`
    case 'aggregates': {
      const windows = step.windows.map(({ name, window }) => `${name}: ${windowInWords(window)}`)
      return `for each key, at once (${windows.join(' | ')}); ${updatesInWords(step.updates)}; ${latenessInWords}`
    }
    case 'frequent': {
      const windows = step.windows.map(({ name, window }) => `${name}: ${windowInWords(window)}`)
      return `for each key that at least ${humanCount(step.atLeast, 'records')} of a window name, at once (${windows.join(' | ')}); ${updatesInWords(step.updates)}; ${latenessInWords}`
    }
    case 'join':
      return joinInWords(step.join)
    case 'to':
      return `writes each to the topic ${step.topic.name}${step.key === null ? '' : ', with a key of its own'}`
    case 'keyBy':
      return 'chooses the key of what follows; those without one are dropped and counted'
  }
}

const latenessInWords = 'a record whose windows are all closed goes to the late records'

function windowInWords(window: WindowSpec): string {
  return `${layoutInWords(window)}, open for late records for ${humanDuration(window.grace)}`
}

function layoutInWords(window: WindowSpec): string {
  switch (window.kind) {
    case 'tumbling':
      return `windows of ${humanDuration(window.size)}, side by side${offsetInWords(window.offset)}`
    case 'hopping':
      return `windows of ${humanDuration(window.size)}, one beginning every ${humanDuration(window.advance)}${offsetInWords(window.offset)}`
    case 'sliding':
      return `windows of records at most ${humanDuration(window.difference)} apart`
    case 'session':
      return `sessions that end after ${humanDuration(window.gap)} of silence`
  }
}

const offsetInWords = (offset: number): string => (offset === 0 ? '' : `, shifted by ${humanDuration(offset)} from UTC`)

const updatesInWords = (updates: Updates): string =>
  updates.kind === 'final-only'
    ? 'one result a window, when it closes'
    : `early results at most every ${humanDuration(updates.interval)}, one final when the window closes`

function joinInWords(join: JoinNode): string {
  switch (join.kind) {
    case 'stream-table':
      return `adds what the table ${join.table.name} held for the key at the record's own time (${humanDuration(join.history)} of history); ${join.left ? 'null' : 'dropped and counted'} where it held nothing`
    case 'table-table':
      return `joins with the newest value of the table ${join.table.name}; a change of either gives a new result`
    case 'stream-stream':
      return `pairs with the records of ${join.other.name} from ${humanDuration(join.before)} before to ${humanDuration(join.after)} after, late after another ${humanDuration(join.grace)}`
  }
}
