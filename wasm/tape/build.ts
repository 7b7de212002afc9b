import { EngineError } from '../errors.js'

/** How the kernels were compiled; see docs/engine.md. */
export type Build = 'fast' | 'strict' | 'plain'

/** A module with one relaxed instruction (i8x16.relaxed_swizzle): valid where relaxed SIMD is. */
const relaxed = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11)
const compiled = new Map<Build, Promise<WebAssembly.Module>>()

/** The build that was asked for, or the best for this platform. Throws UNSUPPORTED where one that was asked for cannot run here. */
export async function compileBuild(asked: Build | 'auto'): Promise<{ build: Build; module: WebAssembly.Module }> {
  const shares = typeof SharedArrayBuffer !== 'undefined' && ((globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? true)
  const build = asked !== 'auto' ? asked : !shares ? 'plain' : WebAssembly.validate(relaxed) ? 'fast' : 'strict'
  if (build !== 'plain' && !shares) throw new EngineError('UNSUPPORTED', `The ${build} build needs shared memory: serve the page with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or ask for the plain build.`)
  if (build === 'fast' && !WebAssembly.validate(relaxed)) throw new EngineError('UNSUPPORTED', 'This platform has no relaxed SIMD: ask for the strict build, or for auto.')
  let module = compiled.get(build)
  if (!module) compiled.set(build, module = compile(build))
  return { build, module: await module }
}

async function compile(build: Build): Promise<WebAssembly.Module> {
  const url = new URL(`../kernels/${build}.wasm`, import.meta.url)
  if (url.protocol === 'file:') {
    const { readFile } = await import('node:fs/promises')
    return WebAssembly.compile(await readFile(url))
  }
  const response = await fetch(url)
  if (!response.ok) throw new EngineError('FAILED', `The engine's kernels could not be read from ${url.href}: ${response.status} ${response.statusText}.`)
  return WebAssembly.compile(await response.arrayBuffer())
}
