import { createHash } from 'node:crypto'
import { createReadStream, existsSync, statSync } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NoisegraphError } from '../core/errors.js'

/** A file of a repository. `sha256` where it is kept as a large file; else the id that git gives to its content. */
export interface RemoteFile { readonly path: string; readonly size: number; readonly url: string; readonly sha256?: string; readonly gitId?: string }

/**
 * Downloads a file to `target`, going on where an earlier attempt ended. Yields the bytes that are there. The file has its name only when its checksum is right.
 * @throws BROKEN_MODEL where the checksum is wrong; what was received is then deleted.
 */
export async function* download(file: RemoteFile, target: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): AsyncGenerator<number> {
  if (existsSync(target) && statSync(target).size === file.size) { yield file.size; return }
  const part = `${target}.part`
  await mkdir(dirname(target), { recursive: true })
  let have = existsSync(part) ? statSync(part).size : 0
  if (have > file.size) have = 0
  if (have < file.size || file.size === 0) {
    const response = await fetch(file.url, { signal, headers: { ...headers, ...(have > 0 && { Range: `bytes=${have}-` }) } })
    if (!response.ok || !response.body) throw new NoisegraphError('BROKEN_MODEL', `${file.path} cannot be downloaded: the hub answers ${response.status} ${response.statusText}.`, 'model')
    // A server that does not know ranges sends the whole file again.
    if (response.status !== 206) have = 0
    const out = await open(part, have ? 'a' : 'w')
    try {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        await out.write(chunk)
        have += chunk.length
        yield have
      }
      await out.sync()
    } finally {
      await out.close()
    }
  }
  const [want, got] = [file.sha256 ?? file.gitId, await digest(part, file)]
  if (have !== file.size || (want !== undefined && got !== want)) {
    await rm(part)
    throw new NoisegraphError('BROKEN_MODEL', `${file.path} arrived damaged: ${have} of ${file.size} bytes, checksum ${got} in place of ${want}. Pull again.`, 'model')
  }
  await rename(part, target)
}

/** SHA-256 of the content, or SHA-1 of git's header and the content. */
async function digest(path: string, { sha256, size }: RemoteFile): Promise<string> {
  const hash = createHash(sha256 === undefined ? 'sha1' : 'sha256')
  if (sha256 === undefined) hash.update(`blob ${size}\0`)
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
