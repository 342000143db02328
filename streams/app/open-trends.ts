import type { OpenTrends } from '../../dashboard/server/options.js'
import { trendKey } from '../../processors/contribution.js'
import { wordTrend } from '../../processors/emerging-words.js'
import { trend } from '../../processors/trend.js'
import type { Trend, TrendTermKind } from '../../schemas/trend.js'
import { partitionFor } from '../engine/partitioner.js'
import type { Stage } from '../engine/stage.js'
import { encodeUtf8 } from '../engine/utf8.js'
import type { OpenWindow, WindowsStep } from '../engine/windowing/open-windows.js'
import { askOwner, type Owners } from './owners.js'
import { hasWindows } from './state-answers.js'

export interface TrendPlace {
  readonly term: string
  readonly kind: TrendTermKind
  /** Ubigeo of a department; `*` is all of them. */
  readonly region: string
}

/**
 * Asks the task that counts a term in a region for the windows that are not closed yet, as its latest commit left them.
 * Words are counted for all regions alone, and by their text.
 */
export async function openTrendsOf({ term, kind, region }: TrendPlace, owners: Owners): Promise<OpenTrends> {
  const isWord = kind === 'word'
  if (isWord && region !== '*') return { kind: 'open', windows: [] }
  const { stages, partitionsOf } = owners.foundation
  const name = isWord ? wordTrend.name : trend.name
  for (const stage of stages) {
    const step = stepOf(stage, name)
    const [input] = stage.inputs
    if (step === null || input === undefined) continue
    const key = isWord ? term : trendKey(term, kind, region)
    const partition = isWord ? 0 : partitionFor(encodeUtf8(key), partitionsOf(input.topic.name))
    const answer = await askOwner({ stage, partition }, { kind: 'open-windows', step: step.name, key }, owners)
    if (answer.kind === 'absent') return { kind: 'open', windows: [] }
    if (answer.kind !== 'found') return answer
    // The thread is an edge: these are results of the aggregate.
    return { kind: 'open', windows: (answer.value as readonly OpenWindow<Trend>[]).map(({ result }) => result) }
  }
  return { kind: 'not-run' }
}

/** The step that aggregates so; null where the stage has none. */
function stepOf({ steps }: Stage, aggregate: string): WindowsStep | null {
  for (const step of steps) if (hasWindows(step) && step.aggregate.name === aggregate) return step
  return null
}
