import { describe, expect, it } from '@jest/globals'
import { saidIn } from './sentences.js'
import { causeOf, headOf, kindOf, pushedOf } from './shift-words.js'

describe('a shift in words', () => {
  it('is a fall where less is seen than was expected, and a rise where more is', () => {
    for (const shift of ['drop', 'level', 'drift', 'turn'] as const) {
      expect(kindOf({ shift }, -0.4).en).toMatch(/drop|lower|fall|worse/)
      expect(kindOf({ shift }, -0.4).es).toMatch(/caída|más bajo|bajada|peor/)
      expect(kindOf({ shift }, 0.4).en).not.toEqual(kindOf({ shift }, -0.4).en)
    }
    expect(kindOf({ shift: 'spike' }, 2)).toEqual({ es: 'un pico', en: 'a spike' })
  })

  it('is of a source that is called one, a term, a region or everything', () => {
    const of = (term: string, source: string | null, region: string) => headOf({ term, source, region }).en
    expect(of('*', 'beta', '*')).toBe('In the source “beta”')
    expect(of('beta', null, '*')).toBe('Of “beta”')
    expect(of('beta', null, '08')).toBe('Of “beta” (Cusco)')
    expect([of('*', null, '*'), of('*', null, '08')]).toEqual(['Overall', 'In Cusco'])
  })

  it('is organic, pushed or in part so by the limits of the documentation, and neither where it is not known', () => {
    const said = saidIn('en-GB')
    expect(pushedOf(said, 0.35).en).toContain('organic')
    expect(pushedOf(said, 0.4).en).toContain('pushed in part')
    expect(pushedOf(said, 0.5).en).toContain('It is pushed:')
    expect(pushedOf(said, null)).toEqual({ es: '', en: '' })
  })

  it('is due to one account that is not named, to what is missing, or goes with another term', () => {
    expect(causeOf({ cause: 'author:a:b', measure: 'mentions' }, 1).en).toBe(' It is due above all to one account.')
    expect(causeOf({ cause: 'region:08', measure: 'authors' }, -0.5).en).toBe(' Missing most: what is said in Cusco.')
    expect(causeOf({ cause: 'causa', measure: 'netSentiment' }, -0.5).es).toContain('se mueve ante todo «causa»')
    expect(causeOf({ cause: '', measure: 'mentions' }, 1)).toEqual({ es: '', en: '' })
  })
})
