export type { HomeostasisOptions } from './homeostasis.ts'
export type { StdpOptions } from './options.ts'
export type { ReadoutOptions } from './read-out.ts'
export { stdp } from './stdp.ts'
