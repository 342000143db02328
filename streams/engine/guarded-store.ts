import type { OpenStore, StateReader, StateStore } from './store.js'

/**
 * A state store failed. It ends the task, unlike an error of a step, which costs one record: the store is read anew
 * from its last commit.
 */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  constructor(store: string, operation: string, cause: unknown) {
    super(`the store "${store}" failed to ${operation}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    })
  }
}

/** Opens stores whose errors are StateFailures. */
export const guarded =
  (open: OpenStore): OpenStore =>
  <Value>(name: string) =>
    new GuardedStore<Value>(name, open<Value>(name))

class GuardedStore<Value> implements StateStore<Value> {
  constructor(
    private readonly name: string,
    private readonly inner: StateStore<Value>,
  ) {}

  get(key: string): Value | undefined {
    try {
      return this.inner.get(key)
    } catch (error) {
      throw new StateFailure(this.name, `read "${key}"`, error)
    }
  }

  put(key: string, value: Value): void {
    try {
      this.inner.put(key, value)
    } catch (error) {
      throw new StateFailure(this.name, `write "${key}"`, error)
    }
  }

  delete(key: string): void {
    try {
      this.inner.delete(key)
    } catch (error) {
      throw new StateFailure(this.name, `delete "${key}"`, error)
    }
  }

  under(prefix: string): StateReader<Value> {
    const { inner, name } = this
    const reader = inner.under?.(prefix)
    if (reader === undefined) return { get: (key) => this.get(prefix + key) }
    return {
      get: (key) => {
        try {
          return reader.get(key)
        } catch (error) {
          throw new StateFailure(name, `read "${prefix}${key}"`, error)
        }
      },
      pick: (key, read, about) => {
        try {
          return reader.pick?.(key, read, about)
        } catch (error) {
          throw new StateFailure(name, `read "${prefix}${key}"`, error)
        }
      },
      pickAt: (keys, index, read, about) => {
        try {
          return reader.pickAt?.(keys, index, read, about)
        } catch (error) {
          throw new StateFailure(name, `read a key under "${prefix}"`, error)
        }
      },
      expect: (keys, from, to) => reader.expect?.(keys, from, to),
    }
  }

  *range(from: string, to: string): Iterable<readonly [string, Value]> {
    try {
      yield* this.inner.range(from, to)
    } catch (error) {
      throw new StateFailure(this.name, `read from "${from}"`, error)
    }
  }
}
