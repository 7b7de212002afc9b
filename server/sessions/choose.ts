import type { DeviceChoice } from '../core/order.js'
import { NoisegraphError } from '../core/errors.js'
import type { Device, SessionProvider } from './session.js'

export interface DeviceReport { readonly device: Device; readonly available: boolean; readonly chosen: boolean; readonly detail: string }

/** Which devices work here, and which one runs. */
export interface Devices {
  /** In the order of preference; `chosen` marks the one that "auto" means. `detail` is what runs, or why it does not. */
  report(): Promise<readonly DeviceReport[]>
  /** @throws DEVICE_UNAVAILABLE with the provider's own reason. */
  provider(choice: DeviceChoice): Promise<SessionProvider>
}

/** Tries the providers in the order given: CUDA first, then the engine or the CPU provider as configured. Each is probed once, when first needed. */
export function chooseDevices(providers: readonly SessionProvider[]): Devices {
  const probes = new Map<Device, ReturnType<SessionProvider['probe']>>()
  const probe = (p: SessionProvider) => {
    const known = probes.get(p.device) ?? p.probe()
    probes.set(p.device, known)
    return known
  }
  const report = async (): Promise<readonly DeviceReport[]> => {
    const out: DeviceReport[] = []
    for (const p of providers) {
      const answer = await probe(p)
      const chosen = answer.available && !out.some(r => r.chosen)
      out.push({ device: p.device, available: answer.available, chosen, detail: answer.available ? answer.detail : answer.reason })
    }
    return out
  }
  return {
    report,
    async provider(choice) {
      for (const p of providers) if (choice === 'auto' || p.device === choice) {
        const answer = await probe(p)
        if (answer.available) return p
        if (choice !== 'auto') throw new NoisegraphError('DEVICE_UNAVAILABLE', `${choice} cannot run here: ${answer.reason.replace(/\.?$/, '.')} Ask for "auto" to use what runs.`, 'device')
      }
      const reasons = (await report()).map(r => `${r.device}: ${r.detail}`).join('; ')
      throw new NoisegraphError('DEVICE_UNAVAILABLE', choice === 'auto' ? `No device can run here. ${reasons}` : `"${choice}" is not among the devices of this server: ${providers.map(p => p.device).join(', ')}.`, 'device')
    },
  }
}
