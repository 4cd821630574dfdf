export { type RandomBpOptions, randomBp } from './random-bp.ts'
export type { Average } from './window.ts'
