export type { HomeostasisOptions } from './homeostasis.ts'
export type { ReadoutOptions } from './read-out.ts'
export { type StdpOptions, stdp } from './stdp.ts'
