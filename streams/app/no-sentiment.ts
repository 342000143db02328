import type { BatchService } from '../engine/ports/batch.js'

/** Answers when sentiment is switched off: no text has a score. */
export const noSentiment: BatchService<string, never> = {
  name: 'sentiment',
  call: async (texts) => texts.map(() => ({ kind: 'failed', reason: 'sentiment is switched off' })),
}
