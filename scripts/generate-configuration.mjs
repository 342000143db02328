// Writes docs/configuration.md from the settings of streams/config.ts: npm run docs
import { writeFileSync } from 'node:fs'
import { configurationPage } from '../dist/streams/config/documentation.js'
import { settings } from '../dist/streams/config.js'
import { projectPath } from '../dist/streams/project.js'

writeFileSync(projectPath('docs/configuration.md'), configurationPage(Object.values(settings), projectPath('')))
