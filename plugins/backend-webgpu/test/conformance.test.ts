import { thorough, whereFound } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { gpu } from './gpu.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

/** 20,000 operations in one kernel are more than an emulated GPU compiles within two minutes. */
const knownDeviations = { 'with a text of 200 lines': 'an emulated GPU compiles its kernel for minutes' }

/**
 * Where kernels write to follows from the kernel language, and is tried on it as JavaScript: an emulated GPU takes long to compile what that
 * asks for.
 */
const few = {
  describe(title: string, declare: () => void) {
    if (thorough.found || title !== 'guards') describe(title, declare)
  },
  test,
}

whereFound('on a GPU', gpu, () =>
  backendConformance({
    name: 'webgpu',
    create: () => plugin.webgpu(),
    programs: thorough.found ? 25 : 8,
    decorated: false,
    knownDeviations,
    runner: few,
  }),
)
