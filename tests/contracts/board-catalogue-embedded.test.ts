import { embeddedPlace } from '../support/embedded-place.js'
import { boardCatalogueContract } from './board-catalogue.js'

boardCatalogueContract('boards in LMDB', () => embeddedPlace())
