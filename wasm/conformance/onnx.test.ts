import { fileURLToPath } from 'node:url'
import { runOnnxConformance, type ConformanceResult } from './onnx.js'

/** Tests run compiled, in dist/; the archive stays with the source. */
const archive = fileURLToPath(new URL('../../../wasm/conformance/data/node.tar.gz', import.meta.url))

const failures = (r: ConformanceResult): string[] => r.cases.filter(c => c.status === 'failed').map(c => `${c.id}: ${c.reason}`)

test('the ONNX node tests pass', async () => {
  const result = await runOnnxConformance(archive)
  expect(failures(result)).toEqual([])
  expect(result.passed).toBeGreaterThanOrEqual(1470)
  for (const c of result.cases) if (c.status === 'skipped') expect(c.reason).toBeTruthy()
})

test('a listed case that passes is a failure, an unlisted one that cannot is told why', async () => {
  const filter = (id: string): boolean => id === 'test_abs' || id === 'test_stft'
  const { cases } = await runOnnxConformance(archive, { filter, skips: { test_abs: 'no reason at all' } })
  expect(cases.map(c => [c.id, c.status])).toEqual([['test_abs', 'failed'], ['test_stft', 'skipped']])
  expect(cases[0]!.reason).toContain('but passes')
  expect(cases[1]!.reason).toContain('STFT (opset 17)')
})

test.each([['strict', 4, false], ['plain', 1, true]] as const)('%s build, %d threads, passes %s: a tenth of the cases', async (build, threads, passes) => {
  let n = 0
  expect(failures(await runOnnxConformance(archive, { configurations: [{ build, threads, passes }], filter: () => n++ % 10 === 0 }))).toEqual([])
})

test('with operations of 128 bits only: all that is multiplied, and a tenth of the other cases', async () => {
  let n = 0
  const configurations = (['auto', 'strict'] as const).map(build => ({ build, threads: 2, passes: true })), heavy = /conv|gemm|matmul|attention|softmax|einsum|qlinear|normalization/
  const result = await runOnnxConformance(archive, { configurations, revectorize: false, filter: id => heavy.test(id) ? !id.includes('expanded') : n++ % 10 === 3 })
  expect(failures(result)).toEqual([])
  expect(result.passed).toBeGreaterThan(250)
})
