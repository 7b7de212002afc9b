/** One sender, any number of readers; each gets what was sent after it began to read, until its signal aborts. */
export function broadcast<T>() {
  const readers = new Set<(value: T) => void>()
  return {
    send: (value: T) => readers.forEach(read => read(value)),
    read(signal: AbortSignal): AsyncIterable<T> {
      const waiting: T[] = []
      let wake = () => {}
      const reader = (value: T) => { waiting.push(value); wake() }
      const leave = () => { readers.delete(reader); wake() }
      if (!signal.aborted) readers.add(reader)
      signal.addEventListener('abort', leave, { once: true })
      return (async function* () {
        try {
          while (!signal.aborted) {
            if (waiting.length) yield waiting.shift()!
            else await new Promise<void>(resolve => { wake = resolve })
          }
        } finally {
          leave()
          signal.removeEventListener('abort', leave)
        }
      })()
    },
  }
}
