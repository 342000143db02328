import type { EngagementMetric } from '../engagement-metric.js'
import type { MetricText, Text } from './definition.js'
import { evaluate, type Formula, type Measures, measure, notationOf, over, sqlOf } from './formula.js'

/** Figures of a window of engagement that add up. */
const measures = [
  'interactions',
  'interactionsOpened',
  'views',
  'reach',
  'corrections',
  'viewedInteractions',
  'viewedViews',
  'reachedInteractions',
  'reachedReach',
  'followedInteractions',
  'followers',
  'timedInteractions',
  'observedMillis',
] as const satisfies readonly (keyof EngagementMetric)[]

export type EngagementMeasure = (typeof measures)[number]

/** An engagement metric: the only place where it is said. */
export interface EngagementDefinition extends MetricText {
  /** ClickHouse expression over rows of `pulso.engagement_latest` or `pulso.engagement_by_hour_view` of one term, region and author group; with followers, of one window. */
  readonly overEngagement: string
  /** The same from sums. */
  readonly of: (sums: Measures<EngagementMeasure>) => number | null
}

const sums = Object.fromEntries(measures.map((name) => [name, `sum(${name})`])) as Record<EngagementMeasure, string>
const grain: Text = {
  es: 'Término, región, grupo de autores y periodo',
  en: 'Term, region, author group and period',
}

type Said = Pick<MetricText, 'unit' | 'nullWhen' | 'label' | 'description'>

const defined = <Name extends string>(name: Name, formula: Formula<EngagementMeasure>, said: Said) => ({
  name,
  formula: notationOf(formula),
  grain,
  ...said,
  overEngagement: sqlOf(formula, sums),
  of: (values: Measures<EngagementMeasure>) => evaluate(formula, values),
})

const untold = (what: Text): Text => ({
  es: `Ninguna observación dice ${what.es}`,
  en: `No observation tells ${what.en}`,
})
const without = (what: Text): Text => ({
  es: `Ninguna observación dice ${what.es} junto con reacciones, o su suma no pasa de 0`,
  en: `No observation tells ${what.en} together with reactions, or their sum is not above 0`,
})

export const engagementDefinitions = {
  interactions: defined('interactions', measure('interactions'), {
    unit: 'count',
    nullWhen: untold({ es: 'reacciones dos veces', en: 'reactions twice' }),
    label: { es: 'Interacciones', en: 'Interactions' },
    description: {
      es: 'Me gusta, comentarios y compartidos ganados entre observaciones; lo que la plataforma retira se resta.',
      en: 'Likes, comments and shares gained between observations; what the platform takes back is subtracted.',
    },
  }),
  interactionsOpened: defined('interactionsOpened', measure('interactionsOpened'), {
    unit: 'count',
    nullWhen: untold({ es: 'reacciones por primera vez', en: 'reactions for the first time' }),
    label: { es: 'Interacciones anteriores', en: 'Interactions before' },
    description: {
      es: 'Lo que las publicaciones ya habían reunido cuando se observaron por primera vez.',
      en: 'What posts had gathered by the time when they were first observed.',
    },
  }),
  viewsGained: defined('viewsGained', measure('views'), {
    unit: 'count',
    nullWhen: untold({ es: 'vistas dos veces', en: 'views twice' }),
    label: { es: 'Vistas', en: 'Views' },
    description: { es: 'Vistas ganadas entre observaciones.', en: 'Views gained between observations.' },
  }),
  reachGained: defined('reachGained', measure('reach'), {
    unit: 'count',
    nullWhen: untold({ es: 'alcance dos veces', en: 'reach twice' }),
    label: { es: 'Alcance', en: 'Reach' },
    description: {
      es: 'Alcance ganado entre observaciones. Quien ve dos publicaciones cuenta dos veces.',
      en: 'Reach gained between observations. Who sees two posts counts twice.',
    },
  }),
  corrections: defined('corrections', measure('corrections'), {
    unit: 'count',
    nullWhen: null,
    label: { es: 'Correcciones', en: 'Corrections' },
    description: {
      es: 'Interacciones que las plataformas retiraron; ya restadas de las ganadas.',
      en: 'Interactions that platforms took back; already subtracted from those gained.',
    },
  }),
  engagementRateByViews: defined('engagementRateByViews', over(measure('viewedInteractions'), measure('viewedViews')), {
    unit: 'fraction',
    nullWhen: without({ es: 'vistas', en: 'views' }),
    label: { es: 'Interacción por vistas', en: 'Engagement rate by views' },
    description: {
      es: 'Interacciones por vista, ambas de las mismas publicaciones y el mismo tiempo.',
      en: 'Interactions a view, both of the same posts and the same time.',
    },
  }),
  engagementRateByReach: defined(
    'engagementRateByReach',
    over(measure('reachedInteractions'), measure('reachedReach')),
    {
      unit: 'fraction',
      nullWhen: without({ es: 'alcance', en: 'reach' }),
      label: { es: 'Interacción por alcance', en: 'Engagement rate by reach' },
      description: {
        es: 'Interacciones por persona alcanzada, ambas de las mismas publicaciones y el mismo tiempo.',
        en: 'Interactions a person reached, both of the same posts and the same time.',
      },
    },
  ),
  engagementRateByFollowers: defined(
    'engagementRateByFollowers',
    over(measure('followedInteractions'), measure('followers')),
    {
      unit: 'fraction',
      nullWhen: {
        es: 'Ninguna observación dice más de 0 seguidores',
        en: 'No observation tells followers above 0',
      },
      label: { es: 'Interacción por seguidores', en: 'Engagement rate by followers' },
      description: {
        es:
          'Interacciones por seguidor; los seguidores cuentan una vez por publicación y periodo: la media de lo que dicen sus ' +
          'observaciones. Donde son 0 tampoco cuentan las interacciones. Los de varias ventanas no se suman: de un periodo más largo se cuentan las observaciones.',
        en:
          'Interactions a follower; followers count once a post and period: the mean of what its observations tell. Where they ' +
          'are 0, interactions do not count either. Those of several windows are not added up: of a longer period the observations are counted.',
      },
    },
  ),
  velocity: defined('velocity', over(measure('timedInteractions'), measure('observedMillis'), 3_600_000), {
    unit: 'perHour',
    nullWhen: {
      es: 'No se conoce el tiempo entre observaciones comparables',
      en: 'The time between observations that can be compared is not known',
    },
    label: { es: 'Velocidad', en: 'Velocity' },
    description: {
      es: 'Interacciones por hora y publicación, en el tiempo observado.',
      en: 'Interactions an hour and post, in the time that was observed.',
    },
  }),
} as const satisfies Record<string, EngagementDefinition>

