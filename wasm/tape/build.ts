import { EngineError } from '../errors.js'
import { type Compiled, compileRevectorized } from './revectorize.js'

/** How the kernels were compiled; see docs/engine.md. */
export type Build = 'fast' | 'strict' | 'plain'

/** A module with one relaxed instruction (i8x16.relaxed_swizzle): valid where relaxed SIMD is. */
const relaxed = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11)
const compiled = new Map<string, Promise<Compiled>>()

/** The build that was asked for, or the best for this platform, with 256-bit operations if wanted and possible. Throws UNSUPPORTED where one that was asked for cannot run here. */
export async function compileBuild(asked: Build | 'auto', revectorize: boolean): Promise<Compiled & { build: Build }> {
  const shares = typeof SharedArrayBuffer !== 'undefined' && ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? true)
  const build = asked !== 'auto' ? asked : !shares ? 'plain' : WebAssembly.validate(relaxed) ? 'fast' : 'strict'
  if (build !== 'plain' && !shares) throw new EngineError('UNSUPPORTED', `The ${build} build needs shared memory: serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or ask for the plain build.`)
  if (build === 'fast' && !WebAssembly.validate(relaxed)) throw new EngineError('UNSUPPORTED', 'This platform has no relaxed SIMD: ask for the strict build, or for auto.')
  const key = `${build}${revectorize}`
  let made = compiled.get(key)
  if (!made) compiled.set(key, made = compile(build, revectorize))
  return { build, ...await made }
}

async function compile(build: Build, revectorize: boolean): Promise<Compiled> {
  const bytes = await read(build)
  return compileRevectorized(bytes, revectorize, build !== 'plain')
}

async function read(build: Build): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`../kernels/${build}.wasm`, import.meta.url)
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises')
    return new Uint8Array(await readFile(url))
  }
  const response = await fetch(url)
  if (!response.ok) throw new EngineError('FAILED', `The engine's kernels could not be read from ${url.href}: ${response.status} ${response.statusText}.`)
  return new Uint8Array(await response.arrayBuffer())
}

/** Which kernels these are: what they packed, others may read wrongly. */
export async function buildHash(build: Build): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await read(build))
  return `${build} ${Array.from(new Uint8Array(digest, 0, 8), b => b.toString(16).padStart(2, '0')).join('')}`
}
