import { randomUUID } from 'node:crypto'
import { checkDevice } from '../../core/devices.js'
import { NoisegraphError } from '../../core/errors.js'
import type { ModelControl, ModelOperation, WorkerReport } from '../../core/services.js'

/** Operations on models that count to a hundred, a few milliseconds each. */
export function fakeModelControl(workers: readonly WorkerReport[], milliseconds = 20): ModelControl {
  const operations = new Map<string, ModelOperation>()
  const pinned = new Set<string>()
  const get = (id: string) => {
    const found = operations.get(id)
    if (!found) throw new NoisegraphError('UNKNOWN_OPERATION', `There is no model operation "${id}".`, 'id')
    return found
  }
  const begin = (kind: ModelOperation['kind'], model: string): ModelOperation => {
    const it: ModelOperation = { id: randomUUID(), kind, model, status: 'queued', part: null, bytes: 0, totalBytes: 0, createdAt: new Date(), finishedAt: null, failure: null }
    operations.set(it.id, it)
    return it
  }
  return {
    async pull({ repo, name }) {
      if (!repo.includes('/')) throw new NoisegraphError('INVALID_OPTION', `"${repo}" is not a repository: write owner/name.`, 'repo')
      return begin('pull', name ?? repo.split('/')[1]!)
    },
    async load(model, device, pin) {
      checkDevice(device, workers)
      if (pin) pinned.add(model)
      return begin('load', model)
    },
    async unload(model) {
      pinned.delete(model)
      return begin('unload', model)
    },
    async pin(model, on) {
      if (on) pinned.add(model)
      else pinned.delete(model)
    },
    pins: async () => [...pinned],
    get: async id => operations.get(id),
    list: async first => [...operations.values()].reverse().slice(0, first),
    async cancel(id) {
      operations.set(id, { ...get(id), status: 'cancelled', finishedAt: new Date() })
      return get(id)
    },
    async *follow(id, signal) {
      yield get(id)
      for (let bytes = 25; bytes <= 100 && !signal.aborted; bytes += 25) {
        await new Promise(resolve => setTimeout(resolve, milliseconds))
        if (get(id).status === 'cancelled') break
        operations.set(id, { ...get(id), status: bytes < 100 ? 'running' : 'succeeded', part: bytes < 100 ? 'unet' : null, bytes, totalBytes: 100, finishedAt: bytes < 100 ? null : new Date() })
        if (bytes < 100) yield get(id)
      }
      yield get(id)
    },
  }
}
