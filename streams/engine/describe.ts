import { asData } from './describe/as-data.js'
import { asMermaid } from './describe/as-mermaid.js'
import { asText } from './describe/as-text.js'
import type { Topology } from './topology.js'

export type DescriptionFormat = 'text' | 'mermaid' | 'json'

/**
 * Prints topologies: for a reader who sees them for the first time, as a Mermaid flowchart, or as JSON for machines.
 * @throws TopologyError when one of them cannot run
 */
export function describe(topologies: readonly Topology[], format: DescriptionFormat): string {
  const described = topologies.map(asData)
  switch (format) {
    case 'text':
      return described.map(asText).join('\n\n')
    case 'mermaid':
      return asMermaid(described)
    case 'json':
      return JSON.stringify(described, null, 2)
  }
}
