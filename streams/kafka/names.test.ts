import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { ApplicationNames, subjectOn } from './names.js'

const results = new Set(['mentions', 'trends'])
const shop = new ApplicationNames('shop', (topic) => results.has(topic))
const plain = new ApplicationNames('shop')

describe('the names of an application', () => {
  it('begin groups and what is its own, and leave what it shares', () => {
    expect(['posts', 'mentions', 'shop.x-repartition', 'shop.1-changelog'].map((name) => shop.topic(name))).toEqual([
      'posts',
      'shop-mentions',
      'shop-shop.x-repartition',
      'shop-shop.1-changelog',
    ])
    expect(plain.topic('mentions')).toBe('mentions')
    expect(shop.group('consumer-trends.1')).toBe('shop-consumer-trends.1')
    expect(shop.groupOf('other-consumer-trends.1')).toBeNull()
    expect(['posts-value', 'mentions-value'].map(subjectOn(shop))).toEqual(['posts-value', 'shop-mentions-value'])
  })

  it('are read back, and those of others are not taken for its own', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z.-]{0,20}$/), fc.boolean(), (name, isOwn) => {
        const names = new ApplicationNames('shop', () => isOwn)
        expect(names.topicOf(names.topic(name))).toBe(name)
        expect(names.groupOf(names.group(name))).toBe(name)
      }),
    )
    expect(['mentions', 'bakery-a.b-repartition', 'bakery-a.1-changelog'].map((name) => shop.topicOf(name))).toEqual([
      null,
      null,
      null,
    ])
    expect(shop.topicOf('posts')).toBe('posts')
  })
})
