import { freemem, totalmem } from 'node:os'
import { orderLimits } from '../../core/make-order.js'
import type { WorkerReport } from '../../core/services.js'
import type { Resolvers } from '../_resolvers-types.js'

/** Each device once: as the worker sees it where it works best. */
function devicesOf(workers: readonly WorkerReport[]): WorkerReport['devices'] {
  const best = new Map<string, WorkerReport['devices'][number]>()
  const rank = (d: WorkerReport['devices'][number]) => 2 * Number(d.chosen) + Number(d.available)
  for (const device of workers.flatMap(w => w.devices)) if (!best.has(device.device) || rank(device) > rank(best.get(device.device)!)) best.set(device.device, device)
  return [...best.values()].sort((a, b) => rank(b) - rank(a))
}

export const runtime: Resolvers = {
  Query: {
    async runtime(_, __, { workers, versions, limits }) {
      const all = await workers.list()
      const { rss, heapUsed } = process.memoryUsage()
      return {
        devices: devicesOf(all), engine: all[0]?.engine ?? null, threads: all.reduce((sum, w) => sum + w.threads, 0), workers: all,
        versions: Object.entries(versions).map(([name, version]) => ({ name, version })),
        memory: { rssBytes: rss, heapUsedBytes: heapUsed, freeBytes: freemem(), totalBytes: totalmem() },
        uptimeSeconds: process.uptime(),
        limits: { ...limits, promptLength: orderLimits.promptLength, requestPixels: orderLimits.requestPixels },
      }
    },
  },
}
