import { embeddedPlace } from '../support/embedded-place.js'
import { logContract } from './log.js'

logContract('LMDB', () => embeddedPlace())
logContract('LMDB that waits for the disk', () => embeddedPlace({ sync: 'disk' }))
