import { TestEnvironment } from 'jest-environment-node'

/** Native addons and structured clones make typed arrays of the outer realm; the tests share them, or `instanceof` would refuse their tensors. */
const shared = ['ArrayBuffer', 'SharedArrayBuffer', 'Atomics', 'WebAssembly', 'Uint8Array', 'Uint8ClampedArray', 'Int8Array', 'Uint16Array', 'Int16Array',
  'Uint32Array', 'Int32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array', 'DataView', 'Error', 'RangeError', 'TypeError']

export default class extends TestEnvironment {
  async setup() {
    await super.setup()
    for (const name of shared) if (name in globalThis) this.global[name] = globalThis[name]
  }
}
