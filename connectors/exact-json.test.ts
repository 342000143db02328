import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseExactly } from './exact-json.js'

describe('JSON of others', () => {
  it('keeps every digit of a whole number that JavaScript cannot hold', () => {
    expect(parseExactly('{"id":1399920623816785923,"in":[ -1399920623816785924,7, 9007199254740993]}')).toEqual({
      id: '1399920623816785923',
      in: ['-1399920623816785924', 7, '9007199254740993'],
    })
  })

  it('keeps numbers that it can hold, fractions and what stands in texts', () => {
    const text = String.raw`{"id":1399920623816785923,"most":9007199254740991,"a":0.12345678901234567,"b":1234567890123456789e2,"c":-1234567890123456.5,"text":"say \"id\": 1399920623816785923, \\","next":1e400}`
    expect(parseExactly(text)).toEqual({ ...JSON.parse(text), id: '1399920623816785923' })
  })

  it('is otherwise read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        fc.pre(!/(?<![.\d])\d{16}/.test(text))
        const beside = `{"id": 1399920623816785923,"value":${text}}`
        const { value }: { value: unknown } = JSON.parse(beside)
        expect(parseExactly(beside)).toEqual({ id: '1399920623816785923', value })
      }),
    )
    expect(() => parseExactly('{"id":1399920623816785923')).toThrow(SyntaxError)
  })
})
