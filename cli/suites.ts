import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceChoice } from '../server/core/order.js'
import { openTerminal } from './terminal.js'

/** One recorded case and how it went: the largest difference, and what it may be. */
export interface Case {
  readonly id: string
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly error?: number | null
  readonly tolerance?: number | null
  readonly reason?: string | null
}
export interface Report { readonly passed: number; readonly failed: number; readonly skipped: number; readonly cases: readonly Case[] }

export type Suite = (folder: string, device: DeviceChoice) => Promise<Report>

/** What `conformance` can compare, each with the module that does it; only the one asked for is loaded. */
export const suites: Readonly<Record<string, Suite>> = {
  async samplers(folder) {
    const { runSamplerConformance } = await import('../server/core/conformance/index.js')
    await using terminal = await openTerminal()
    return runSamplerConformance(folder, { samplers: terminal.plugins.samplers() })
  },
  async onnx(folder) {
    const { runOnnxConformance } = await import('../wasm/conformance/onnx.js')
    const archives = statSync(folder).isDirectory() ? readdirSync(folder).filter(f => f.endsWith('.tar.gz')).map(f => join(folder, f)) : []
    const reports = await Promise.all([folder, ...archives].map(f => runOnnxConformance(f)))
    // The engine measures in shares of a tolerance that has two parts.
    return sum(reports.flatMap(r => r.cases.map(c => ({ ...c, tolerance: 1 }))))
  },
  async pipelines(folder, device) {
    const { runPipelineConformance } = await import('../server/pipelines/conformance/index.js')
    await using terminal = await openTerminal({ device })
    // Without a choice, on both devices that every machine has.
    const providers = await Promise.all((device === 'auto' ? ['cpu', 'wasm'] as const : [device]).map(d => terminal.devices.provider(d)))
    return runPipelineConformance(folder, { providers, plugins: terminal.plugins })
  },
  async tokenizer(folder) {
    const { runTokenizerConformance } = await import('../server/pipelines/conformance/index.js')
    const reports = statSync(folder).isFile() ? [runTokenizerConformance(folder)] : readdirSync(folder).filter(f => f.endsWith('.json') && isCases(join(folder, f))).map(f => runTokenizerConformance(join(folder, f)))
    return sum(reports.flatMap(r => r.cases))
  },
}

function sum(cases: readonly Case[]): Report {
  const count = (status: Case['status']) => cases.filter(c => c.status === status).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), cases }
}

/** A file of recorded strings, among a tokenizer's own files. */
const isCases = (file: string) => Array.isArray((JSON.parse(readFileSync(file, 'utf8')) as { items?: unknown }).items)
