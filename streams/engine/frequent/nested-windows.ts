import { type AlignedSpec, gridOf, type WindowSpec } from '../window.js'

type Tumbling = Extract<AlignedSpec, { kind: 'tumbling' }>

/**
 * The longest of several layouts of tumbling windows, each window of which holds whole windows of the others and is
 * open for at least as long: what is rare within it is rare within each of them.
 * @throws RangeError when the windows are of another kind or do not nest; the message names the layout
 */
export function outermost(
  windows: readonly { readonly name: string; readonly window: WindowSpec }[],
): Tumbling & { readonly name: string } {
  const layouts = windows.map(({ name, window }) => {
    if (window.kind === 'tumbling') return { name, ...window }
    throw new RangeError(`the windows "${name}" are ${window.kind}: frequent keys are counted in tumbling windows`)
  })
  const [longest] = [...layouts].sort((one, other) => other.size - one.size)
  if (longest === undefined) throw new RangeError('frequent keys are counted in at least one layout of windows')
  for (const layout of layouts) {
    const shift = gridOf(longest).offset - gridOf(layout).offset
    if (longest.size % layout.size !== 0 || shift % layout.size !== 0) {
      throw new RangeError(`the windows "${layout.name}" do not lie within those of "${longest.name}": align them`)
    }
    if (layout.grace > longest.grace) {
      throw new RangeError(
        `the windows "${layout.name}" wait longer than "${longest.name}": give that the longest grace`,
      )
    }
  }
  return longest
}
