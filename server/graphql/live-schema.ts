import type { Plugins } from '../core/services.js'
import type { Log, PluginCatalogue } from './context.js'
import { buildServed, type Served } from './schema.js'

export interface LiveSchema {
  current(): Served
  onChange(listener: (served: Served) => void): () => void
  refresh(): PluginCatalogue
  /** Looks at the plugin folders where a query asks about plugins, so that a file dropped in a moment ago is in the answer. */
  lookFor(query: unknown): Promise<void>
  close(): void
}

const aboutPlugins = /\b(samplers|conditioners|pluginFailures|generate|schedule|__schema|__type)\b/

/** The schema of the plugins that are loaded now. Operations that run keep the one that they began with; no connection is dropped. */
export function liveSchema(plugins: Plugins, log: Log): LiveSchema {
  const listsNow = () => [plugins.samplers(), plugins.conditioners()] as const
  let lists = listsNow()
  let served = buildServed(plugins)
  const listeners = new Set<(served: Served) => void>()
  const watching = new AbortController()
  const refresh = () => {
    lists = listsNow()
    served = buildServed(plugins)
    for (const listener of listeners) listener(served)
    return served.catalogue
  }
  const refreshIfChanged = () => { if (listsNow().some((list, i) => list !== lists[i])) refresh() }
  const watch = async () => { for await (const _event of plugins.events(watching.signal)) refreshIfChanged() }
  watch().catch(error => log.error({ err: error }, 'plugin changes are no longer seen: the schema stays as it is'))
  return {
    current: () => served, refresh,
    onChange(listener) { listeners.add(listener); return () => listeners.delete(listener) },
    async lookFor(query) {
      if (typeof query !== 'string' || !aboutPlugins.test(query)) return
      await plugins.reload()
      refreshIfChanged()
    },
    close: () => watching.abort(),
  }
}
