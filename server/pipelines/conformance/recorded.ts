import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '../../../plugins/sdk/index.js'
import { part } from '../../models/network.js'
import type { Draw } from '../paint.js'
import { streamOf } from '../stream.js'
import type { PipelineCase } from './case.js'
import { readNpy } from './npy.js'

/**
 * A stream for each picture. With one seed a draw of the recorded generator serves all pictures at once, and picture i takes its i-th part; with a list
 * of seeds each picture has its own generator, and draws follow each other picture by picture. Without recorded draws the seeds decide.
 */
export function drawsOf(root: string, { noise_draws = [], seed }: PipelineCase, pictures: number): readonly Draw[] {
  const files = noise_draws.map(d => join(root, d.file))
  const own = Array.isArray(seed)
  if (!files.length || !files.every(f => existsSync(f))) return own ? seed.map(s => streamOf('torch', BigInt(s)).draw) : shared(streamOf('torch', BigInt(seed as number)).draw, pictures)
  const recorded = files.map(readNpy)
  const next = (which: number, call: number, shape: readonly number[]): Tensor => {
    const tensor = own ? recorded[call * pictures + which] : recorded[call]
    if (!tensor) throw new RangeError(`The case has ${recorded.length} recorded draws; another one was asked for.`)
    // Frames of one clip, drawn at once.
    if ([1, ...tensor.shape].join() === shape.join()) return { ...tensor, shape }
    return own || tensor.shape[0] === 1 ? tensor : part(tensor, which % tensor.shape[0]!)
  }
  return Array.from({ length: pictures }, (_, which) => {
    let call = 0
    return shape => {
      const drawn = next(which, call++, shape)
      if (drawn.shape.join() !== shape.join()) throw new RangeError(`Draw ${call - 1} was recorded as [${drawn.shape.join(', ')}], but [${shape.join(', ')}] was asked for.`)
      return drawn
    }
  })
}

/** One generator that draws for all pictures at once: whoever comes first draws, the others take their part. */
function shared(stream: Draw, pictures: number): readonly Draw[] {
  const made: Tensor[] = []
  return Array.from({ length: pictures }, (_, which) => {
    let call = 0
    return shape => {
      // The generator sees one long draw for all pictures.
      made[call] ??= stream([1, pictures, ...shape.slice(1)])
      const { data } = made[call++]!
      return part({ shape: [pictures, ...shape.slice(1)], data }, which)
    }
  })
}
