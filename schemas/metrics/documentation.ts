import type { MetricText, Unit } from './definition.js'
import { figures } from './places.js'

const units: Readonly<Record<Unit, string>> = {
  count: 'a number of things',
  fraction: 'a fraction',
  balance: 'from −1 to 1',
  balanceDifference: 'from −2 to 2',
  perHour: 'things an hour',
  perHundredThousand: 'things per 100,000 inhabitants',
  factor: 'how many times as much',
  probability: 'a probability',
  deviations: 'standard deviations',
  ofMeasure: 'as what is measured',
  verdict: 'one of the verdicts below',
  yesNo: 'yes or no',
  instant: 'an instant, in milliseconds since 1970',
}

/** What the page shows of a metric beside its text: the expressions that compute it. */
type Documented = MetricText & {
  readonly overTrends?: string | null
  readonly overAspects?: string | null
  readonly overMentions?: string
  readonly overEngagement?: string
  readonly overAnswers?: string | null
}

const sql = (over: string, expression: string | null | undefined): readonly string[] =>
  expression === undefined || expression === null ? [] : [`- over \`${over}\`: \`${expression}\``]

/** Where it stands: paths of answers by their places. */
function shownAt(name: string): readonly string[] {
  const places = Object.entries(figures).flatMap(([place, paths]) => {
    const own = Object.entries(paths).flatMap(([path, figure]) =>
      'metric' in figure && figure.metric === name ? [`\`${path}\``] : [],
    )
    return own.length === 0 ? [] : [`${place} ${own.join(', ')}`]
  })
  return places.length === 0 ? [] : [`- shown in: ${places.join('; ')}`]
}

/** The page on metrics, in Markdown. */
export function metricsPage(metrics: readonly Documented[]): string {
  const sections = metrics.map((metric) =>
    [
      `## ${metric.name}`,
      '',
      `**${metric.label.en}**: ${metric.description.en}`,
      '',
      `**${metric.label.es}**: ${metric.description.es}`,
      '',
      `- formula: ${metric.formula}`,
      `- unit: ${units[metric.unit]}`,
      `- one value for each: ${metric.grain.en.toLowerCase()}`,
      `- null: ${metric.nullWhen === null ? 'never' : metric.nullWhen.en.toLowerCase()}`,
      ...sql('terms_by_hour_view` or `trends_latest', metric.overTrends),
      ...sql('aspects_by_hour_view', metric.overAspects),
      ...sql('mentions', metric.overMentions),
      ...sql('engagement_latest', metric.overEngagement),
      ...sql('current_survey_answers', metric.overAnswers),
      ...Object.entries(metric.values ?? {}).map(([value, { en, es }]) => `- \`${value}\`: ${en}. ${es}.`),
      ...shownAt(metric.name),
    ].join('\n'),
  )
  return `# Metrics

<!-- Generated from schemas/metrics.ts: change the definitions there, then run npm run docs. -->

What each figure is, in the one place from which processors, tables, HTTP API and board have it. Names in a formula are sums over the windows, or the changes, that the metric is asked for; the SQL is for rows of one term and region (and author group) whose windows do not overlap. Of emerging words \`trends_latest\` has those windows alone in which at least five mentions of three authors hold one: their sums are a lower bound, those over \`terms_by_hour_view\` and \`mentions\` are not. A rate is null where a part of it is missing or its denominator is not above 0; it is never 0 for want of data. A figure that too few mentions would make says so in its formula, and is null there everywhere: in tables, API, board and Grafana.

${sections.join('\n\n')}
`
}
