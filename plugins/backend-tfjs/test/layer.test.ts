import { wasm } from '@hillock/backend-wasm'
import {
  backward,
  createRuntime,
  createSession,
  crossEntropy,
  dense,
  fastSigmoid,
  forward,
  type Learner,
  lif,
  type Network,
  neuron,
  poisson,
  reference,
  type Snapshot,
  sequential,
  synaptic,
} from '@hillock/core'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { asLayer } from '../src/index.ts'
