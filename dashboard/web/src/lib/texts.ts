import type { BalanceDifference } from '../../../../schemas/balance-difference.js'
import type { EmergingVerdict, EmergingWindow } from '../../../../schemas/emerging-term.js'
import type { Change } from '../../../../schemas/growth.js'
import type { TermKind } from '../../../../schemas/mention.js'
import type { ShiftKind, ShiftMeasure, ShiftSeverity } from '../../../../schemas/shift.js'
import type { Phase } from '../../../../sinks/live/status.js'
import type { Span } from '../../../../sinks/live/view.js'
import type { Voice } from '../../../server/surveys.js'
import { en } from './texts-en.js'
import { es } from './texts-es.js'
import type { Page } from './view.svelte.js'

export type Language = 'es' | 'en'

/** Everything that the board says, in one language. */
export interface Texts {
  readonly tagline: string
  readonly phase: Readonly<Record<Phase, string>>
  readonly phaseHint: Readonly<Record<Phase, string>>
  readonly connecting: string
  readonly lost: string
  readonly lostHint: string
  readonly refused: string
  readonly retry: string
  readonly lastEvent: string
  readonly never: string
  readonly ahead: string
  readonly lag: string
  readonly upToDate: string
  readonly simulated: string
  readonly simulatedHint: string
  readonly backfill: string
  readonly backfillHint: string
  readonly language: string
  readonly theme: Readonly<Record<'system' | 'light' | 'dark', string>>
  readonly span: string
  readonly spans: Readonly<Record<Span, string>>
  readonly spanNames: Readonly<Record<Span, string>>
  readonly region: string
  readonly allRegions: string
  readonly search: string
  readonly searchHint: string
  readonly noTerms: string
  readonly clearTerm: string
  readonly all: string
  readonly against: string
  readonly before: string
  readonly noBefore: string
  readonly chart: string
  readonly chartHint: string
  readonly asTable: string
  readonly asChart: string
  readonly underWay: string
  readonly time: string
  readonly sentiment: Readonly<Record<'negative' | 'neutral' | 'positive', string>>
  readonly unscored: string
  readonly unsure: string
  readonly top: string
  readonly rising: string
  readonly risingHint: string
  readonly term: string
  readonly shape: string
  readonly share: string
  readonly mood: string
  readonly kinds: Readonly<Record<TermKind, string>>
  readonly allKinds: string
  readonly kindFilter: string
  readonly isNew: string
  readonly atLeast: string
  readonly few: string
  readonly fewHint: string
  readonly fewAnswers: string
  /** Choices of a question beyond those shown, after their number. */
  readonly partsLeftOut: string
  /** What explains a shift, by the word before the colon. */
  readonly causeKinds: Readonly<Record<string, string>>
  readonly oneAuthor: string
  readonly oneAuthorHint: string
  readonly nothingRising: string
  readonly nothingRisingHint: string
  readonly empty: string
  readonly emptyHint: string
  readonly latest: string
  readonly behind: string
  readonly seeSeries: string
  readonly close: string
  readonly more: string
  readonly open: string
  readonly noPosts: string
  readonly failed: string
  readonly repost: string
  readonly review: string
  readonly definitions: string
  readonly definitionsTitle: string
  readonly noValue: string
  readonly fates: Readonly<Record<'forwarded' | 'late' | 'dropped' | 'deadLettered', string>>
  readonly fatesTitle: string
  readonly api: string
  readonly limaTime: string
  readonly model: string
  readonly noModel: string
  readonly skip: string
  readonly shifts: string
  readonly shiftsHint: string
  readonly shiftKinds: Readonly<Record<ShiftKind, string>>
  readonly measures: Readonly<Record<ShiftMeasure, string>>
  readonly severities: Readonly<Record<ShiftSeverity, string>>
  readonly everything: string
  readonly openSince: string
  readonly pushed: string
  readonly pushedShare: string
  readonly organic: string
  readonly pushedHint: string
  readonly emerging: string
  readonly emergingHint: string
  readonly emergingVerdicts: Readonly<Record<EmergingVerdict, string>>
  readonly emergingWindows: Readonly<Record<EmergingWindow, string>>
  readonly emergingAlso: string
  readonly emergingPosts: string
  readonly emergingAuthors: string
  readonly topAuthors: string
  readonly pages: Readonly<Record<Page, string>>
  readonly board: string
  readonly noBoard: string
  readonly newBoard: string
  readonly editBoard: string
  readonly boardName: string
  readonly boardNameHint: string
  readonly boardTerms: string
  readonly boardTermsHint: string
  readonly boardRegions: string
  readonly boardRegionsHint: string
  readonly boardSources: string
  readonly boardSourcesHint: string
  readonly boardSpan: string
  readonly boardSpanHint: string
  readonly save: string
  readonly remove: string
  readonly removeSure: string
  readonly conflict: string
  readonly forbidden: string
  readonly take: string
  readonly watches: string
  readonly compare: string
  readonly compareHint: string
  readonly compareBy: Readonly<Record<'terms' | 'regions' | 'sources' | 'aspects', string>>
  readonly aspectsHint: string
  readonly change: string
  readonly verdicts: Readonly<Record<Change['verdict'], string>>
  readonly turns: Readonly<Record<BalanceDifference['verdict'], string>>
  readonly turnHint: string
  readonly interval: string
  readonly unknownRegion: string
  readonly tooFewScored: string
  readonly ofTerm: string
  readonly ofWhole: Readonly<Record<'regions' | 'sources' | 'aspects', string>>
  readonly insights: string
  readonly insightHint: string
  /** Before the period that is held against the one before it. */
  readonly compared: string
  /** Sources that are left out of what is compared, and why. */
  readonly notCompared: string
  readonly storeBegins: string
  readonly heardSince: string
  readonly silentSince: string
  /** Of one that was heard again: from when, and until when. */
  readonly silentFrom: string
  readonly silentUntil: string
  /** Behind the part of a figure that is of the sources heard in both periods. */
  readonly sameSources: string
  readonly insightTitle: string
  readonly proof: string
  readonly proofHint: string
  readonly digest: string
  readonly surveysHint: string
  readonly noSurveys: string
  readonly noSurveysHint: string
  readonly people: string
  readonly effective: string
  readonly mean: string
  readonly voicesTitle: string
  readonly voices: Readonly<Record<Voice['voice'], string>>
}

export const texts: Readonly<Record<Language, Texts>> = { es, en }
