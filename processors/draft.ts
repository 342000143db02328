import type { Mention } from '../schemas/mention.js'
import type { Timestamp } from '../streams/engine/time.js'

/** What a record of posts, reviews or deletions means for mentions, before it meets what was there. */
export type Draft =
  | {
      readonly kind: 'published'
      /** Revision 1 and sign 1: what it would be if it were the first. */
      readonly mention: Mention
      /** When this version was written; null for what was never edited. */
      readonly editedAt: Timestamp | null
    }
  | { readonly kind: 'deleted'; readonly id: string; readonly deletedAt: Timestamp }
