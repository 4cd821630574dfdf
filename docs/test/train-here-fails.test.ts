import { expect, test } from '@jest/globals'
import { trainHere } from '../.vitepress/theme/train-here.js'

test('the first page trains on the reference backend where the GPU fails as it is taken, and says why', async () => {
  const adapter = {
    info: { description: 'a card' },
    features: new Set(),
    limits: {},
    requestDevice: () => Promise.reject(new Error('it fell off the bus')),
  }
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu: { requestAdapter: async () => adapter } },
    configurable: true,
  })
  const told: { on?: string; progress?: string }[] = []
  const enough = new Error('enough')
  try {
    const training = trainHere((news: (typeof told)[0]) => {
      told.push(news)
      if (news.progress) throw enough
    })
    await expect(training.next()).rejects.toBe(enough)
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
    else Reflect.deleteProperty(globalThis, 'navigator')
  }
  expect(told).toEqual([
    { on: expect.stringMatching(/^the reference backend, since the GPU fails: the GPU cannot be used: it fell off/) },
    { progress: expect.stringMatching(/^epoch 1, batch 1 of 63, loss \d/) },
  ])
})
