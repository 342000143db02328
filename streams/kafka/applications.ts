import type { KafkaClient } from './client.js'
import { streamsGroup, type Told, toldBy } from './membership/told.js'

/** Which topics a stage writes, as they are called on the cluster. */
export type Writes = readonly (readonly [stage: string, topics: readonly string[]])[]

/** An application of the cluster, of which workers are there now. */
export interface LiveApplication {
  readonly name: string
  /** What each of its workers told when it joined; empty while they agree anew. */
  readonly workers: readonly Told[]
}

/** The applications whose workers share tasks on this cluster now. */
export async function liveApplications(client: KafkaClient): Promise<readonly LiveApplication[]> {
  const names = (await groupsOn(client))
    .filter(({ groupId, protocolType }) => protocolType === 'pulso' && streamsGroup.nameIn(groupId) !== null)
    .map(({ groupId }) => streamsGroup.nameIn(groupId) ?? '')
  const found = await Promise.all(
    names.map(async (name) => ({ name, workers: await workersOf(client, streamsGroup.of(name)) })),
  )
  return found.flatMap(({ name, workers }) => (workers === null ? [] : [{ name, workers }]))
}

/** What the members of a group told; null when it has none. */
export function workersOf(client: KafkaClient, group: string): Promise<readonly Told[] | null> {
  return client.retrying(`asking who is in the group ${group}`, async () => {
    const broker = await client.coordinator('group', group)
    const [described] = (await broker.describeGroups({ groupIds: [group] })).groups
    if (described === undefined || described.members.length === 0) return null
    return described.members.flatMap(({ memberMetadata }) => toldBy(memberMetadata) ?? [])
  })
}

/** All groups of the cluster that this client may see. */
export function groupsOn(client: KafkaClient) {
  return client.retrying('asking for the groups', async () => {
    const brokers = await client.allBrokers()
    return (await Promise.all(brokers.map((broker) => broker.listGroups()))).flatMap(({ groups }) => groups)
  })
}
