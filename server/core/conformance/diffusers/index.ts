import type { Sampler, Schedule } from '../../../../plugins/sdk/index.js'
import type { Format } from '../index.js'
import { recording } from '../read.js'
import { failed, skipped, type CaseResult } from '../report.js'
import type { Header, Recorded, SampleCase } from './case.js'
import { constants } from './constants.js'
import { forwardProcess, previousTimestep, refusedForward } from './forward.js'
import { philoxCase, torchCase } from './random.js'
import { scheduleCase, tableCase } from './schedules.js'
import { nonFinite, refusal, trajectory } from './trajectories.js'

interface Context { readonly header: Header; readonly samplers: readonly Sampler[]; readonly schedules: readonly Schedule[] }

/** By file where the file says what its cases are, by the case's own kind where it is mixed. */
function runCase(file: string, c: Recorded, { header, samplers }: Context): CaseResult | Promise<CaseResult> {
  if (file.startsWith('rng_torch')) return torchCase(c)
  if (file.startsWith('rng_philox')) return philoxCase(c)
  switch (c.kind) {
    case 'sample': return trajectory(c as SampleCase, header, samplers)
    case 'nonfinite': return nonFinite(c as SampleCase, header, samplers)
    case 'error': return file.startsWith('aux_') ? refusedForward(c) : refusal(c as SampleCase, header, samplers)
    case 'schedule': return scheduleCase(c, samplers)
    case 'table': return tableCase(c)
    case 'add_noise': case 'scale_noise': case 'get_velocity': return forwardProcess(c, header)
    case 'previous_timestep': return previousTimestep(c)
    default: return skipped(c.id, `cases of the kind "${c.kind}" are not known`)
  }
}

/** The recordings of diffusers' scheduler classes and of PyTorch's random streams. */
export const diffusersCases: Format = {
  name: 'diffusers',
  recognises: files => files.some(file => /^(sampler_[A-Z]|aux_|rng_)/.test(file)),
  async *run(folder, files, { samplers, schedules }) {
    for (const file of files) {
      const { cases, ...rest } = await recording(folder, file)
      const context: Context = { header: rest as unknown as Header, samplers, schedules }
      if (!Array.isArray(cases)) {
        yield* constants(file, rest, schedules)
        continue
      }
      for (const [i, c] of (cases as Recorded[]).entries()) {
        const id = c.id ?? `${file.replace('.json.gz', '')}-${i}`
        try {
          yield await runCase(file, { ...c, id }, context)
        } catch (error) {
          yield failed(id, error instanceof Error ? error.message : String(error))
        }
      }
    }
  },
}
