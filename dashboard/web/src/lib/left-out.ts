import type { ComparedSources } from '../../../../sinks/live/heard-sources.js'
import type { Format } from './format.js'
import type { Language, texts } from './texts.js'

/** Why nothing, or not all, is compared: how old what is kept is, and which sources are new or silent since when; nothing where all is. */
export function leftOut(
  { notCompared, storeBegins }: Pick<ComparedSources, 'notCompared' | 'storeBegins'>,
  text: (typeof texts)[Language],
  format: Format,
): string {
  // what is heard since the store begins is not new for that
  const apart = notCompared.filter(({ reason }) => storeBegins === null || reason === 'silent')
  const told = apart.map(({ source, reason, since, until }) => {
    const begins = format.instant(since)
    if (reason === 'new') return `${source} (${text.heardSince} ${begins})`
    // one that was heard again is not silent any more
    return until === null
      ? `${source} (${text.silentSince} ${begins})`
      : `${source} (${text.silentFrom} ${begins} ${text.silentUntil} ${format.instant(until)})`
  })
  return [
    ...(storeBegins === null ? [] : [`${text.storeBegins} ${format.instant(storeBegins)}.`]),
    ...(told.length === 0 ? [] : [`${text.notCompared}: ${told.join(', ')}.`]),
  ].join(' ')
}
