import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aMention } from '../../../tests/support/records.js'
import { scratchFolder } from '../../../tests/support/scratch.js'
import { type EmbeddedStore, openEmbeddedStore } from '../embedded-store.js'
import { mentionRow } from '../rows.js'
import { compressBlocks, decompressBlocks } from './blocks/compressed.js'
import { type ClickHouseHttp, clickhouseHttp } from './server.js'

describe("ClickHouse's HTTP interface", () => {
  const scratch = scratchFolder()
  let store: EmbeddedStore
  let http: ClickHouseHttp
  beforeAll(async () => {
    store = await openEmbeddedStore({ dir: scratch.dir })
    await store.migrate()
    await store.write({
      table: 'mentions',
      token: '1',
      rows: ['a', 'b'].map((postId) => mentionRow(aMention({ postId }))),
    })
    // Long enough for every query that ends, on a machine that has other work; the endless one waits for it.
    const limits = { executionTime: 3_000, resultRows: 1_000, memory: 200_000_000 }
    http = await clickhouseHttp({ executor: store.executor, port: 0, user: 'grafana', password: 'pässword:1', limits })
  })
  afterAll(async () => {
    await http.close()
    await store.close()
    scratch.remove()
  })

  const credentials = { 'X-ClickHouse-User': 'grafana', 'X-ClickHouse-Key': encodeURIComponent('') }
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  const known = basic('grafana:pässword:1')
  const get = (parameters: Record<string, string>, headers: Record<string, string> = known) =>
    fetch(`${http.url}/?${new URLSearchParams(parameters)}`, { headers })
  const post = (
    body: string | Uint8Array,
    parameters: Record<string, string> = {},
    headers: Record<string, string> = {},
  ) =>
    fetch(`${http.url}/?${new URLSearchParams(parameters)}`, {
      method: 'POST',
      body,
      headers: { ...known, ...headers },
    })

  it('says that it is there, to anybody', async () => {
    for (const path of ['/ping', '/', '/replicas_status']) {
      const answer = await fetch(http.url + path)
      expect([answer.status, await answer.text()]).toEqual([200, 'Ok.\n'])
    }
    expect((await fetch(`${http.url}/nothing`)).status).toBe(404)
  })

  it('answers under any name that a statement is given, in one line of its header', async () => {
    for (const name of ['año 日', 'one\r\nX-Other: two', '\u0000', 'a'.repeat(5_000)]) {
      const answer = await get({ query: 'SELECT 1', query_id: name })
      expect([answer.status, await answer.text(), answer.headers.get('X-Other')]).toEqual([200, '1\n', null])
    }
    const answer = await get({ query: 'SELECT 1', query_id: 'año' })
    expect(Buffer.from(answer.headers.get('X-ClickHouse-Query-Id') ?? '', 'latin1').toString()).toBe('año')
  })

  it('takes a query from the address, from the body, and from both', async () => {
    expect(await (await get({ query: 'SELECT 1' })).text()).toBe('1\n')
    expect(await (await post('SELECT 2')).text()).toBe('2\n')
    expect(await (await post('+ 4', { query: 'SELECT 3' })).text()).toBe('7\n')
  })

  it('knows its user by header, by HTTP Basic and by address, and nobody else', async () => {
    const query = 'SELECT 1'
    const inAddress = { query, user: 'grafana', password: 'pässword:1' }
    expect((await get({ query })).status).toBe(200)
    expect((await get(inAddress, {})).status).toBe(200)
    for (const headers of [{}, basic('grafana:wrong'), basic('default:pässword:1'), basic('grafana'), credentials]) {
      const answer = await get({ query }, headers)
      expect([answer.status, answer.headers.get('X-ClickHouse-Exception-Code')]).toEqual([403, '516'])
      expect(await answer.text()).toMatch(
        /^Code: 516\. DB::Exception: .*Authentication failed.*\(AUTHENTICATION_FAILED\)\n$/,
      )
    }
  })

  it('answers in the format of the query, of the header, of the address, or in TabSeparated', async () => {
    const query = "SELECT 1 AS a, 'x' AS b"
    const json = await get({ query: `${query} FORMAT JSONEachRow`, default_format: 'CSV' })
    expect([json.headers.get('X-ClickHouse-Format'), await json.text()]).toEqual(['JSONEachRow', '{"a":1,"b":"x"}\n'])
    expect(json.headers.get('Content-Type')).toBe('application/x-ndjson; charset=UTF-8')
    const csv = await get({ query, default_format: 'CSV' })
    expect([csv.headers.get('Content-Type'), await csv.text()]).toEqual([
      'text/csv; charset=UTF-8; header=absent',
      '1,"x"\n',
    ])
    const compact = await post(query, {}, { 'X-ClickHouse-Format': 'JSONCompactEachRow' })
    expect(await compact.text()).toBe('[1, "x"]\n')
    const plain = await get({ query })
    expect([plain.headers.get('X-ClickHouse-Format'), await plain.text()]).toEqual(['TabSeparated', '1\tx\n'])
    const subquery = await get({
      query:
        'SELECT format AS x FROM (SELECT 1 AS format) WHERE x = 1 FORMAT CSV SETTINGS output_format_csv_crlf_end_of_line = 0',
    })
    expect([subquery.headers.get('X-ClickHouse-Format'), await subquery.text()]).toEqual(['CSV', '1\n'])
  })

  it("gives and takes blocks in ClickHouse's own compression, errors too", async () => {
    const opened = async (answer: Response) =>
      (await decompressBlocks(Buffer.from(await answer.arrayBuffer()), 1 << 20)).toString()
    expect(await opened(await get({ query: 'SELECT 5', compress: '1' }))).toBe('5\n')
    const failed = await get({ query: 'SELECT nothing', compress: '1' })
    expect([failed.status, failed.headers.get('X-ClickHouse-Exception-Code')]).toEqual([404, '47'])
    expect(await opened(failed)).toMatch(/^Code: 47\. .*\(UNKNOWN_IDENTIFIER\)\n$/)
    const sent = await compressBlocks(Buffer.from('SELECT 6'))
    expect(await (await post(sent, { decompress: '1' })).text()).toBe('6\n')
    const plain = await post('SELECT 6', { decompress: '1' })
    expect(await plain.text()).toMatch(/^Code: 271\. .*ends too early/)
    expect(await (await get({ query: 'SELECT 1', compress: '1' }, basic('grafana:wrong'))).text()).toMatch(/^Code: 516/)
  })

  it('begins Native blocks as the version of the client has it', async () => {
    const query = 'SELECT toUInt8(7) AS a FORMAT Native'
    const bytes = async (parameters: Record<string, string>) => [
      ...new Uint8Array(await (await get({ query, ...parameters })).arrayBuffer()),
    ]
    const column = [1, 97, 5, ...Buffer.from('UInt8')]
    expect(await bytes({})).toEqual([1, 1, ...column, 7])
    const info = [1, 0, 2, 255, 255, 255, 255, 0]
    expect(await bytes({ client_protocol_version: '54405' })).toEqual([...info, 1, 1, ...column, 7])
    expect(await bytes({ client_protocol_version: '54460' })).toEqual([...info, 1, 1, ...column, 0, 7])
    expect((await get({ query, client_protocol_version: 'new' })).status).toBe(400)
    const old = await get({ query, client_protocol_version: '54058' })
    expect([old.status, await old.text()]).toEqual([501, expect.stringContaining('from 54405 on')])
  })

  it('says what it gives, under the id of the query', async () => {
    const answer = await get({ query: 'SELECT sign FROM mentions', query_id: 'mine-1' })
    expect(answer.headers.get('X-ClickHouse-Query-Id')).toBe('mine-1')
    expect(answer.headers.get('X-ClickHouse-Timezone')).toBe('UTC')
    expect(JSON.parse(answer.headers.get('X-ClickHouse-Summary') ?? '')).toMatchObject({
      result_rows: '2',
      result_bytes: '4',
    })
    expect((await get({ query: 'SELECT 1' })).headers.get('X-ClickHouse-Query-Id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('finds tables in the database of the address, and those of Pulso without one', async () => {
    expect(await (await get({ query: 'SELECT count() FROM mentions' })).text()).toBe('2\n')
    expect(await (await get({ query: 'SELECT count() > 0 FROM tables', database: 'system' })).text()).toBe('1\n')
    expect((await get({ query: 'SELECT count() FROM mentions', database: 'system' })).status).toBe(404)
    await get({ query: 'USE system' })
    expect(await (await get({ query: 'SELECT currentDatabase()' })).text()).toBe('pulso\n')
  })

  it('binds parameters by type and never reads them as SQL', async () => {
    const query =
      'SELECT {text:String} AS text, {list:Array(String)} AS list, {none:Nullable(UInt8)} AS none FORMAT JSONEachRow'
    const answer = await get({
      query,
      param_text: "a\\tb'; DROP TABLE mentions",
      param_list: "['x\\'','y']",
      param_none: '\\N',
    })
    expect(await answer.json()).toEqual({ text: "a\tb'; DROP TABLE mentions", list: ["x'", 'y'], none: null })
  })

  it('compresses where it is asked to, and reads what is compressed', async () => {
    const parameters = { query: 'SELECT number FROM numbers(3)', enable_http_compression: '1' }
    for (const encoding of ['gzip', 'deflate', 'br']) {
      const answer = await get(parameters, { ...known, 'Accept-Encoding': encoding })
      expect([answer.headers.get('Content-Encoding'), await answer.text()]).toEqual([encoding, '0\n1\n2\n'])
    }
    const without = await get({ query: 'SELECT 1' }, { ...known, 'Accept-Encoding': 'gzip' })
    expect(without.headers.get('Content-Encoding')).toBeNull()
    expect(await (await post(gzipSync('SELECT 5'), {}, { 'Content-Encoding': 'gzip' })).text()).toBe('5\n')
    expect((await post('SELECT 5', {}, { 'Content-Encoding': 'lzma' })).status).toBe(500)
    const bomb = await post(gzipSync(Buffer.alloc(3_000_000, 32)), {}, { 'Content-Encoding': 'gzip' })
    expect([bomb.status, bomb.headers.get('X-ClickHouse-Exception-Code')]).toEqual([413, '307'])
    const garbage = await post('SELECT 5', {}, { 'Content-Encoding': 'gzip' })
    expect([garbage.headers.get('X-ClickHouse-Exception-Code'), await garbage.text()]).toEqual([
      '271',
      expect.stringContaining('Cannot decompress the body'),
    ])
    expect(gunzipSync(gzipSync('x')).toString()).toBe('x')
  })

  it.each([
    ['SELECT * FROM nowhere', 404, '60', 'UNKNOWN_TABLE'],
    ['SELECT nothing', 404, '47', 'UNKNOWN_IDENTIFIER'],
    ['SELECT nofunction(1)', 404, '46', 'UNKNOWN_FUNCTION'],
    ['SELECT FROM WHERE', 400, '62', 'SYNTAX_ERROR'],
    ['SELECT 1; SELECT 2', 400, '62', 'SYNTAX_ERROR'],
    ['', 400, '62', 'SYNTAX_ERROR'],
    ['SELECT {x:UInt8}', 400, '456', 'UNKNOWN_QUERY_PARAMETER'],
    ['SELECT throwIf(1)', 500, '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
    ['SELECT count() FROM system.numbers', 408, '159', 'TIMEOUT_EXCEEDED'],
    ['SELECT number FROM numbers(1001)', 500, '396', 'TOO_MANY_ROWS_OR_BYTES'],
    ['SELECT groupArray(number) FROM numbers(1000000000)', 500, '241', 'MEMORY_LIMIT_EXCEEDED'],
  ])('fails as ClickHouse fails: %s', async (query, status, code, name) => {
    const answer = await post(query)
    expect([answer.status, answer.headers.get('X-ClickHouse-Exception-Code')]).toEqual([status, code])
    expect(await answer.text()).toMatch(
      new RegExp(`^Code: ${code}\\. DB::Exception: [\\s\\S]+[^.]\\. \\(${name}\\)\n$`),
    )
  })

  it('lets a client ask for less than the limits, never for more', async () => {
    const rows = { query: 'SELECT number FROM numbers(500)' }
    expect((await get({ ...rows, max_result_rows: '100' })).status).toBe(500)
    expect((await get({ query: 'SELECT number FROM numbers(1001)', max_result_rows: '0' })).status).toBe(500)
    expect((await get({ query: 'SELECT number FROM numbers(1001)', max_result_rows: '99999999' })).status).toBe(500)
    expect(
      await (
        await get({
          query: 'SELECT toUInt64(1) AS x',
          output_format_json_quote_64bit_integers: '1',
          default_format: 'JSONEachRow',
        })
      ).json(),
    ).toEqual({ x: '1' })
  })

  it('answers many at once, each with its own', async () => {
    const answers = Array.from({ length: 30 }, async (_, x) =>
      (await get({ query: 'SELECT {x:UInt8}', param_x: String(x) })).text(),
    )
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 30 }, (_, x) => `${x}\n`))
  })

  it('refuses a statement under the id of one that is under way, and takes it once that is done', async () => {
    const headers = { ...known, Expect: '100-continue' }
    const first = request(`${http.url}/?query_id=same`, { method: 'POST', headers })
    const answered = once(first, 'response')
    first.flushHeaders()
    // the server waits for its body from now on
    await once(first, 'continue')
    const second = await get({ query: 'SELECT 1', query_id: 'same' })
    expect(await second.text()).toMatch(/^Code: 216\. .*same is already running\. \(QUERY_WITH_SAME_ID/)
    first.end('SELECT 2')
    const [answer]: IncomingMessage[] = await answered
    expect(answer?.statusCode).toBe(200)
    answer?.resume()
    expect(await (await get({ query: 'SELECT 1', query_id: 'same' })).text()).toBe('1\n')
  })

  it('reports a port that is taken', async () => {
    await expect(clickhouseHttp({ executor: store.executor, port: http.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})