const ofRate = (rate: { readonly label: Text }): Text => ({
  es: `De «${rate.label.es}»; ninguna observación lo dice`,
  en: `Of “${rate.label.en}”; no observation tells it`,
})
const side = <Name extends EngagementMeasure>(name: Name, rate: { readonly label: Text }, es: string, en: string) =>
  defined(name, measure(name), {
    ...{ unit: 'count', nullWhen: ofRate(rate), label: { es, en } },
    description: {
      es: `Un lado de «${rate.label.es}», de las mismas publicaciones y el mismo tiempo que el otro.`,
      en: `One side of “${rate.label.en}”, of the same posts and the same time as the other.`,
    },
  })
const { engagementRateByViews, engagementRateByReach, engagementRateByFollowers } = engagementDefinitions

/** Both sides of each rate, and how many posts were observed: sentences tell them beside it. */
export const engagementSides = {
  viewedInteractions: side(
    'viewedInteractions',
    engagementRateByViews,
    'Interacciones con vistas',
    'Interactions with views',
  ),
  viewedViews: side('viewedViews', engagementRateByViews, 'Vistas con interacciones', 'Views with interactions'),
  reachedInteractions: side(
    'reachedInteractions',
    engagementRateByReach,
    'Interacciones con alcance',
    'Interactions with reach',
  ),
  reachedReach: side('reachedReach', engagementRateByReach, 'Alcance con interacciones', 'Reach with interactions'),
  followedInteractions: side(
    'followedInteractions',
    engagementRateByFollowers,
    'Interacciones con seguidores',
    'Interactions with followers',
  ),
  followers: side('followers', engagementRateByFollowers, 'Seguidores', 'Followers'),
} as const satisfies Record<string, EngagementDefinition>

/** How many posts were observed: no sum of windows. */
export const observedPosts: MetricText = {
  ...{ name: 'observedPosts', formula: '|{ post that was observed }|', unit: 'count', grain, nullWhen: null },
  label: { es: 'Publicaciones observadas', en: 'Posts observed' },
  description: {
    es: 'Publicaciones distintas que se observaron. No es la suma de las de cada ventana.',
    en: 'Distinct posts that were observed. Not the sum of those of each window.',
  },
}
