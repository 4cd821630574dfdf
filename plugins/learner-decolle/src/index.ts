export { type DecolleOptions, decolle } from './decolle.ts'
