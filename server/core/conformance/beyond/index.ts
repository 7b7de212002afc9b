import type { Format } from '../index.js'
import { recording } from '../read.js'
import { failed, skipped, type CaseResult } from '../report.js'
import type { BeyondHeader, SampleCase, ScheduleCase, TableCase } from './case.js'
import { scheduleCase, tableCase } from './schedules.js'
import { refusal, trajectory } from './trajectories.js'

type Recorded = { readonly id?: string; readonly kind: string }

/** The recordings of k-diffusion's, ComfyUI's and the web UI's samplers and schedules. */
export const beyondCases: Format = {
  name: 'k-diffusion and ComfyUI',
  recognises: files => files.some(file => /^(sampler_[a-z]|schedules\.json|tables\.json)/.test(file)),
  async *run(folder, files, { samplers, schedules }) {
    for (const file of files) {
      const { cases, ...header } = await recording(folder, file)
      if (!Array.isArray(cases)) continue
      for (const [i, c] of (cases as Recorded[]).entries()) {
        const id = c.id ?? `${file.replace('.json.gz', '')}-${i}`
        try {
          yield await one({ ...c, id })
        } catch (error) {
          yield failed(id, error instanceof Error ? error.message : String(error))
        }
      }
      async function one(c: Recorded & { readonly id: string }): Promise<CaseResult> {
        switch (c.kind) {
          case 'sample': return trajectory(c as SampleCase, header as unknown as BeyondHeader, samplers)
          case 'error': return refusal(c as SampleCase, header as unknown as BeyondHeader, samplers)
          case 'schedule': case 'nonfinite': return scheduleCase(c as unknown as ScheduleCase, schedules)
          case 'table': return tableCase(c as unknown as TableCase, c.id)
          default: return skipped(c.id, `cases of the kind "${c.kind}" are not known`)
        }
      }
    }
  },
}
