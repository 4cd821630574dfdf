import { thorough, whereFound } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'

const runner = { describe, test }

/**
 * What looks at results of many kernels is tried on the same texts as JavaScript, which needs no compiler. Other parts ask for the same
 * instructions and calls of the driver.
 */
const ofKernels = ['lanes', 'guards', 'wirings']
const ofTheHost = {
  describe(title: string, declare: () => void) {
    if (thorough.found || !ofKernels.includes(title)) describe(title, declare)
  },
  test,
}

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

whereFound('on a stand-in for the driver', compiler, () => {
  const { library } = standIn
  backendConformance({
    name: 'cuda on a stand-in',
    create: () => plugin.cuda({ library }),
    programs: 100,
    // tried on the kernels as JavaScript, whose backend is the same
    decorated: false,
    runner: ofTheHost,
  })
})
