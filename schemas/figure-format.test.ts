import { describe, expect, it } from '@jest/globals'
import { figureFormat } from './figure-format.js'
import { registry } from './metrics.js'

describe('figures', () => {
  it.each(['es-PE', 'en-GB'] as const)(
    'are written in one way in %s: a point before decimals, commas between thousands',
    (locale) => {
      const said = figureFormat(locale)
      expect([1_234, 11_699, 1_234_567].map(said.count)).toEqual(['1,234', '11,699', '1,234,567'])
      expect([said.significant(0.2841), said.significant(1_234.5)]).toEqual(['0.284', '1,230'])
      expect([said.balance(-0.314), said.balance(0.05), said.balance(0)]).toEqual(['−0.31', '+0.05', '0.00'])
      expect([said.percent(0.137), said.change(-0.12), said.change(12)]).toEqual(['14%', '−12%', '+1,200%'])
      expect([said.factor(2.43), said.factor(1_250)]).toEqual(['×2.4', '×1,300'])
      expect([1, 1.046, 0.957, 1.12].map(said.factor)).toEqual(['×1', '×1.05', '×0.96', '×1.1'])
      expect([said.probability(0.0123), said.probability(1e-12)]).toEqual(['p = 0.012', 'p < 0.0001'])
    },
  )

  it('within the names of metrics are written so, too', () => {
    for (const { label, description } of Object.values(registry))
      for (const text of [label, description].flatMap(({ es, en }) => [es, en]))
        expect(text).not.toMatch(/\d[\s\u202f]\d{3}/)
    expect(registry['perHundredThousand']?.label.es).toContain(figureFormat('es-PE').count(100_000))
  })
})
