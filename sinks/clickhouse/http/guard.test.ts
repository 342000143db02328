import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { scratchFolder } from '../../../tests/support/scratch.js'
import { type EmbeddedStore, openEmbeddedStore } from '../embedded-store.js'
import { type ClickHouseHttp, clickhouseHttp } from './server.js'

const scratch = scratchFolder()
const secret = join(scratch.dir, 'secret.txt')
const stolen = join(scratch.dir, 'stolen.txt')

/** Statements that a reader must not get through; none of them may write, reach a file, or give the secret away. */
const attacks = [
  'DROP TABLE mentions',
  'CREATE TABLE x (a Int8) ENGINE = Memory',
  'CREATE TEMPORARY TABLE x (a Int8)',
  'CREATE FUNCTION f AS x -> x',
  "CREATE USER u IDENTIFIED BY 'x'",
  'INSERT INTO mentions (postId) VALUES (1)',
  "INSERT INTO FUNCTION file('STOLEN', 'CSV', 'a String') SELECT 1",
  'ALTER TABLE mentions DELETE WHERE 1',
  'TRUNCATE TABLE mentions',
  'OPTIMIZE TABLE mentions FINAL',
  'RENAME TABLE mentions TO x',
  'EXCHANGE TABLES mentions AND trends',
  'DETACH TABLE mentions',
  "ATTACH TABLE x FROM 'SECRET' (a String) ENGINE = File(CSV)",
  'UNDROP TABLE mentions',
  'SYSTEM SHUTDOWN',
  'SYSTEM STOP MERGES',
  'KILL QUERY WHERE 1',
  'KILL MUTATION WHERE 1',
  'SET readonly = 0',
  'SET max_execution_time = 0',
  'SET ROLE default',
  'GRANT ALL ON *.* TO default',
  'BEGIN TRANSACTION',
  "BACKUP TABLE mentions TO File('STOLEN')",
  "RESTORE TABLE mentions FROM File('SECRET')",
  'SELECT 1; DROP TABLE mentions',
  'SELECT 1;; DROP TABLE mentions',
  'SELECT 1 SETTINGS readonly = 0',
  'SELECT 1 SETTINGS max_execution_time = 0',
  "SELECT 1 FORMAT Template SETTINGS format_template_resultset = 'SECRET'",
  "SELECT 1 INTO OUTFILE 'STOLEN'",
  "SELECT 1 INTO/**/OUTFILE 'STOLEN' TRUNCATE FORMAT CSV",
  "SELECT 1 -- ;\n into\n outfile 'STOLEN'",
  "(SELECT 1) UNION ALL (SELECT 2) INTO OUTFILE 'STOLEN'",
  "SHOW TABLES INTO OUTFILE 'STOLEN'",
  "EXPLAIN SELECT 1 INTO OUTFILE 'STOLEN'",
  "DESCRIBE TABLE mentions INTO OUTFILE 'STOLEN'",
  "EXISTS TABLE mentions INTO OUTFILE 'STOLEN'",
  "INSERT INTO mentions FROM INFILE 'SECRET' FORMAT LineAsString",
  "SELECT * FROM file('SECRET', 'LineAsString')",
  "SELECT * FROM `file`('SECRET', 'LineAsString')",
  "SELECT * FROM 'SECRET'",
  'SELECT * FROM `SECRET`',
  "SELECT * FROM filesystem('/')",
  "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
  "SELECT * FROM executable('cat SECRET', 'LineAsString')",
  "SELECT * FROM sqlite('SECRET', 't')",
  "SELECT * FROM remote('127.0.0.1', system.one)",
  "SELECT * FROM cluster('default', view(SELECT * FROM file('SECRET', 'LineAsString')))",
  "SELECT * FROM viewIfPermitted(SELECT * FROM file('SECRET', 'LineAsString') ELSE null('x String'))",
  "SELECT * FROM merge('pulso', '') WHERE file('SECRET') != ''",
  "SELECT * FROM eval('SELECT 1')",
  "SELECT * FROM loop(file('SECRET', 'LineAsString')) LIMIT 1",
  "DESCRIBE TABLE file('SECRET')",
  "DESC file('SECRET', 'CSVWithNames')",
  "DESCRIBE TABLE url('http://127.0.0.1:1/')",
  "DESCRIBE (SELECT * FROM file('SECRET'))",
  "EXPLAIN SELECT * FROM file('SECRET', 'LineAsString')",
  "EXPLAIN QUERY TREE SELECT file('SECRET')",
  "EXPLAIN ESTIMATE SELECT * FROM file('SECRET', 'LineAsString')",
  "SELECT file('SECRET')",
  "file('SECRET')",
  "SELECT `file`('SECRET')",
  'SELECT "file"(\'SECRET\')',
  "SELECT `fi\\x6ce`('SECRET')",
  "SELECT /*'*/ file('SECRET') /*'*/",
  "SELECT $$'$$, file('SECRET'), $$'$$",
  "SELECT '\\\\', file('SECRET')",
  "SELECT 'it''s', file('SECRET')",
  "SELECT # comment '\n file('SECRET')",
  "SELECT * APPLY(file) FROM (SELECT 'SECRET')",
  "SELECT * APPLY file FROM (SELECT 'SECRET')",
  "SELECT COLUMNS('.*') APPLY `file` FROM (SELECT 'SECRET')",
  "SELECT arrayMap(file, ['SECRET'])",
  "SELECT arrayMap(`file`, ['SECRET'])",
  "SELECT arrayMap({f:Identifier}, ['SECRET'])",
  "WITH file AS f SELECT f('SECRET')",
  "WITH x -> file(x) AS f SELECT f('SECRET')",
  "SELECT (SELECT arrayMap(file, ['SECRET']))",
  "SELECT arrayFold((a, x) -> file(x), ['SECRET'], '')",
  "SELECT catboostEvaluate('SECRET', 1)",
  "SELECT dictGet('d', 'a', 1)",
  "SELECT aiGenerate('x')",
]

