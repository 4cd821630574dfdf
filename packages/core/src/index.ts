export { type ErrorCode, HillockError } from './errors.ts'
