import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { type Random, random } from '../verify/random.js'

/** What is wrong with a line, and the reason that its dead letter gives. */
export const malformations = {
  truncated: 'undecodable',
  notUtf8: 'undecodable',
  noObject: 'undecodable',
  wrongType: 'invalid',
  nullId: 'invalid',
  misspelt: 'invalid',
  noTime: 'invalid',
  huge: 'too-large',
  year1970: 'timestamp-out-of-range',
  year2099: 'timestamp-out-of-range',
} as const

export type Malformation = keyof typeof malformations

export interface MalformedFile {
  readonly good: number
  /** Numbers of the lines, from 1, by what is wrong with them. */
  readonly lines: Readonly<Record<Malformation, readonly number[]>>
}

const noon = Date.UTC(2024, 2, 1, 17)
const hugeText = 5_000_000
/** Few, as each weighs as much as tens of thousands of others; together more than a small heap holds. */
const mostHuge = 16

/** Writes good posts with malformed lines among them, by a seed. Good ones may say more than a post has fields for. */
export async function writeMalformedFile(
  file: string,
  options: { readonly seed: number; readonly good: number; readonly bad: number },
): Promise<MalformedFile> {
  const chance = random(options.seed)
  const lines: Record<Malformation, number[]> = {
    ...{ truncated: [], notUtf8: [], noObject: [], wrongType: [], nullId: [], misspelt: [] },
    ...{ noTime: [], huge: [], year1970: [], year2099: [] },
  }
  const out = createWriteStream(file)
  let { good, bad } = options
  for (let number = 1; good + bad > 0; number++) {
    const isGood = chance.next() * (good + bad) < good
    let line: Uint8Array
    if (isGood) {
      good -= 1
      line = Buffer.from(JSON.stringify(goodPost(number, chance)))
    } else {
      bad -= 1
      const kind = malformationOf(lines, chance)
      lines[kind].push(number)
      line = malformed[kind](number, chance)
    }
    if (!out.write(Buffer.concat([line, Buffer.from(chance.perMille(100) ? '\r\n' : '\n')]))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'finish')
  return { good: options.good, lines }
}

function malformationOf(lines: Readonly<Record<Malformation, readonly number[]>>, chance: Random): Malformation {
  if (lines.huge.length < mostHuge) return 'huge'
  return chance.pick((Object.keys(malformations) as Malformation[]).filter((kind) => kind !== 'huge'))
}

const post = (number: number, text = 'Hoy tocó ceviche', createdAt: unknown = noon + number * 10) => ({
  postId: `test:${number}`,
  source: 'test',
  author: `author-${number % 97}`,
  text,
  createdAt,
})

const goodPost = (number: number, chance: Random) =>
  chance.perMille(300) ? { ...post(number), likes: 3, user: { name: 'Ana' }, 'strange field': [null] } : post(number)

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))

const malformed: Readonly<Record<Malformation, (number: number, chance: Random) => Uint8Array>> = {
  truncated: (number, chance) => {
    const whole = json(post(number))
    return whole.subarray(0, chance.between(1, whole.length - 1))
  },
  notUtf8: (number) => Buffer.concat([json(post(number)).subarray(0, -2), Buffer.from([0xff, 0xfe, 0xc3]), json({})]),
  noObject: (number, chance) => json(chance.pick([null, 17, 'ceviche', [post(number)], true])),
  wrongType: (number, chance) =>
    json({ ...post(number), ...chance.pick([{ text: 17 }, { text: ['a'] }, { author: {} }]) }),
  nullId: (number) => json({ ...post(number), postId: null }),
  misspelt: (number) => {
    const { text, ...rest } = post(number)
    return json({ ...rest, texto: text })
  },
  noTime: (number, chance) =>
    json(post(number, 'Sin fecha', chance.pick(['ayer', -1, 1.5, null, '2024-13-45T00:00:00Z']))),
  huge: (number) => json(post(number, 'ceviche y chicha '.repeat(hugeText / 17))),
  year1970: (number) => json(post(number, 'Ceviche de otros tiempos', 86_400_000 + number)),
  year2099: (number) => json(post(number, 'Ceviche del futuro', Date.UTC(2099, 0, 1) + number)),
}
