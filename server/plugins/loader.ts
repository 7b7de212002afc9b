import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Conditioner, Sampler } from '../../plugins/sdk/index.js'
import type { PluginEvent, Plugins } from '../core/services.js'
import { blame } from './blame.js'
import { broadcast } from './broadcast.js'
import { checked, type Plugin } from './check.js'
import { compiler } from './compile.js'
import { lookup, namesOf } from './lookup.js'
import { find, type Places } from './sources.js'
import { watchFolders } from './watch.js'

export interface LoaderOptions extends Places {
  /** Folder for compiled modules; made if missing. */
  readonly cache: string
  /** Makes the plugin of a default export that is a class. `dispose` is called when the plugin is replaced, removed, or the loader closes. */
  readonly construct: (type: new (...services: never[]) => unknown) => { readonly plugin: unknown; readonly dispose: () => unknown }
  /** Looks at the folders again when they change. */
  readonly watch: boolean
}

/** A plugin file: what it was last loaded from, and what is wrong with what it holds now. */
interface Entry { readonly file: string; stamp: string; sources: readonly string[]; url?: string; loaded?: Plugin & { readonly dispose: () => unknown }; failure?: PluginEvent }

const stampOf = (file: string) => {
  const it = statSync(file, { throwIfNoEntry: false })
  return it ? `${it.ino}:${it.size}:${it.mtimeMs}` : 'none'
}
const stampsOf = (files: readonly string[]) => files.map(stampOf).join()

/** Most programs that save a file empty it first. One that stays empty for a second is meant to be. */
const beingWritten = (file: string) => {
  const it = statSync(file, { throwIfNoEntry: false })
  return it?.size === 0 && Date.now() - it.mtimeMs < 1000
}

/** Loads every plugin of the places and keeps up with them. What cannot be loaded is reported and stands in nobody's way. */
export async function openPlugins({ cache, construct, watch, ...places }: LoaderOptions): Promise<Plugins & { close(): Promise<void> }> {
  const { compile, entries, events } = { compile: compiler(cache), entries: new Map<string, Entry>(), events: broadcast<PluginEvent>() }
  let problems: readonly PluginEvent[] = []
  let listed: readonly Plugin[] = []
  let names = lookup(listed)
  // Told when a scan is over: who hears of a change finds it in the lists.
  const news: PluginEvent[] = []
  const tell = (event: PluginEvent) => { news.push(event) }

  /** The name of a plugin that another file has already, and that file. */
  const taken = (plugin: Plugin, by: Entry) => {
    for (const { file, loaded } of entries.values()) if (file !== by.file && loaded?.kind === plugin.kind) {
      const name = namesOf(plugin).find(n => namesOf(loaded).includes(n))
      if (name) return { name, file }
    }
    return undefined
  }

  async function load(entry: Entry) {
    const { file } = entry
    try {
      entry.sources = [file]
      const { url, sources } = await compile(file)
      entry.sources = sources
      entry.stamp = stampsOf(sources)
      if (url === entry.url && !entry.failure) return
      const exported = ((await import(url)) as { default?: unknown }).default
      const made = typeof exported === 'function' ? construct(exported as never) : { plugin: exported, dispose: () => {} }
      const plugin = checked(made.plugin)
      const other = taken(plugin, entry)
      if (other) {
        await made.dispose()
        throw new TypeError(`There is already a ${plugin.kind} named "${other.name}", in ${other.file}. Give this one another name.`)
      }
      const before = entry.loaded
      entry.loaded = { ...plugin, dispose: made.dispose }
      entry.url = url
      delete entry.failure
      if (before) await before.dispose()
      tell({ type: before ? 'reloaded' : 'loaded', name: plugin.plugin.name, file, at: new Date() })
    } catch (error) {
      const { reason, ...place } = blame(error, entry.sources, cache)
      // The folder is part of it: a missing helper file may appear.
      entry.sources = [...entry.sources, dirname(file)]
      entry.stamp = stampsOf(entry.sources)
      const kept = entry.loaded ? ' The version loaded before stays in use.' : ''
      const failure: PluginEvent = { type: 'failed', name: entry.loaded?.plugin.name ?? file.replace(/^.*[\\/]|\.\w+$/g, ''), at: new Date(), reason: reason + kept, ...place }
      const isNew = !entry.failure || entry.failure.reason !== failure.reason || entry.failure.line !== failure.line
      entry.failure = failure
      if (isNew) tell(failure)
    }
  }

  async function remove(entry: Entry) {
    entries.delete(entry.file)
    await entry.loaded?.dispose()
    if (entry.loaded) tell({ type: 'removed', name: entry.loaded.plugin.name, file: entry.file, at: new Date() })
  }

  async function scan(retry: boolean) {
    const found = find(places)
    const reasons = new Map(problems.map(p => [p.file, p]))
    problems = found.problems.map(({ file, reason }) => reasons.get(file) ?? { type: 'failed', name: file, file, at: new Date(), reason })
    problems.filter(p => !reasons.has(p.file)).forEach(tell)
    const present = new Set(found.files)
    let changed = false
    for (const entry of [...entries.values()]) if (!present.has(entry.file)) { await remove(entry); changed = true }
    for (const file of found.files) {
      const entry = entries.get(file)
      if (entry && stampsOf(entry.sources) === entry.stamp && !(entry.failure && (retry || changed))) continue
      if (beingWritten(file)) continue
      const now = entry ?? { file, stamp: '', sources: [] }
      entries.set(file, now)
      const before = stampsOf([file])
      await load(now)
      // Written to while it was read: what was read may be neither the old text nor the new, so the next look reads it again.
      if (stampsOf([file]) !== before) now.stamp = ''
      changed = true
    }
    const loaded = found.files.flatMap(f => entries.get(f)?.loaded ?? [])
    if (loaded.length !== listed.length || loaded.some((plugin, i) => plugin !== listed[i])) names = lookup(listed = loaded)
    for (const event of news.splice(0)) events.send(event)
    watcher?.set(new Set([...places.folders, ...places.projects, ...[...entries.values()].flatMap(e => e.sources.map(s => dirname(s)))].map(f => resolve(f))))
  }

  // One scan at a time; a call during a scan waits for the next one, which sees what the caller saw.
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const look = (retry: boolean): Promise<void> => {
    if (!running) return (running = scan(retry).finally(() => { running = undefined }))
    return (next ??= running.catch(() => {}).then(() => { next = undefined; return look(retry) }))
  }
  /** What failed is tried again though its files are as they were (a package may have been installed), but not for every call. */
  let retried = 0
  const retryDue = () => (Date.now() - retried > 1000 ? Boolean(retried = Date.now()) : false)
  const watcher = watch ? watchFolders(() => { look(false).catch((error: unknown) => console.error('plugins:', error)) }) : undefined
  await look(false)

  return {
    samplers: () => names.samplers,
    conditioners: () => names.conditioners,
    sampler: (name: string): Sampler => names.sampler(name),
    conditioner: (name: string): Conditioner => names.conditioner(name),
    failures: () => [...problems, ...[...entries.values()].flatMap(e => e.failure ?? [])],
    reload: () => look(retryDue()),
    events: signal => events.read(signal),
    async close() {
      watcher?.close()
      await running
      for (const { loaded } of entries.values()) await loaded?.dispose()
    },
  }
}
