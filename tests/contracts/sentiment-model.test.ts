import { openRemoteTestModel, openTestModel } from '../support/sentiment.js'
import { sentimentModelContract } from './sentiment-model.js'

sentimentModelContract('the pool of workers', openTestModel)
sentimentModelContract('the pool seen through a port', openRemoteTestModel)
