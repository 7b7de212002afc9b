import { readFileSync } from 'node:fs'
import { failures, selftest } from './selftest.js'

describe.each([['fast', true], ['strict', true], ['plain', false]] as const)('the %s build', (name, shared) => {
  test('has every kernel agree with scalar code', () => {
    const outcomes = selftest(new WebAssembly.Module(readFileSync(new URL(`../kernels/${name}.wasm`, import.meta.url))), shared)
    expect(outcomes.length).toBeGreaterThan(10)
    expect(failures(outcomes)).toEqual([])
  })
})
