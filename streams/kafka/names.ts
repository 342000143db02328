import { type TopicName, topicName } from '../engine/topic.js'

/** Ends of the names of topics that belong to one application, whatever else it shares. */
const internalEnds = ['-repartition', '-changelog'] as const
const valueSubject = '-value'

/** How what the engine names is called on a cluster that several applications share. */
export interface Names {
  topic(name: string): string
  /** What the engine calls a topic of the cluster; null: it belongs to another application. */
  topicOf(onCluster: string): TopicName | null
  group(name: string): string
  /** Null: it is no group of a task of this application. */
  groupOf(onCluster: string): string | null
}

/**
 * Names of one application: its groups and its topics begin with its name and `-`, as those of Kafka Streams do with the
 * `application.id`. Topics between stages and changelogs always do; of the others the caller says which.
 *
 * Inside of Pulso everything has the name without the application, on every backend: names are changed where a request is
 * written and where an answer is read.
 */
export class ApplicationNames implements Names {
  readonly #begin: string
  readonly #isOwn: (topic: string) => boolean
  /** Asked for with each batch that is read or written. */
  readonly #known = new Map<string, string>()

  /** @param isOwn of a topic other than internal ones: whether it is of this application alone */
  constructor(application: string, isOwn: (topic: string) => boolean = () => false) {
    this.#begin = `${application}-`
    this.#isOwn = (topic) => internalEnds.some((end) => topic.endsWith(end)) || isOwn(topic)
  }

  topic(name: string): string {
    let known = this.#known.get(name)
    if (known === undefined) {
      known = this.#isOwn(name) ? this.#begin + name : name
      this.#known.set(name, known)
    }
    return known
  }

  topicOf(onCluster: string): TopicName | null {
    const name = onCluster.startsWith(this.#begin) ? onCluster.slice(this.#begin.length) : null
    if (name !== null && this.#isOwn(name)) return topicName(name)
    return this.#isOwn(onCluster) ? null : topicName(onCluster)
  }

  group(name: string): string {
    return this.#begin + name
  }

  groupOf(onCluster: string): string | null {
    return onCluster.startsWith(this.#begin) ? onCluster.slice(this.#begin.length) : null
  }
}

/** The subject under which a registry holds the schema of a topic's values, by that of the name which the engine has. */
export const subjectOn =
  (names: Pick<Names, 'topic'>) =>
  (subject: string): string =>
    subject.endsWith(valueSubject) ? names.topic(subject.slice(0, -valueSubject.length)) + valueSubject : subject
