import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { projectPath } from '../project.js'
import { topologiesNamed } from './catalogue.js'

it('every topology there is stands in the page on configuration', () => {
  let known = ''
  try {
    topologiesNamed(['none'])
  } catch (error) {
    known = error instanceof Error ? error.message : ''
  }
  const names = known.split('there are ')[1]?.split(', ') ?? []
  expect(names.length).toBeGreaterThan(5)
  const row = readFileSync(projectPath('docs/configuration.md'), 'utf8')
    .split('\n')
    .find((line) => line.includes('`PULSO_TOPOLOGIES`'))
  for (const name of names) expect([name, row?.includes(`\`${name}\``)]).toEqual([name, true])
})
