import { NoisegraphError } from './errors.js'
import type { DeviceChoice } from './order.js'
import type { WorkerReport } from './services.js'

/**
 * Refuses a device that none of the workers has; while none has reported, all may be there.
 * @throws DEVICE_UNAVAILABLE naming the ones that can run, and why this one cannot, in the provider's own words.
 */
export function checkDevice(device: DeviceChoice, workers: readonly Pick<WorkerReport, 'devices'>[]): void {
  if (device === 'auto' || !workers.length) return
  const reports = workers.flatMap(w => w.devices)
  const own = reports.filter(d => d.device === device)
  if (own.some(d => d.available)) return
  const there = [...new Set(reports.filter(d => d.available).map(d => d.device))]
  throw new NoisegraphError('DEVICE_UNAVAILABLE', `${device} cannot run here${own[0] ? `: ${own[0].detail.replace(/\.?$/, '.')}` : '.'} ${there.length ? `Ask for ${there.join(' or ')}, or for auto.` : 'No device of this server can.'}`, 'device')
}
