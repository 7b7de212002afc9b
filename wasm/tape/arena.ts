import { type Memory } from './memory.js'

/** Room for the values of one run at a time; grows to the largest that was asked for. */
export class Arena {
  private at = 0
  private bytes = 0
  constructor(private readonly memory: Memory) {}

  /** Its address. What it held before is lost. */
  reserve(bytes: number): number {
    if (bytes > this.bytes) {
      this.close()
      this.at = this.memory.allocate(bytes, 'A run')
      this.bytes = bytes
    }
    return this.at
  }

  get size(): number { return this.bytes }

  close(): void {
    if (this.bytes) this.memory.release(this.at)
    this.bytes = 0
  }
}
