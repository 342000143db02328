import { describe, expect, it } from '@jest/globals'
import { mapLabels } from './labels.js'

const named = (...names: string[]): Record<string, string> => Object.fromEntries(names.entries())

describe('labels of a classifier', () => {
  it.each([
    [named('negative', 'neutral', 'positive'), [0, 1, 2]],
    [named('LABEL_0', 'LABEL_1', 'LABEL_2'), [0, 1, 2]],
    [named('LABEL_0', 'LABEL_1'), [0, 2]],
    [named('POS', 'NEU', 'NEG'), [2, 1, 0]],
    [named('NEGATIVE', 'POSITIVE'), [0, 2]],
    [named('negativo', 'neutro', 'positivo'), [0, 1, 2]],
    [named('1 star', '2 stars', '3 stars', '4 stars', '5 stars'), [0, 0, 1, 2, 2]],
    [named('Very Negative', 'Negative', 'Neutral', 'Positive', 'Very Positive'), [0, 0, 1, 2, 2]],
  ])('%j are understood', (id2label, map) => {
    expect(mapLabels(id2label, 'config.json')).toEqual(map)
  })

  it.each([
    [named('joy', 'anger'), /output 0 of config.json is called "joy", which is no sentiment; name each output/],
    [named('LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3'), /LABEL_0/],
    [named('neutral', 'positive'), /no output of config.json is negative/],
    [{ '1': 'negative', '2': 'positive' }, /none for output 0/],
    [{}, /no output of config.json is negative/],
  ])('%j are refused with the remedy', (id2label, message) => {
    expect(() => mapLabels(id2label, 'config.json')).toThrow(message)
  })
})
