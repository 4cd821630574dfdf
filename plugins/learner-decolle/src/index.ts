export { type DecolleOptions, decolle, type LayerLoss } from './decolle.ts'
