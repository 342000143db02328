import { it } from '@jest/globals'
import { ApplicationNames } from '../../streams/kafka/names.js'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { logContract } from './log.js'

if (whyNoBroker() === null) {
  logContract('Kafka', () => kafkaPlace())
  logContract('Kafka, where all topics are of one application', () =>
    kafkaPlace({ names: new ApplicationNames('an-application', () => true) }),
  )
} else it.skip('log contract: Kafka', () => undefined)
