export { type Availability, isAvailable, type WebgpuOptions, webgpu } from './webgpu.ts'
