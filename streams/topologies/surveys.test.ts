import { beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readSchemas } from '../../schemas/files.js'
import { createSerdes, type RegisteredSerdes } from '../../schemas/serdes.js'
import type { Survey } from '../../schemas/survey.js'
import { deadLetters, deletions, publicTopics, surveyAnswers, surveys as surveysTopic } from '../../schemas/topics.js'
import { memoryRegistry } from '../../tests/support/memory-registry.js'
import { anAnswer } from '../../tests/support/records.js'
import { choices } from '../engine/testing/choices.js'
import { TopologyTestDriver } from '../engine/testing/topology-test-driver.js'
import { projectPath } from '../project.js'
import { surveys } from './index.js'

const noon = Date.UTC(2024, 2, 1, 17)
const score = {
  label: 'positive',
  confidence: 0.75,
  scores: [0.125, 0.125, 0.75],
  sure: true,
  model: 'test@1',
  aspects: [{ aspect: 'service', label: 'negative', confidence: 0.5 }],
} as const

let serdes: RegisteredSerdes
beforeAll(async () => {
  serdes = await createSerdes(memoryRegistry(), readSchemas(projectPath('schemas')), publicTopics)
})

function aDriver(partitions = 1) {
  const driver = new TopologyTestDriver(surveys, {
    ...{ serdes, partitions, settings: { bufferedRecords: 1_000 }, now: noon },
    services: { sentiment: (items) => items.map(() => ({ kind: 'ok' as const, value: score })) },
  })
  const answer = (fields: Partial<Survey>, timestamp = fields.editedAt ?? noon) => {
    const value = anAnswer({ answeredAt: noon, ...fields })
    driver.pipe(surveysTopic, { key: value.answerId, value, timestamp: timestamp ?? noon })
  }
  const told = () => driver.read(surveyAnswers).map(({ value }) => value)
  return { driver, answer, told }
}

describe('answers to surveys', () => {
  it('in words get terms, language, sentiment and aspects; choices and numbers are taken as they are', () => {
    const { answer, told } = aDriver()
    answer({ answerId: 'a', kind: 'open', choices: [], text: 'El ceviche estuvo riquísimo, pero la espera fue larga' })
    answer({ answerId: 'b', kind: 'multiple', choices: ['causa', 'ceviche', 'causa'], region: '150101', weight: 2.5 })
    answer({ answerId: 'c', kind: 'scale', choices: ['4'] })
    expect(told()).toEqual([
      expect.objectContaining({
        ...{
          answerId: 'a',
          terms: [{ term: 'ceviche', kind: 'dish' }],
          sentiment: 'positive',
          aspects: [{ aspect: 'service', label: 'negative', confidence: 0.5 }],
          language: 'es',
          weight: 1,
        },
      }),
      expect.objectContaining({
        answerId: 'b',
        choices: ['causa', 'ceviche'],
        region: '15',
        weight: 2.5,
        sentiment: null,
        aspects: [],
      }),
      expect.objectContaining({ answerId: 'c', score: 4, text: null }),
    ])
  })

  it('that are changed take back what stood, and are gone once deleted', () => {
    const { driver, answer, told } = aDriver()
    answer({})
    answer({})
    answer({ choices: ['causa'], editedAt: noon + 2 })
    answer({ choices: ['juane'], editedAt: noon + 1 })
    answer({})
    driver.pipe(deletions, {
      key: 's1:r1:q1',
      value: { id: 's1:r1:q1', deletedAt: noon + 3, reason: null },
      timestamp: noon + 3,
    })
    driver.run()
    answer({ choices: ['juane'], editedAt: noon + 4 })
    expect(told().map(({ sign, revision, choices: [choice] }) => [sign, revision, choice])).toEqual([
      [1, 1, 'ceviche'],
      [-1, 1, 'ceviche'],
      [1, 2, 'causa'],
      [-1, 2, 'causa'],
    ])
  })

  it('that are none become dead letters, which say why', () => {
    const { driver, answer } = aDriver()
    answer({ answerId: 'a', kind: 'open', choices: [], text: ' ' })
    answer({ answerId: 'b', kind: 'single', choices: ['x', 'y'] })
    answer({ answerId: 'c', kind: 'scale', choices: ['mucho'] })
    answer({ answerId: 'd', weight: 0 })
    answer({ answerId: 'e', answeredAt: noon + 5 })
    driver.pipe(surveysTopic, { key: 'other', value: anAnswer({ answerId: 'f' }), timestamp: noon })
    const letters = driver.read(deadLetters).map(({ value: { reason, detail } }) => `${reason}: ${detail}`)
    expect(letters).toHaveLength(6)
    for (const says of [
      /in words/,
      /expected one/,
      /a number for a scale/,
      /above 0/,
      /before it is answered/,
      /the key/,
    ])
      expect(letters).toContainEqual(expect.stringMatching(says))
  })

  it('come to the same in any batches, over any number of partitions and after crashes', () => {
    const versions = fc.record({
      person: fc.integer({ min: 1, max: 5 }),
      choice: fc.constantFrom('ceviche', 'causa', 'juane'),
      edit: fc.integer({ min: 0, max: 6 }),
    })
    fc.assert(
      fc.property(fc.array(versions, { maxLength: 25 }), fc.integer({ min: 1, max: 1e6 }), (given, seed) => {
        const standing = (partitions: number, choose: ((count: number) => number) | null) => {
          const { driver, answer, told } = aDriver(partitions)
          for (const { person, choice, edit } of given) {
            answer({ answerId: `r${person}`, choices: [choice], editedAt: edit === 0 ? null : noon + edit })
            if (choose === null) continue
            for (let steps = choose(4); steps > 0; steps -= 1) driver.step()
            if (choose(5) === 0) driver.crash()
          }
          const sums = new Map<string, number>()
          for (const {
            answerId,
            choices: [choice],
            sign,
          } of told())
            sums.set(`${answerId} ${choice}`, (sums.get(`${answerId} ${choice}`) ?? 0) + sign)
          return [...sums].filter(([, sum]) => sum !== 0).sort()
        }
        expect(standing(3, choices(seed))).toEqual(standing(1, null))
      }),
      { numRuns: 20 },
    )
  })
})
