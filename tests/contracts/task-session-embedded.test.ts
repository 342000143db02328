import { embeddedPlace } from '../support/embedded-place.js'
import { taskSessionContract } from './task-session.js'

taskSessionContract('LMDB', () => embeddedPlace())
