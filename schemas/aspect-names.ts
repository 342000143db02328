import type { Text } from './metrics/definition.js'

/** How people call an aspect: by itself, and within a sentence. */
interface AspectName {
  readonly label: Text
  readonly spoken: Text
}

/** The aspects of what ships (`processors/data/aspects.json`). */
export const aspectNames = {
  food: { label: { es: 'Comida', en: 'Food' }, spoken: { es: 'la comida', en: 'food' } },
  service: { label: { es: 'Atención', en: 'Service' }, spoken: { es: 'la atención', en: 'service' } },
  price: { label: { es: 'Precio', en: 'Price' }, spoken: { es: 'el precio', en: 'price' } },
  ambience: { label: { es: 'Ambiente', en: 'Ambience' }, spoken: { es: 'el ambiente', en: 'ambience' } },
  menu: { label: { es: 'Carta', en: 'Menu' }, spoken: { es: 'la carta', en: 'the menu' } },
} as const satisfies Readonly<Record<string, AspectName>>

/** What another model knows has the name that it gives. */
export function nameOfAspect(aspect: string): AspectName {
  const known: AspectName | undefined = Object.entries(aspectNames).find(([name]) => name === aspect)?.[1]
  return known ?? { label: { es: aspect, en: aspect }, spoken: { es: `«${aspect}»`, en: `“${aspect}”` } }
}
