import type { Tensor } from '../../plugins/sdk/index.js'
import type { Database } from '../database/database.js'
import { sql } from '../database/sql.js'
import type { Journal } from '../pipelines/pipeline.js'
import { LeaseLost, type Lease } from './lease.js'

/** Bits of float32 as this machine lays them out: little-endian on every platform that Node runs on with SIMD. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer => Buffer.from(buffer, byteOffset, byteLength)

/** A copy, since the driver's buffer need not be aligned to four bytes. */
const floatsOf = (bytes: Buffer): Float32Array => new Float32Array(new Uint8Array(bytes).buffer)

/** What others asked of the run since the call before. */
export interface Asked { readonly cancelRequested: boolean; readonly previewEvery: number | null }

/**
 * The network outputs of a generation, one row per call, bit for bit. A write is refused once the lease is another worker's.
 * `asked` is called at each network call, so that a wish is heard within one.
 */
export async function openJournal(database: Database, lease: Lease, asked: (wish: Asked) => void): Promise<Journal & { readonly calls: number }> {
  const [{ calls }] = await database.query<{ calls: number }>(sql`SELECT count(*)::integer AS calls FROM noisegraph.journal WHERE generation_id = ${lease.id}`) as [{ calls: number }]
  return {
    calls,
    async read(call) {
      if (call >= calls) return undefined
      const [row] = await database.query<{ shape: number[]; data: Buffer }>(sql`SELECT shape, data FROM noisegraph.journal WHERE generation_id = ${lease.id} AND call = ${call}`)
      return row && { shape: row.shape, data: floatsOf(row.data) }
    },
    async write(call: number, { shape, data }: Tensor) {
      const [row] = await database.query<Asked>(sql`
        WITH held AS (SELECT g.id, g.cancel_requested, g.preview_every FROM noisegraph.generations g WHERE ${lease.holds} FOR KEY SHARE),
        written AS (INSERT INTO noisegraph.journal (generation_id, call, shape, data) SELECT id, ${call}::integer, ${[...shape]}::integer[], ${bytesOf(data)}::bytea FROM held ON CONFLICT DO NOTHING)
        SELECT cancel_requested AS "cancelRequested", preview_every AS "previewEvery" FROM held`)
      if (!row) throw new LeaseLost(lease.id)
      asked(row)
    },
  }
}
