import { endingOf, typeOf } from '../core/formats.js'
import type { Artifact, ArtifactStore } from '../core/services.js'

/** An artifact's id is its file name, generation, index and ending, so nothing else has to be kept: putting the same generation and index again replaces the file. */
const pattern = /^[A-Za-z0-9_-]+-\d+\.([a-z0-9]+)$/

/** @throws RangeError where a generation's id cannot be part of a file name. */
export function idOf(generationId: string, { index, mimeType }: Parameters<ArtifactStore['put']>[1]): string {
  const id = `${generationId}-${index}.${endingOf(mimeType)}`
  if (!pattern.test(id)) throw new RangeError(`"${generationId}" cannot be part of a file name.`)
  return id
}

/** The type that an id's ending stands for; undefined where it is no id. */
export function typeOfId(id: string): string | undefined {
  const ending = pattern.exec(id)?.[1]
  return ending && typeOf(ending)
}

export const described = (id: string, url: string, { bytes, mimeType, width, height, index, seed }: Parameters<ArtifactStore['put']>[1]): Artifact =>
  ({ id, url, mimeType, bytes: bytes.length, index, seed, ...(width !== undefined && { width }), ...(height !== undefined && { height }) })
