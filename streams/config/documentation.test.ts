import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { settings } from '../config.js'
import { projectPath } from '../project.js'
import { configurationPage } from './documentation.js'

describe('the page on configuration', () => {
  it('is up to date: npm run docs makes it so', () => {
    const page = readFileSync(projectPath('docs/configuration.md'), 'utf8')
    expect(page).toBe(configurationPage(Object.values(settings), projectPath('')))
  })

  it('names every setting, without folders of the machine that made it', () => {
    const page = configurationPage(Object.values(settings), projectPath(''))
    for (const { env } of Object.values(settings)) expect(page).toContain(`| \`${env}\` |`)
    expect(page).not.toContain(projectPath(''))
  })
})
