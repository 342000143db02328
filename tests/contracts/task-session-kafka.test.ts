import { it } from '@jest/globals'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { scratchFolder } from '../support/scratch.js'
import { taskSessionContract } from './task-session.js'

/** With state on disk. */
async function onDisk() {
  const scratch = scratchFolder()
  const place = await kafkaPlace({ stateDir: scratch.dir })
  return {
    ...place,
    remove: async () => {
      await place.remove()
      scratch.remove()
    },
  }
}

if (whyNoBroker() === null) {
  taskSessionContract('Kafka, state in memory', () => kafkaPlace())
  taskSessionContract('Kafka, state on disk', onDisk)
} else it.skip('task session contract: Kafka', () => undefined)
