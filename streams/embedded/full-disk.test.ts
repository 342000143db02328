import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { partitionOf, readAll } from '../../tests/support/backends.js'
import { embeddedPlace } from '../../tests/support/embedded-place.js'

const filler = fileURLToPath(new URL('../../tests/support/disk-filler.js', import.meta.url))
const withFilesOfFourMegabytes = 'ulimit -f 8192; exec "$0" "$@"'

describe('a disk without room', () => {
  it('refuses the write as a whole, keeps what was acknowledged, and goes on when there is room', async () => {
    const place = await embeddedPlace()
    const child = spawn('sh', ['-c', withFilesOfFourMegabytes, process.execPath, filler, place.dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    const told: Record<string, unknown>[] = []
    for await (const line of createInterface({ input: child.stdout })) told.push(JSON.parse(line))
    expect((await exit)[0]).toBe(0)

    const [full, commit, afterwards, room] = told
    const appended = Number(full?.appended)
    expect(appended).toBeGreaterThan(30)
    expect(full).toMatchObject({ error: 'StorageFull', kept: appended })
    expect(full?.message).toMatch(new RegExp(`no room.*${place.dir}.*MiB free.*make room`))
    expect(commit).toEqual({ session: 'StorageFull' })
    expect(afterwards).toEqual({ kept: appended, groups: [] })
    expect(room).toEqual({ after: appended })

    const { log } = await place.open()
    const kept = await readAll(log, partitionOf('filled'))
    expect(kept.map(({ offset, value }) => [offset, Number(Buffer.from(value ?? []))])).toEqual([
      [appended - 1, appended - 1],
      [appended, appended],
    ])
    await place.remove()
  })
})
