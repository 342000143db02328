import type { SentimentModelStatus } from './sentiment-model.js'

/** The status of a model, with the counts of others that work beside it. */
export function statusWith(own: SentimentModelStatus, others: readonly SentimentModelStatus[]): SentimentModelStatus {
  const sum = (of: (status: SentimentModelStatus) => number): number =>
    others.reduce((total, status) => total + of(status), of(own))
  return {
    ...own,
    workers: sum(({ workers }) => workers),
    waiting: sum(({ waiting }) => waiting),
    cached: sum(({ cached }) => cached),
    scored: sum(({ scored }) => scored),
    failed: sum(({ failed }) => failed),
    repeated: sum(({ repeated }) => repeated),
    runs: sum(({ runs }) => runs),
    tokens: sum(({ tokens }) => tokens),
    restarts: sum(({ restarts }) => restarts),
  }
}
