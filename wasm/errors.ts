/**
 * What went wrong, for whoever called the engine.
 * INVALID_MODEL: the file is damaged or contradicts itself; UNSUPPORTED: operators or types that this engine has not; INVALID_INPUT: feeds that do not fit;
 * OUT_OF_MEMORY: the message has both numbers; ABORTED: by the caller; FAILED: a kernel trapped or a thread died.
 */
export type EngineCode = 'INVALID_MODEL' | 'UNSUPPORTED' | 'INVALID_INPUT' | 'OUT_OF_MEMORY' | 'ABORTED' | 'FAILED'

export class EngineError extends Error {
  constructor(readonly code: EngineCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineError'
  }
}
/** A kernel that trapped, in the launch of that number on its tape. */
export class Trap extends EngineError {
  constructor(readonly launch: number, message: string, options?: ErrorOptions) { super('FAILED', `A kernel trapped: ${message}.`, options) }
}
export const invalidModel = (message: string): EngineError => new EngineError('INVALID_MODEL', message)
export const invalidInput = (message: string): EngineError => new EngineError('INVALID_INPUT', message)
