/** The reference fixtures of the repository: every network and every pipeline call of every folder, on the CPU provider and on the WASM engine. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugins } from '../../core/services.js'
import { onnxruntime } from '../../sessions/onnxruntime.js'
import { wasm } from '../../sessions/wasm.js'
import { packagePlugins } from '../fixture.js'
import { runPipelineConformance } from './index.js'

const root = fileURLToPath(new URL('../../../../golden/models', import.meta.url))
const providers = [onnxruntime('cpu', { threads: 1 }), wasm({ threads: 1 })]
let plugins: Plugins
beforeAll(async () => { plugins = await packagePlugins() })

test.each(readdirSync(root).filter(f => existsSync(join(root, f, 'model_index.json'))).sort())('%s gives what diffusers gives', async name => {
  const { passed, cases } = await runPipelineConformance(join(root, name), { providers, plugins })
  expect(cases.filter(c => c.status !== 'passed')).toEqual([])
  expect(passed).toBeGreaterThan(0)
})
