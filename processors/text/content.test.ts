import { describe, expect, it } from '@jest/globals'
import { rawPosts } from '../../tests/verify/data.js'
import { random } from '../../tests/verify/random.js'
import { textSignature } from '../shifts/signal.js'
import { contentOf } from './content.js'

const texts = rawPosts(3_000).map(({ text }) => text)

describe('the content of a text', () => {
  it('is the same whatever links, names of users, hashtags, digits, marks, case and accents it has', () => {
    const content = contentOf('Prueben el ceviche de la esquina, está buenísimo', 'ana')
    for (const copy of [
      'RT @ana: prueben el CEVICHE de la esquina: esta buenisimo!!! https://t.co/x1',
      '@eva @leo Prueben el ceviche de la esquina, está buenísimo #promo 😋 20',
    ])
      expect(contentOf(copy, 'eva')).toBe(content)
  })

  it('of one or two words is the same for one author alone: whoever says no more copies nobody', () => {
    expect(contentOf('¡Ceviche!', 'ana')).toBe(contentOf('ceviche 2', 'ana'))
    expect(contentOf('¡Ceviche!', 'ana')).not.toBe(contentOf('¡Ceviche!', 'eva'))
    expect(contentOf('', 'ana')).toBe(contentOf('😋', 'ana'))
  })

  it('is that of most near-duplicates: copies of which each has another word changed', () => {
    const chance = random(3)
    const long = texts.filter((text) => text.split(/\s+/).length >= 14).slice(0, 40)
    let same = 0
    let all = 0
    for (const text of long) {
      const contents = new Map<number, number>()
      for (let copy = 0; copy < 20; copy++) {
        const words = text.split(/\s+/)
        words[chance.between(0, words.length - 1)] = chance.pick(['ahora', 'siempre', 'dicen', 'mira', 'increíble'])
        const content = contentOf(words.join(' '), `copy${copy}`)
        contents.set(content, (contents.get(content) ?? 0) + 1)
      }
      same += 20 - contents.size
      all += 19
    }
    expect(same / all).toBeGreaterThan(0.75)
  })

  it('is another for nearly all posts that are none', () => {
    // of texts that begin alike, as newspapers repeat theirs, one counts
    const distinct = [...new Map(texts.map((text) => [textSignature(text), text])).values()]
    expect(new Set(distinct.map((text) => contentOf(text, 'ana'))).size / distinct.length).toBeGreaterThan(0.95)
  })
})
