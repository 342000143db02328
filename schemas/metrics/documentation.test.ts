import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../../streams/project.js'
import { registry } from '../metrics.js'
import { metricsPage } from './documentation.js'

describe('the page on metrics', () => {
  it('is up to date: npm run docs makes it so', () => {
    expect(readFileSync(projectPath('docs/metrics.md'), 'utf8')).toBe(metricsPage(Object.values(registry)))
  })

  it('says each metric in both languages, with a formula', () => {
    for (const [name, metric] of Object.entries(registry)) {
      expect(metric.name).toBe(name)
      for (const text of [metric.label, metric.description, metric.grain]) {
        expect([text.es, text.en].every((each) => each.trim() !== '')).toBe(true)
        expect(Object.keys(text).sort()).toEqual(['en', 'es'])
      }
      expect(metric.formula).not.toBe('')
    }
  })
})
