export { type DeviceBackend, deviceBackend } from './backend.ts'
export { type Builder, build, type Given } from './build.ts'
export type { Device, Heap, Launch, Region } from './device.ts'
export * from './expressions.ts'
export {
  argumentWords,
  type DeviceKernel,
  type Expression,
  headWords,
  isPlace,
  type Operation,
  type Parameter,
  type ParameterType,
  type ProductFormat,
  type Real,
  type Shared,
  type Statement,
  type Truth,
  type Type,
  type Whole,
} from './ir.ts'
export { slots, slotWords } from './queue.ts'
