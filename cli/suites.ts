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
}
