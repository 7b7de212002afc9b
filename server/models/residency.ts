import { NoisegraphError } from '../core/errors.js'
import type { DeviceChoice } from '../core/order.js'
import type { LoadedModel } from '../core/services.js'
import type { Devices } from '../sessions/choose.js'
import type { Catalog } from './catalog.js'
import { openModel, type Loading, type Model } from './model.js'

/** Keeps models loaded between generations, so that only the first one waits. */
export interface Residency {
  /** Loads the model, or answers the loaded one at once. A model is safe from eviction until `release` is called. */
  use(name: string, device: DeviceChoice): AsyncGenerator<Loading, Model>
  release(model: Model): void
  /** As `use`, for nobody yet. @throws OUT_OF_MEMORY where it does not fit beside the pinned ones. */
  load(name: string, device: DeviceChoice): AsyncGenerator<Loading, void>
  /** The last used one last. */
  loaded(): readonly LoadedModel[]
  /** What is in use stays. */
  unload(name: string): Promise<void>
  /** Exactly these stay, whatever the budget. */
  pin(names: readonly string[]): void
  /** Bytes of weights that may stay loaded. */
  readonly budget: number
  close(): Promise<void>
}

interface Resident { readonly model: Model; users: number }

/** `budget`: bytes of weights that may stay loaded; least recently used models go first, pinned ones and those in use never. A model larger than it is loaded alone. */
export function residency(catalog: Catalog, devices: Devices, budget = 8 * 2 ** 30): Residency {
  const residents = new Map<string, Resident>()
  /** Loads take turns: a model that two ask for at once is loaded once. */
  let last: Promise<unknown> = Promise.resolve()
  let pinned: ReadonlySet<string> = new Set()
  const drop = async (key: string) => {
    const resident = residents.get(key)
    residents.delete(key)
    await resident?.model.close()
  }
  const bytesOf = (some: Iterable<Resident>) => [...some].reduce((sum, { model }) => sum + model.openBytes(), 0)
  const makeRoom = async (bytes: number) => {
    for (const [key, r] of [...residents]) {
      if (bytesOf(residents.values()) + bytes <= budget) return
      if (!r.users && !pinned.has(r.model.folder.name)) await drop(key)
    }
  }
  const sizeOf = (name: string) => [...catalog.folder(name).parts.values()].reduce((sum, p) => sum + p.bytes, 0)

  async function* use(name: string, choice: DeviceChoice): AsyncGenerator<Loading, Model> {
    const provider = await devices.provider(choice)
    const folder = catalog.folder(name)
    const key = `${folder.path} ${provider.device}`
    const before = last
    let done = () => {}
    last = new Promise<void>(resolve => { done = resolve })
    try {
      await before
      const known = residents.get(key)
      // One whose files were changed is not that model any more.
      if (known && (known.model.folder === folder || known.users)) {
        known.users++
        residents.delete(key)
        residents.set(key, known)
        return known.model
      }
      if (known) await drop(key)
      await makeRoom(sizeOf(name))
      const model = yield* openModel(folder, provider)
      residents.set(key, { model, users: 1 })
      return model
    } finally {
      done()
    }
  }
  const release = (model: Model) => {
    for (const r of residents.values()) if (r.model === model) r.users = Math.max(0, r.users - 1)
  }
  return {
    use, release, budget,
    async *load(name, choice) {
      const beside = [...residents.values()].filter(r => pinned.has(r.model.folder.name) && r.model.folder.name !== name)
      const [need, held] = [sizeOf(name), bytesOf(beside)]
      if (held && held + need > budget)
        throw new NoisegraphError('OUT_OF_MEMORY', `"${name}" needs ${need} bytes, and pinned models hold ${held} of the ${budget} that may be loaded. Unpin one (${beside.map(r => r.model.folder.name).join(', ')}), or raise NOISEGRAPH_MODEL_MEMORY.`, 'name')
      release(yield* use(name, choice))
    },
    loaded: () => [...residents.values()].map(({ model }) => ({ name: model.folder.name, device: model.device, bytes: model.openBytes(), pinned: pinned.has(model.folder.name) })),
    async unload(name) {
      for (const [key, r] of [...residents]) if (r.model.folder.name === name && !r.users) await drop(key)
    },
    pin(names) { pinned = new Set(names) },
    async close() {
      for (const key of [...residents.keys()]) await drop(key)
    },
  }
}
