import { readModelDirectory } from '../directory.js'

/** The categories of MAMS, in the order in which the model was trained on them. */
const categories = ['food', 'service', 'staff', 'price', 'ambience', 'menu', 'place', 'miscellaneous'] as const

/** What the model in a directory calls each category of the reviews; those it does not show are left out. */
export async function shownCategories(dir: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readModelDirectory(dir)).aspects?.names ?? []
  return new Map(
    categories.flatMap((category, at) => {
      const name = names[at] ?? null
      return name === null ? [] : [[category, name] as const]
    }),
  )
}
