// Products of real numbers, to be built with relaxed SIMD: they take the place of the same kernels in `index.ts` where they are asked for.
export { gemm, gemmTransposed } from './gemm'
export { masked } from './masked'
export { product, productTransposed } from './product'
export { sparseTransposed } from './sparse-transposed'
export { wiredReals, wiredRealsGradient } from './wired-reals'
