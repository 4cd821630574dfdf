import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { tfjs } from '@hillock/backend-tfjs'
import { backendConformance } from '@hillock/testkit'

const tf = createRequire(process.env.TFNODE)('@tensorflow/tfjs-node')
backendConformance({
  name: 'tfjs:node',
  create: () => tfjs({ backend: 'node', tf }),
  programs: 25,
  runner: { describe, test },
})
