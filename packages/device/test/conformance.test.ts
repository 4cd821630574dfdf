import { backendConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import { deviceBackend } from '../src/index.ts'
import { scriptDevice } from './script-device.ts'

backendConformance({
  name: 'kernels as JavaScript',
  create: () => deviceBackend(scriptDevice(), { exact: true }),
  programs: 25,
  runner: { describe, test },
})
