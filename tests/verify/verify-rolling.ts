import { parseArgs } from 'node:util'
import { RollingTrial, workers } from './rolling/rolling-trial.js'
import { commonOptions, verification } from './verification.js'

/** `npm run verify:rolling`: brings workers to a next version one by one while they are fed, then compares everything. */
const { values } = parseArgs({ options: commonOptions })
await verification(values, workers, (options) => RollingTrial.begin(options))
