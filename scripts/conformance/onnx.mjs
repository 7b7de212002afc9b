/**
 * Runs cases of the ONNX node-test form in every configuration (builds, threads, passes).
 *   node scripts/conformance/onnx.mjs [FOLDER or .tar.gz] [--quick | --build fast|strict|plain] [--filter TEXT] [--all]
 * NOISEGRAPH_REVECTORIZE=off keeps to 128-bit operations, as everywhere.
 */
import { runOnnxConformance, matrix } from '../../dist/wasm/conformance/onnx.js'

const args = process.argv.slice(2), value = name => args.includes(name) ? args[args.indexOf(name) + 1] : undefined
const filter = value('--filter'), build = value('--build')
const path = args.find(a => !a.startsWith('--') && a !== filter && a !== build) ?? new URL('../../wasm/conformance/data/node.tar.gz', import.meta.url).pathname
const result = await runOnnxConformance(path, {
  revectorize: process.env.NOISEGRAPH_REVECTORIZE !== 'off',
  ...build ? { configurations: [{ build, threads: 1, passes: true }] } : args.includes('--quick') ? {} : { configurations: matrix },
  ...filter && { filter: id => id.includes(filter) },
  onCase: c => { if (c.status === 'failed' || (args.includes('--all') && c.status === 'skipped')) console.log(`${c.status.padEnd(8)} ${c.id}: ${c.reason}`) },
})
console.log(`passed ${result.passed}, failed ${result.failed}, skipped ${result.skipped} of ${result.cases.length}`)
process.exitCode = result.failed ? 1 : 0
