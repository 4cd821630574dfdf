import type { Tensor } from '@tensorflow/tfjs-core'

/** The module of tfjs, loaded when it is first needed. */
export type Tf = typeof import('@tensorflow/tfjs-core')

/** A tensor of tfjs. */
export type TfTensor = Tensor
