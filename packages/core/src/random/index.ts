export { type Generator, generator } from './generator.ts'
export { philox4x32 } from './philox.ts'
export { checkSeed, keyWord, places, type Stream, stream } from './streams.ts'
export { bernoulliBlock, drawn, uniform, uniformBits } from './uniform.ts'
