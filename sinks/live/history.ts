import type { Hearing } from '../../schemas/known-past.js'
import type { AsOf } from './as-of.js'
import type { TrendCell } from './cube.js'
import type { BoardFilter } from './filter.js'
import type { TwoPeriods } from './heard-sources.js'
import type { LeftOut } from './one-author.js'
import type { BoardPost } from './posts.js'
import type { HeldAgainst } from './said-of-terms.js'
import type { Layout, Range, View } from './view.js'

/** What a board shows of the past: asked from the analytics store when a channel opens. */
export interface History {
  /** Start of the earliest minute with a mention; null when there is none. */
  beginning(): Promise<number | null>
  /** Of each source whether it was heard in both periods; of those that are named, or of all. */
  hearings(sources: readonly string[], periods: TwoPeriods): Promise<ReadonlyMap<string, Hearing>>
  /** The first mention that there is, where it is of after the beginning of the earlier period; else null. */
  storeBegins(periods: TwoPeriods): Promise<number | null>
  /** The newest revision of every window of the region that starts within the range; with a filter as they count now. */
  cells(
    window: Layout['window'],
    region: string,
    range: Range,
    filter: BoardFilter | null,
  ): Promise<readonly TrendCell[]>
  /** The windows of the words that are emerging from `since` on, as they count now; they are among `cells` without a filter. */
  words(
    window: Layout['window'],
    region: string,
    range: Range & { readonly since: number },
  ): Promise<readonly TrendCell[]>
  /** The newest posts of the view within the range, newest first. */
  posts(view: View, range: Range, limit: number, filter: BoardFilter | null): Promise<readonly BoardPost[]>
  /** Distinct authors within the range, by term key; all mentions under `allKey`. */
  authors(
    region: string,
    range: Range & { readonly asOf?: AsOf },
    terms: readonly { readonly term: string; readonly kind: string }[],
    filter: BoardFilter | null,
  ): Promise<ReadonlyMap<string, number>>
  /** The authors without whom growths of the terms are to be looked at again, with what they said of each and in all. */
  leftOut(
    terms: readonly { readonly term: string; readonly kind: string }[],
    held: HeldAgainst,
  ): Promise<readonly LeftOut[]>
}
