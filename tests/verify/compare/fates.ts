import { type Compared, RowComparison } from '../comparison.js'
import type { Counts } from '../oracle/fates.js'
import type { Expected } from '../oracle/oracle.js'

/** What each stage says that became of the records that it read. Counters of one process: they begin at zero with it. */
export function compareFates(
  found: ReadonlyMap<string, number>,
  { stages, changes, deadLetters, late }: Expected,
): Compared {
  const expected = new Map<string, number>()
  const expect = (name: string, labels: string, count: number) => {
    if (count > 0) expected.set(`pulso_records_${name}_total{${labels}}`, count)
  }
  const ofCounts = (stage: string, counts: Counts) => {
    for (const [name, field] of [
      ['read', 'read'],
      ['forwarded', 'forwarded'],
      ['late', 'late'],
      ['partly_late', 'partlyLate'],
    ] as const)
      expect(name, `stage="${stage}"`, counts[field])
    for (const [reason, count] of counts.dropped) expect('dropped', `stage="${stage}",reason="${reason}"`, count)
    for (const [reason, count] of counts.deadLettered)
      expect('dead_lettered', `stage="${stage}",reason="${reason}"`, count)
  }
  for (const [stage, counts] of stages) {
    ofCounts(stage, counts)
    expect('written', `stage="${stage}",topic="late"`, late.filter((each) => each.stage === stage).length)
  }
  expect('written', 'stage="consumer-trends.1",topic="mentions"', changes.length)
  expect('written', 'stage="consumer-trends.1",topic="dead-letters"', deadLetters.length)
  const rows = new RowComparison('counters of fates', ['count'], expected, (count) => [count])
  for (const [name, count] of found) {
    const compared = !name.startsWith('pulso_records_written') || expected.has(name)
    if (count > 0 && compared) rows.take(name, [count])
  }
  return rows.end()
}
