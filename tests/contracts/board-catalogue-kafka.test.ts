import { describe, it } from '@jest/globals'
import { kafkaPlace } from '../support/kafka/place.js'
import { whyNoBroker } from '../support/kafka/shared.js'
import { boardCatalogueContract } from './board-catalogue.js'

if (whyNoBroker() === null) boardCatalogueContract('boards on Kafka', () => kafkaPlace())
else describe.skip('boards on Kafka', () => it('need a broker', () => {}))
