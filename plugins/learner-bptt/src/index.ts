export { type BpttOptions, bptt } from './bptt.ts'
