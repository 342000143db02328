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
    kafka: { type: 'string', default: '4' },
  },
})
const { backend, kills, kafka } = values
if (backend !== 'embedded' && backend !== 'kafka')
  throw new Error(`"${backend}" is no backend that can be killed here: embedded and kafka are`)
if (kafka !== '3' && kafka !== '4')
  throw new Error(`"${kafka}" is no series of Kafka that can be started here: 3 and 4 are`)
await verification(values, Number(kills), async (options) =>
  backend === 'kafka' ? ClusterTrial.begin(options, kafka === '3' ? 3 : 4) : new EngineTrial(options),
)
