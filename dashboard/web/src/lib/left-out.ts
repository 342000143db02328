import type { NotCompared } from '../../../../sinks/live/heard-sources.js'
import type { Format } from './format.js'
import type { Language, texts } from './texts.js'

/** That sources are not compared, and since when they are new or silent; nothing where all are. */
export function leftOut(sources: readonly NotCompared[], text: (typeof texts)[Language], format: Format): string {
  if (sources.length === 0) return ''
  const told = sources.map(
    ({ source, reason, since }) =>
      `${source} (${reason === 'new' ? text.heardSince : text.silentSince} ${format.instant(since)})`,
  )
  return `${text.notCompared}: ${told.join(', ')}.`
}
