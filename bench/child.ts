import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Answer, type Ask } from './engine-child.js'

/** A process with one engine in it. */
export class Child {
  private readonly process: ChildProcess
  constructor() {
    this.process = fork(fileURLToPath(new URL('./engine-child.js', import.meta.url)), { serialization: 'advanced' })
  }

  /** An engine that took its process with it has failed like one that says so. */
  ask(what: Ask): Promise<Answer> {
    if (this.process.exitCode !== null || this.process.signalCode) return Promise.resolve({ error: 'its process is gone', peakMB: 0 })
    return new Promise(done => {
      const ended = (code: number | null, signal: string | null): void => done({ error: `its process ended with ${signal ?? code}`, peakMB: 0 })
      this.process.once('exit', ended)
      this.process.once('message', (a: Answer) => { this.process.off('exit', ended); done(a) })
      this.process.send(what)
    })
  }

  stop(): void { this.process.kill() }
}
