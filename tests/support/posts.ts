import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { projectPath } from '../../streams/project.js'

/** The distinct texts of the shipped posts, in the order they came: 33,342. */
export function distinctPosts(): readonly string[] {
  const lines = gunzipSync(readFileSync(projectPath('samples/news-es.jsonl.gz')))
    .toString('utf8')
    .split('\n')
  return [
    ...new Set(lines.filter((line) => line !== '').map((line) => (JSON.parse(line) as { readonly text: string }).text)),
  ]
}
