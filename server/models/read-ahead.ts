import { freemem } from 'node:os'
import { open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Bytes read at once; between two, others get a turn and a load may be stopped. */
const piece = 32 * 2 ** 20
/** Smaller networks are open before anyone could look at a number. */
const worthwhile = 64 * 2 ** 20

/**
 * Reads a network's files from disk into the system's cache, and yields the bytes that were read so far: devices open a network in one go and say nothing on the way, and the disk is what takes the time.
 * Nothing is read where it is not worth it, or would not stay in memory.
 */
export async function* readAhead(file: string, bytes: number): AsyncGenerator<number> {
  if (bytes < worthwhile || bytes > freemem() / 2) return
  const folder = dirname(file)
  const buffer = Buffer.allocUnsafe(piece)
  let done = 0
  for (const name of (await readdir(folder)).sort()) {
    const handle = await open(join(folder, name)).catch(() => undefined)
    if (!handle) continue
    try {
      if (!(await handle.stat()).isFile()) continue
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, piece)
        if (!bytesRead) break
        done += bytesRead
        yield Math.min(done, bytes)
      }
    } finally {
      await handle.close()
    }
  }
}
