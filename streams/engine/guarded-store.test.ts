import { describe, expect, it } from '@jest/globals'
import { guarded, StateFailure } from './guarded-store.js'
import { MemoryStore } from './memory-store.js'
import type { StateReader } from './store.js'

class BrokenStore<Value> extends MemoryStore<Value> {
  override get(): never {
    throw new Error('no disk')
  }
}

class BrokenReaders<Value> extends BrokenStore<Value> {
  under(): StateReader<Value> {
    return { get: () => this.get() }
  }
}

describe('a guarded store', () => {
  it.each([BrokenStore, BrokenReaders])('names itself and the key when %p fails to read what begins alike', (Store) => {
    const reader = guarded(<Value>() => new Store<Value>())('rows').under?.('v')
    expect(() => reader?.get('key')).toThrow(StateFailure)
    expect(() => reader?.get('key')).toThrow('the store "rows" failed to read "vkey": no disk')
  })
})
