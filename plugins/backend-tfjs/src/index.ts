export { type Availability, isAvailable, type TfjsOptions, tfjs } from './tfjs.ts'
