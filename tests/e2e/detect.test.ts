import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from '@jest/globals'
import { linesOf, pulso } from '../support/command.js'
import { scratchFolder } from '../support/scratch.js'

const scratch = scratchFolder()
afterAll(() => scratch.remove())

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(scratch.dir, name)
  writeFileSync(path, content)
  return path
}
const run = (...args: readonly string[]) => pulso(scratch.dir, ['detect', ...args])
const burst = Array.from({ length: 600 }, (_, row) => (row === 500 || row === 501 ? 80 : 5 + (row % 3)))

describe('pulso detect', () => {
  it('writes a row for each row, whatever way the time is written, plain or gzipped', async () => {
    const at = (row: number) => Date.UTC(2024, 2, 1) + row * 300_000
    const ways: readonly ((row: number) => string)[] = [
      (row) => new Date(at(row)).toISOString(),
      (row) => new Date(at(row)).toISOString().slice(0, 19).replace('T', ' '),
      (row) => String(at(row)),
      (row) => String(at(row) / 1_000),
    ]
    const results = await Promise.all(
      ways.map(async (way, index) => {
        const rows = burst.map((value, row) => `${way(row)},${value}`)
        const csv = file(`way-${index}.csv.gz`, gzipSync(`timestamp,value\n${rows.join('\n')}\n`))
        const out = join(scratch.dir, `way-${index}.out.csv`)
        expect((await run('--csv', csv, '--out', out)).status).toBe(0)
        const lines = readFileSync(out, 'utf8').trim().split('\n')
        expect(lines[0]).toBe('timestamp,value,score,alert')
        expect(lines.slice(1).map((line) => line.split(',').slice(0, 2).join(','))).toEqual(rows)
        return lines.slice(1).map((line) => line.split(',').slice(2).join(','))
      }),
    )
    expect(new Set(results.map((lines) => lines.join('\n'))).size).toBe(1)
    expect(results[0]?.flatMap((line, row) => (line.endsWith(',1') ? [row] : []))).toEqual([500])
  })

  it('names refused rows with their lines, gives them no value, counts what is odd, and goes on', async () => {
    const rows = ['100,1', 'soon,2', '200,', '200,x', '300,3', '300,3', '250,1e300', '400,NaN', '1,2,3', '500,0']
    const csv = file('odd.csv', `timestamp,value\n${rows.join('\n')}\n`)
    const out = join(scratch.dir, 'odd.out.csv')
    const ran = await run('--csv', csv, '--out', out, '--json')
    expect(ran.status).toBe(3)
    expect(linesOf(ran)).toEqual([
      { file: csv, rows: 5, alerts: 0, missing: 2, repeated: 1, disordered: 1, refused: 3 },
    ])
    expect(ran.err).toContain(`${csv}:3: "soon" is no time`)
    expect(ran.err).toContain(`${csv}:5: "x" is no number`)
    expect(ran.err).toContain(`${csv}:10: `)
    expect(readFileSync(out, 'utf8')).toBe(
      `timestamp,value,score,alert\n${'100,1 soon, 200, 200, 300,3 300,3 250,1e300 400, , 500,0'.split(' ').join(',0,0\n')},0,0\n`,
    )
  })

  it('judges a row by those before it: a file that is cut off gives the same rows so far', async () => {
    const rows = burst.map((value, row) => `${1_704_067_200 + row * 300},${value}`)
    const scoredOf = async (count: number) => {
      const csv = file(`first-${count}.csv`, `timestamp,value\n${rows.slice(0, count).join('\n')}\n`)
      return (await run('--csv', csv, '--out', '-')).out.trim().split('\n')
    }
    const [whole, ...parts] = await Promise.all([burst.length, 501, 500, 250, 1].map(scoredOf))
    for (const part of parts) expect(part).toEqual(whole?.slice(0, part.length))
    expect(parts.map((part) => part.length)).toEqual([502, 501, 251, 2])
  })

  it('reads what spreadsheets write: a mark before the first byte, semicolons, capitals, blanks, either end of line', async () => {
    const csv = file('sheet.csv', '\ufeffTimestamp ;Note;VALUE\r\n1704067200;"a, b";1\r\n\r\n1704067500;c, d;2.5\r\n')
    expect((await run('--csv', csv, '--out', '-')).out).toBe(
      'timestamp,value,score,alert\n1704067200,1,0,0\n1704067500,2.5,0,0\n',
    )
    const two = file('two.csv', 'Value,VALUE,timestamp\n1,2,100\n')
    expect(await run('--csv', two, '--out', '-')).toMatchObject({
      status: 2,
      err: expect.stringContaining('no column "value"'),
    })
  })

  it('says what is wrong with the command line and how to mend it', async () => {
    const csv = file('named.csv', 'when;total\n2024-03-01;5\n')
    expect(await run('--csv', csv, '--out', '-')).toMatchObject({
      status: 2,
      err: expect.stringContaining('no column "timestamp": name one with --timestamp; there are "when", "total"'),
    })
    expect((await run('--csv', csv, '--timestamp', 'when', '--value', 'total', '--out', '-')).out).toBe(
      'timestamp,value,score,alert\n2024-03-01,5,0,0\n',
    )
    expect(await run('--csv', csv, '--out', csv)).toMatchObject({
      status: 2,
      err: expect.stringContaining('give another'),
    })
    expect(await run('--csv', join(scratch.dir, 'none.csv'), '--out', '-')).toMatchObject({ status: 1 })
    expect(await run('--csv', file('empty.csv', ''), '--out', '-')).toMatchObject({
      status: 1,
      err: expect.stringContaining('has no row of a series'),
    })
  })
})