describe('what a reader of the HTTP interface cannot do', () => {
  let store: EmbeddedStore
  let http: ClickHouseHttp
  beforeAll(async () => {
    writeFileSync(secret, 'top-secret-line\n')
    store = await openEmbeddedStore({ dir: join(scratch.dir, 'store') })
    await store.migrate()
    http = await clickhouseHttp({ executor: store.executor, port: 0, limits: { executionTime: 2_000 } })
  })
  afterAll(async () => {
    await http.close()
    await store.close()
    scratch.remove()
  })

  const ask = (sql: string, parameters: Record<string, string> = {}) =>
    fetch(`${http.url}/?${new URLSearchParams({ param_f: 'file', ...parameters })}`, { method: 'POST', body: sql })

  const tables = () =>
    store.query("SELECT name, create_table_query FROM system.tables WHERE database = 'pulso' ORDER BY name")

  it.each(attacks)('%s', async (attack) => {
    const before = await tables()
    const answer = await ask(attack.replaceAll('SECRET', secret).replaceAll('STOLEN', stolen))
    const text = await answer.text()
    expect([answer.status >= 400, text]).toEqual([true, expect.stringMatching(/^Code: \d+\. DB::Exception: /)])
    expect(text).not.toContain('top-secret-line')
    expect(existsSync(stolen)).toBe(false)
    expect(await tables()).toEqual(before)
  })

  it.each([
    ['readonly', '0'],
    ['allow_experimental_eval_table_function', '1'],
    ['format_template_resultset', secret],
    ['output_format_schema', stolen],
    ['format_schema', secret],
    ['allow_introspection_functions', '1'],
    ['max_query_size', '0'],
    ['query_cache_ttl', '1'],
    ['a`, readonly = 0, `b', '1'],
  ])('change the setting %s', async (name, value) => {
    const answer = await ask('SELECT 1', { [name]: value })
    expect([answer.status, answer.headers.get('X-ClickHouse-Exception-Code')]).toEqual([500, '164'])
  })

  it.each([
    'SELECT dead_letters.file, line FROM dead_letters',
    'SELECT file FROM dead_letters WHERE file IS NOT NULL GROUP BY file',
    "SELECT count(dead_letters.file) AS n FROM dead_letters WHERE dead_letters.file LIKE '%into outfile%'",
    'SELECT count() FROM (SELECT term FROM trends_final UNION ALL SELECT term FROM trends_by_day_view)',
    "SELECT 'file(''x'') INTO OUTFILE; DROP TABLE x', 1 -- ; drop\n;",
    "WITH (SELECT max(start) FROM trends) AS newest SELECT * FROM trends WHERE start = newest AND term IN ('a')",
    'SHOW TABLES',
    'SHOW CREATE TABLE mentions',
    'DESCRIBE TABLE mentions',
    'DESC mentions',
    'EXISTS TABLE mentions',
    'EXPLAIN SELECT 1',
    'SELECT * FROM numbers(3)',
    'FROM trends SELECT term',
    '(SELECT 1) UNION ALL (SELECT 2)',
    'SELECT arrayMap(x -> x + 1, [1, 2]), {f:String}',
  ])('but it can ask: %s', async (query) => {
    const answer = await ask(query)
    expect([answer.status, answer.status === 200 ? '' : await answer.text()]).toEqual([200, ''])
  })
})
