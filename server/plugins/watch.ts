import { existsSync, watch, type FSWatcher } from 'node:fs'

/**
 * Calls `changed` shortly after something changed in the folders. The system's notifications make it quick; the slow clock beside them
 * covers what they miss: folders that appear later, network and container mounts, systems that have run out of watches.
 */
export function watchFolders(changed: () => void, { debounce = 40, every = 2000 } = {}) {
  const watched = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(changed, debounce)
    timer.unref()
  }
  const clock = setInterval(changed, every)
  clock.unref()
  const drop = (folder: string) => { watched.get(folder)?.close(); watched.delete(folder) }
  return {
    /** From now on these folders, and no others. */
    set(folders: ReadonlySet<string>) {
      for (const folder of watched.keys()) if (!folders.has(folder) || !existsSync(folder)) drop(folder)
      for (const folder of folders) {
        if (watched.has(folder) || !existsSync(folder)) continue
        try {
          const watcher = watch(folder, { persistent: false }, soon)
          watcher.on('error', () => drop(folder))
          watched.set(folder, watcher)
        } catch { /* No watch to be had here: the clock looks. */ }
      }
    },
    close() {
      clearTimeout(timer)
      clearInterval(clock)
      for (const folder of [...watched.keys()]) drop(folder)
    },
  }
}
