import { fastSigmoid, neuron } from '@hillock/core'
import { sigmoid } from '@hillock/core/surrogates'
import { describe, test } from '@jest/globals'
import { neuronConformance } from '../src/index.ts'

// Neurons of other libraries, written from their published equations: each is a few lines, and core knows none of them.

const runner = { describe, test }
const spikingJelly = { surrogate: sigmoid({ slope: 4 }) }
const norse = { surrogate: fastSigmoid({ slope: 100 }) }
const norseParams = { tau_syn_inv: 200, tau_mem_inv: 100, v_leak: 0, v_th: 1, v_reset: 0, dt: 0.001 }

const unitScale = [
  neuron({
    name: 'SpikingJelly LIF, soft reset, input not decayed',
    params: { tau: 2, v_threshold: 1 },
    state: { v: 0 },
    ...spikingJelly,
    equations: `
      charged = v - v / tau + input
      spike = heaviside(charged - v_threshold, 1)
      v = charged - spike * v_threshold`,
  }),
  neuron({
    name: 'SpikingJelly QIF',
    params: { tau: 2, v_c: 0.8, a0: 1, v_threshold: 1, v_rest: 0, v_reset: -0.1 },
    state: { v: 'v_reset' },
    ...spikingJelly,
    equations: `
      charged = v + (input + a0 * (v - v_rest) * (v - v_c)) / tau
      spike = heaviside(charged - v_threshold, 1)
      v = (1 - spike) * charged + spike * v_reset`,
  }),
  neuron({
    name: 'SpikingJelly EIF',
    params: { tau: 2, delta_T: 1, theta_rh: 0.8, v_threshold: 1, v_rest: 0, v_reset: -0.1 },
    state: { v: 'v_reset' },
    ...spikingJelly,
    equations: `
      charged = v + (input + v_rest - v + delta_T * exp((v - theta_rh) / delta_T)) / tau
      spike = heaviside(charged - v_threshold, 1)
      v = (1 - spike) * charged + spike * v_reset`,
  }),
  neuron({
    name: 'SpikingJelly KLIF',
    params: { k: 1.3, tau: 2, v_threshold: 1, v_reset: 0 },
    state: { v: 'v_reset' },
    ...spikingJelly,
    equations: `
      charged = relu(k * (v + (input - (v - v_reset)) / tau))
      spike = heaviside(charged - v_threshold, 1)
      v = (1 - spike) * charged + spike * v_reset`,
  }),
  neuron({
    name: 'SpikingJelly Izhikevich',
    params: { tau: 2, v_c: 0.8, a0: 1, v_threshold: 1, v_rest: 0, v_reset: -0.1, tau_w: 2, a: 0.1, b: 0.3 },
    state: { v: 'v_reset', w: 0 },
    ...spikingJelly,
    equations: `
      charged = v + (input + a0 * (v - v_rest) * (v - v_c) - w) / tau
      w = w + (a * (charged - v_rest) - w) / tau_w
      spike = heaviside(charged - v_threshold, 1)
      v = (1 - spike) * charged + spike * v_reset
      w = w + b * spike`,
  }),
  neuron({
    name: 'snnTorch Synaptic, subtract',
    params: { alpha: 0.8, beta: 0.9, threshold: 1 },
    state: { syn: 0, mem: 0 },
    equations: `
      reset = detach(heaviside(mem - threshold))
      syn = alpha * syn + input
      mem = beta * mem + syn - reset * threshold
      spike = heaviside(mem - threshold)`,
  }),
  neuron({
    name: 'snnTorch Synaptic, zero',
    params: { alpha: 0.8, beta: 0.9, threshold: 1 },
    state: { syn: 0, mem: 0 },
    equations: `
      reset = detach(heaviside(mem - threshold))
      syn = where(reset, 0, alpha * syn + input)
      mem = where(reset, 0, beta * mem + alpha * prev(syn) + input)
      spike = heaviside(mem - threshold)`,
  }),
  neuron({
    name: 'snnTorch Alpha, subtract',
    params: { alpha: 0.9, beta: 0.8, threshold: 1 },
    state: { exc: 0, inh: 0, mem: 0 },
    equations: `
      reset = detach(heaviside(mem - threshold))
      tau = log(alpha) / (log(beta) - log(alpha)) + 1
      e = alpha * exc + input
      i = beta * inh - input
      mem = tau * (e + i) + inh * reset
      exc = e - threshold * reset
      inh = i - i * reset
      spike = heaviside(mem - threshold)`,
  }),
  neuron({
    name: 'snnTorch Lapicque from beta and R, zero',
    params: { beta: 0.9, R: 1, time_step: 1, threshold: 0.2 },
    state: { mem: 0 },
    equations: `
      C = time_step / (R * log(1 / beta))
      reset = detach(heaviside(mem - threshold))
      base = input * R * (1 / (R * C)) * time_step + (1 - time_step / (R * C)) * mem
      mem = base - reset * base
      spike = heaviside(mem - threshold)`,
  }),
  neuron({
    name: 'snnTorch RLeaky, one to one',
    params: { beta: 0.9, V: 0.4, threshold: 1 },
    state: { spk: 0, mem: 0 },
    equations: `
      reset = detach(heaviside(mem - threshold))
      mem = beta * mem + input + V * spk - reset * threshold
      spike = heaviside(mem - threshold)
      spk = spike`,
  }),
  neuron({
    name: 'Bellec 2020 ALIF, reset one step late',
    params: { alpha: 0.9, rho: 0.97, beta: 0.17, v_th: 1 },
    state: { v: 0, a: 0, z: 0 },
    equations: `
      v = alpha * v + input - detach(z) * v_th
      a = rho * a + z
      spike = heaviside(v - v_th - beta * a)
      z = spike`,
  }),
]

const strongCurrents = [
  neuron({
    name: 'Norse LSNN',
    params: { ...norseParams, tau_adapt_inv: 20, beta: 1.8 },
    state: { v: 'v_leak', i: 0, b: 'v_th' },
    ...norse,
    equations: `
      decayed = v + dt * tau_mem_inv * ((v_leak - v) + i)
      level = b + dt * tau_adapt_inv * (v_th - b)
      spike = heaviside(decayed - level)
      v = (1 - spike) * decayed + spike * v_reset
      b = level + spike * beta
      i = i - dt * tau_syn_inv * i + input`,
  }),
  neuron({
    name: 'Norse AdEx',
    params: {
      ...norseParams,
      adaptation_current: 4,
      adaptation_spike: 0.02,
      delta_T: 0.5,
      tau_ada_inv: 2,
    },
    state: { v: 'v_leak', i: 0, a: 0 },
    ...norse,
    equations: `
      escape = delta_T * exp((v - v_th) / delta_T)
      decayed = v + dt * tau_mem_inv * (v_leak - v + escape + i - a)
      a = a + dt * tau_ada_inv * (adaptation_current * (v - v_leak) - a)
      spike = heaviside(decayed - v_th)
      v = (1 - spike) * decayed + spike * v_reset
      i = i - dt * tau_syn_inv * i + input
      a = a + spike * adaptation_spike`,
  }),
]

for (const make of unitScale) neuronConformance(make(), { runner })
for (const make of strongCurrents) neuronConformance(make(), { current: [-1, 4], runner })
