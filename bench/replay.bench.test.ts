import { expect, it } from '@jest/globals'
import { bench } from './replay.bench.js'

it('the benchmark of a replay reads all there is, at the first pass and at those that follow', async () => {
  const told = await bench(['--runs', '1', '--repeat', '2', '--posts', '300'])
  expect(told).toMatchObject({
    bench: 'replay',
    posts: 600,
    first_pass: { runs: [expect.any(Number)] },
    stages: { 'consumer-trends.1': { records: 600 }, 'emerging-words.1': { records: 600 } },
  })
  expect(told).toHaveProperty('finals', expect.any(Number))
})
