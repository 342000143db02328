import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Serving, startServer } from '../../tests/support/serving.js'
import { noTables } from './no-tables.js'

describe('a worker that was given no tables', () => {
  let serving: Serving
  beforeAll(async () => {
    serving = await startServer(noTables, Date.UTC(2025, 2, 12, 17))
  })
  afterAll(() => serving.close())

  it.each(['/api/v1/terms/top', '/api/v1/trends', '/api/v1/posts?span=7d', '/api/v1/terms?search=ceviche'])(
    'says of %s that another one has them, and takes it for no failure of its own',
    async (path) => {
      const answer = await fetch(serving.url + path)
      expect(answer.status).toBe(421)
      expect(await answer.json()).toMatchObject({
        type: 'urn:pulso:problem:no-tables',
        remedy: expect.stringContaining('PULSO_TABLES'),
      })
      expect(serving.errors).toEqual([])
    },
  )
})
