import { it } from '@jest/globals'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { logContract } from './log.js'

if (whyNoBroker() === null) logContract('Kafka', () => kafkaPlace())
else it.skip('log contract: Kafka', () => undefined)
