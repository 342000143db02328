import { parseArgs } from 'node:util'
import { ClusterTrial } from './cluster/cluster-trial.js'
import { EngineTrial } from './engine-trial.js'
import { commonOptions, verification } from './verification.js'

/** `npm run verify:crash`: breaks what works while it is fed, then compares everything that it wrote. */
const { values } = parseArgs({
  options: {
    ...commonOptions,
    backend: { type: 'string', default: 'embedded' },
    kills: { type: 'string', default: '100' },
  },
})
const { backend, kills } = values
if (backend !== 'embedded' && backend !== 'kafka')
  throw new Error(`"${backend}" is no backend that can be killed here: embedded and kafka are`)
await verification(values, Number(kills), async (options) =>
  backend === 'kafka' ? ClusterTrial.begin(options) : new EngineTrial(options),
)
