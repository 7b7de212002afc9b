import type { Plugins } from '../core/services.js'
import type { Log, PluginCatalogue } from './context.js'
import { buildServed, type Served } from './schema.js'

export interface LiveSchema {
  current(): Served
  onChange(listener: (served: Served) => void): () => void
  refresh(): PluginCatalogue
  close(): void
}

/** The schema of the plugins that are loaded now. Operations that run keep the one that they began with; no connection is dropped. */
export function liveSchema(plugins: Plugins, log: Log): LiveSchema {
  let served = buildServed(plugins)
  const listeners = new Set<(served: Served) => void>()
  const watching = new AbortController()
  const refresh = () => {
    served = buildServed(plugins)
    for (const listener of listeners) listener(served)
    return served.catalogue
  }
  const watch = async () => { for await (const event of plugins.events(watching.signal)) if (event.type !== 'failed') refresh() }
  watch().catch(error => log.error({ err: error }, 'plugin changes are no longer seen: the schema stays as it is'))
  return {
    current: () => served, refresh,
    onChange(listener) { listeners.add(listener); return () => listeners.delete(listener) },
    close: () => watching.abort(),
  }
}
