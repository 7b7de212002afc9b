/** A worker of Node or of a page, under one interface. */
export interface Thread {
  post(message: unknown): void
  /** Whether it keeps the process alive. */
  keep(on: boolean): void
  stop(): Promise<unknown>
}

/** Starts a module on a thread of its own. */
export async function startThread<M>(url: URL, hear: (message: M) => void, fail: (e: Error) => void): Promise<Thread> {
  if (url.protocol === 'file:') {
    const { Worker: NodeWorker } = await import('node:worker_threads')
    const w = new NodeWorker(url)
    w.on('message', (m: M) => hear(m))
    w.on('error', fail)
    return { post: m => w.postMessage(m), keep: on => { if (on) w.ref(); else w.unref() }, stop: () => w.terminate() }
  }
  const w = new Worker(url, { type: 'module' })
  w.onmessage = e => hear(e.data as M)
  w.onerror = e => fail(new Error(e.message))
  return { post: m => w.postMessage(m), keep: () => {}, stop: async () => w.terminate() }
}
