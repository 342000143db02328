import { readFileSync } from 'node:fs'
import { projectPath } from '../project.js'

/** Version of this program, as in package.json. */
export const version: string = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')).version
