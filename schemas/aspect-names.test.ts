import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { projectPath } from '../streams/project.js'
import { aspectNames, nameOfAspect } from './aspect-names.js'

describe('the names of aspects', () => {
  it('are there for each aspect that ships', () => {
    const { aspects }: { readonly aspects: readonly { readonly aspect: string }[] } = JSON.parse(
      readFileSync(projectPath('processors/data/aspects.json'), 'utf8'),
    )
    expect(Object.keys(aspectNames).sort()).toEqual(aspects.map(({ aspect }) => aspect).sort())
  })

  it('of one that another model knows are what it calls it', () => {
    expect(nameOfAspect('constructor').label).toEqual({ es: 'constructor', en: 'constructor' })
    expect(nameOfAspect('music').spoken).toEqual({ es: '«music»', en: '“music”' })
    expect(nameOfAspect('service').label).toEqual({ es: 'Atención', en: 'Service' })
  })
})
