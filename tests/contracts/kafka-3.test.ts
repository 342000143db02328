import { it } from '@jest/globals'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { logContract } from './log.js'
import { taskSessionContract } from './task-session.js'

if (whyNoBroker(3) === null) {
  logContract('Kafka 3', () => kafkaPlace({}, 3))
  taskSessionContract('Kafka 3', () => kafkaPlace({}, 3))
} else it.skip('log and task session contracts: Kafka 3', () => undefined)
