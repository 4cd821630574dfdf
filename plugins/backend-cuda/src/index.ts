export { type Availability, type CudaOptions, cuda, isAvailable } from './cuda.ts'
