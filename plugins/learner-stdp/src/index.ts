export type { HomeostasisOptions } from './homeostasis.ts'
export type { ReadoutOptions } from './read-out.ts'
export { type RewardOptions, type StdpOptions, stdp } from './stdp.ts'
