import { readFileSync } from 'node:fs'
import { failures, selftest } from './selftest.js'

describe.each([['fast', true], ['strict', true], ['plain', false]] as const)('the %s build', (name, shared) => {
  test.each([['128', false], ['256', true]] as const)('has every kernel agree with scalar code, with the tiles for %s bits', (_, wide) => {
    const module = new WebAssembly.Module(readFileSync(new URL(`../kernels/${name}.wasm`, import.meta.url))), called = new Set<string>()
    expect(failures(selftest(module, shared, wide, k => called.add(k)))).toEqual([])
    const kernels = WebAssembly.Module.exports(module).map(e => e.name).filter(n => n.startsWith('kernel_')).map(n => n.slice(7))
    expect(kernels.filter(k => !called.has(k))).toEqual([])
  })
})
