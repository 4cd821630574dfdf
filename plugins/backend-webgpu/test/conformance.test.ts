import { whereFound } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { gpu } from './gpu.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

whereFound('on a GPU', gpu, () =>
  backendConformance({ name: 'webgpu', create: () => plugin.webgpu(), programs: 25, runner }),
)
