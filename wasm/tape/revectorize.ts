import { failures, selftest } from '../selftest/selftest.js'
import { verdictsOf } from './verdicts.js'

/** The kernels compiled, whether V8 joins pairs of their 128-bit operations into 256-bit ones, and why or why not. */
export interface Compiled { readonly module: WebAssembly.Module; readonly revectorized: boolean; readonly reason: string }

/**
 * Compiles with V8's revectorization, an experimental feature, and keeps the result only where every kernel agrees with scalar code.
 * The baseline compiler is left out, so that what is tested is what will run (and nothing is slow at first).
 */
export async function compileRevectorized(bytes: Uint8Array<ArrayBuffer>, wanted: boolean, shared = true): Promise<Compiled> {
  const plain = async (reason: string): Promise<Compiled> => ({ module: await WebAssembly.compile(bytes), revectorized: false, reason })
  if (!wanted) return plain('turned off')
  const set = await flagSetter()
  if (typeof set === 'string') return plain(set)
  set('--no-liftoff')
  set('--experimental-wasm-revectorize')
  const module = await WebAssembly.compile(bytes)
  const verdicts = await verdictsOf(bytes), known = await verdicts.passed(), wrong = known ? undefined : failed(module, shared)
  if (!wrong && !known) await verdicts.remember()
  if (!wrong) return { module, revectorized: true, reason: 'every kernel agrees with scalar code' }
  set('--no-experimental-wasm-revectorize')
  // V8 keeps compiled modules by their bytes: another section makes it another module.
  return { module: await WebAssembly.compile(Uint8Array.of(...bytes, 0, 2, 1, 112)), revectorized: false, reason: wrong }
}

function failed(module: WebAssembly.Module, shared: boolean): string | undefined {
  try {
    const [first] = failures(selftest(module, shared, true))
    return first && `${first.name} is off by ${first.error.toExponential(1)} of the deviation when revectorized`
  } catch (e) { return `the self-test failed when revectorized: ${e instanceof Error ? e.message : String(e)}` }
}

/** Sets a flag of V8; or why that cannot be done. */
async function flagSetter(): Promise<((flag: string) => void) | string> {
  const node = typeof process !== 'undefined' ? process.versions?.node : undefined
  if (!node) return 'pages cannot turn it on'
  if (Number(node.split('.')[0]) < 24) return `Node ${node} has it not: 24 or newer is needed`
  if (process.arch !== 'x64') return `V8 has it on x64 alone, not on ${process.arch}`
  const { setFlagsFromString } = await import('node:v8')
  return setFlagsFromString
}
