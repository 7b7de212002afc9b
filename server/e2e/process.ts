import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { packageRoot } from '../plugins/host.js'

/** The server as `npm start` runs it, in processes of its own, on any free port. */
export async function startServer(env: Readonly<Record<string, string>>): Promise<{ url: string; process: ChildProcess; log: () => string; stop(signal?: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, [join(packageRoot, 'cli/noisegraph.mjs'), 'serve', '--port', '0'], {
    cwd: packageRoot, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', ...env },
  })
  let log = ''
  const exited = new Promise<number | null>(resolve => child.on('exit', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      log += chunk.toString()
      const found = /http:\/\/[\w.[\]:-]+:\d+/.exec(log)
      if (found) resolve(found[0])
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('exit', status => reject(new Error(`the server ended with ${status}:\n${log}`)))
  })
  return {
    url, process: child, log: () => log,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return exited
    },
  }
}
