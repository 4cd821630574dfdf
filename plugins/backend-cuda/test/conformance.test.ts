import { whereFound } from '@hillock/testing'
import { backendConformance, packageConformance } from '@hillock/testkit'
import { describe, test } from '@jest/globals'
import * as plugin from '../src/index.ts'
import { compiler, standIn } from './stand-in.ts'

const runner = { describe, test }

packageConformance({ folder: new URL('../', import.meta.url), exports: plugin, runner })

whereFound('on a stand-in for the driver', compiler, () => {
  const { library } = standIn
  backendConformance({
    name: 'cuda on a stand-in',
    create: () => plugin.cuda({ library }),
    programs: 100,
    // tried on the kernels as JavaScript, whose backend is the same
    decorated: false,
    runner,
  })
})
