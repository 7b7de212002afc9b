import type { DeviceChoice } from '../core/order.js'
import type { Devices } from '../sessions/choose.js'
import type { Catalog } from './catalog.js'
import { openModel, type Loading, type Model } from './model.js'

/** Keeps models loaded between generations, so that only the first one waits. */
export interface Residency {
  /** Loads the model, or answers the loaded one at once. A model is safe from eviction until `release` is called. */
  use(name: string, device: DeviceChoice): AsyncGenerator<Loading, Model>
  release(model: Model): void
  /** `name` on `device`, the last used one last. */
  loaded(): readonly string[]
  unload(name: string): Promise<void>
  /** A pinned model stays, whatever the budget. */
  pin(name: string, pinned: boolean): void
  close(): Promise<void>
}

interface Resident { readonly model: Model; readonly bytes: number; users: number }

/** `budget`: bytes of weights that may stay loaded; least recently used models go first. */
export function residency(catalog: Catalog, devices: Devices, budget = 8 * 2 ** 30): Residency {
  const residents = new Map<string, Resident>()
  /** Loads take turns: a model that two ask for at once is loaded once. */
  let last: Promise<unknown> = Promise.resolve()
  const pinned = new Set<string>()
  const drop = async (key: string) => {
    const resident = residents.get(key)
    residents.delete(key)
    await resident?.model.close()
  }
  const makeRoom = async (bytes: number) => {
    for (const [key, r] of [...residents]) {
      const used = [...residents.values()].reduce((sum, one) => sum + one.bytes, 0)
      if (used + bytes <= budget) return
      if (!r.users && !pinned.has(r.model.folder.name)) await drop(key)
    }
  }
  return {
    async *use(name, choice) {
      const provider = await devices.provider(choice)
      const folder = catalog.folder(name)
      const key = `${folder.path} ${provider.device}`
      const before = last
      let done = () => {}
      last = new Promise<void>(resolve => { done = resolve })
      try {
        await before
        const known = residents.get(key)
        if (known) {
          known.users++
          residents.delete(key)
          residents.set(key, known)
          return known.model
        }
        const bytes = [...folder.parts.values()].reduce((sum, p) => sum + p.bytes, 0)
        await makeRoom(bytes)
        const model = yield* openModel(folder, provider)
        residents.set(key, { model, bytes, users: 1 })
        return model
      } finally {
        done()
      }
    },
    release(model) {
      for (const r of residents.values()) if (r.model === model) r.users = Math.max(0, r.users - 1)
    },
    loaded: () => [...residents.values()].map(r => `${r.model.folder.name} on ${r.model.device}`),
    async unload(name) {
      for (const [key, r] of [...residents]) if (r.model.folder.name === name && !r.users) await drop(key)
    },
    pin(name, on) {
      if (on) pinned.add(name)
      else pinned.delete(name)
    },
    async close() {
      for (const key of [...residents.keys()]) await drop(key)
    },
  }
}
