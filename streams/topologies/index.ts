export { consumerTrends } from './consumer-trends.js'
export { emergingWords } from './emerging-words.js'
export { engagement } from './engagement.js'
export { engagementShifts } from './engagement-shifts.js'
