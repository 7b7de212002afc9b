import { readFileSync } from 'node:fs'
import { failures, selftest } from './selftest.js'

describe.each([['fast', true], ['strict', true], ['plain', false]] as const)('the %s build', (name, shared) => {
  test.each([['128', false], ['256', true]] as const)('has every kernel agree with scalar code, with the tiles for %s bits', (_, wide) => {
    const outcomes = selftest(new WebAssembly.Module(readFileSync(new URL(`../kernels/${name}.wasm`, import.meta.url))), shared, wide)
    expect(outcomes.length).toBeGreaterThan(10)
    expect(failures(outcomes)).toEqual([])
  })
})
