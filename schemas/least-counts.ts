/** Terms with fewer mentions in the current span are not called rising. */
export const leastMentions = 5
/**
 * Things with fewer mentions in both spans together are not tested. It must not be told from one of the spans: of what
 * has few mentions in all, those that have most of them in one span would be chosen for it.
 */
export const leastTested = 2 * leastMentions
/** Below this many mentions in both spans together the board warns. */
export const fewMentions = 30
