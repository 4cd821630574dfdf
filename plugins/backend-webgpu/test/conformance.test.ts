import { whereFound } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { gpu } from './gpu.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

/** 20,000 operations in one kernel are more than an emulated GPU compiles within two minutes. */
const knownDeviations = { 'with a text of 200 lines': 'an emulated GPU compiles its kernel for minutes' }

whereFound('on a GPU', gpu, () =>
  backendConformance({
    name: 'webgpu',
    create: () => plugin.webgpu(),
    programs: 25,
    decorated: false,
    knownDeviations,
    runner,
  }),
)
