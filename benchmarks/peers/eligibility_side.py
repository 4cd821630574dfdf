"""Updates by exponential eligibility traces in torch: a trace for each synapse and sample, as the notebook of seed 004 keeps it, or the
one product that those come to. One reset, and the surrogate of the membrane before it, as the notebook means it."""

import json
import sys
import time

import numpy as np
import torch
from exchange import read, write


class Layer:
    def __init__(self, task, index):
        self.out_features, self.in_features = task["sizes"][index + 1], task["sizes"][index]
        name = f"layer{index + 1}"
        shape = (self.in_features, self.out_features)
        self.W = read(task["folder"], f"{name}.weight.f32", shape).t().contiguous()
        self.threshold, self.slope = task["threshold"], task["slope"]
        self.alpha, self.beta, self.gamma = (torch.tensor(task[name]) for name in ("alpha", "beta", "decay"))

    def forward(self, input_spikes):
        T, B, _ = input_spikes.shape
        I = torch.zeros(B, self.out_features)
        U = torch.zeros(B, self.out_features)
        out_spikes, sigma_primes = [], []
        for t in range(T):
            I = self.alpha * I + input_spikes[t] @ self.W.t()
            U = self.beta * U + I
            S = (U >= self.threshold).float()
            du = (U - self.threshold).abs()
            sigma_primes.append(1 / ((1 + self.slope * du) ** 2))
            U = U - S * self.threshold
            out_spikes.append(S)
        self.input, self.sigma_primes = input_spikes, sigma_primes
        return torch.stack(out_spikes)

    def traces(self, error):
        T, B, _ = self.input.shape
        trace = torch.zeros(B, self.out_features, self.in_features)
        for t in range(T):
            trace = self.gamma * trace + self.sigma_primes[t].unsqueeze(2) * self.input[t].unsqueeze(1)
        return torch.einsum("bo,boi->oi", error, trace) / B

    def product(self, error):
        T, B, _ = self.input.shape
        left = self.gamma ** torch.arange(T - 1, -1, -1)
        weighted = torch.stack(self.sigma_primes) * error * left[:, None, None]
        return weighted.flatten(0, 1).t() @ self.input.flatten(0, 1) / B


class Side:
    def __init__(self, task, way):
        self.task, self.way = task, way
        T, B, classes = task["steps"], task["batch"], task["sizes"][-1]
        self.layers = [Layer(task, i) for i in range(2)]
        self.G = read(task["folder"], "layer1.feedback.f32", (classes, task["sizes"][1]))
        self.input = read(task["folder"], "input.f32", (T, B, task["sizes"][0]))
        labels = read(task["folder"], "labels.u8", (B,), np.uint8)
        self.target = torch.nn.functional.one_hot(labels.long(), classes).float()

    def forward(self):
        spikes = self.input
        self.spikes = [spikes := layer.forward(spikes) for layer in self.layers]

    def update(self):
        # The notebook's error is rate - target; the squared error that hillock is given has this one.
        error = (self.spikes[-1].mean(0) - self.target) * 2 / self.target.shape[1]
        hidden, output = self.layers
        self.gradients = [getattr(hidden, self.way)(error @ self.G), getattr(output, self.way)(error)]

    def apply(self):
        for layer, gradient in zip(self.layers, self.gradients):
            layer.W -= 1e-6 * gradient

    def check(self):
        self.forward()
        self.update()
        for i, (spikes, gradient) in enumerate(zip(self.spikes, self.gradients)):
            write(self.task["folder"], f"layer{i + 1}.spikes.u8", spikes, np.uint8)
            write(self.task["folder"], f"layer{i + 1}.weight.gradient.f32", gradient.t().contiguous())

    def steps(self, count, part):
        times = {"ms": [], "cpuMs": []}
        for _ in range(count):
            if part == "update":
                self.forward()
            start, worked = time.perf_counter(), time.process_time()
            if part == "whole":
                self.forward()
            self.update()
            if part == "whole":
                self.apply()
            times["ms"].append(1000 * (time.perf_counter() - start))
            times["cpuMs"].append(1000 * (time.process_time() - worked))
        return times


side = None
with torch.no_grad():
    for line in sys.stdin:
        message = json.loads(line)
        answer = {}
        if message["do"] == "start":
            torch.set_num_threads(message["threads"])
            side = Side({**message["workload"], "folder": message["folder"]}, message["way"])
            answer = {"version": f"torch {torch.__version__}"}
        elif message["do"] == "check":
            side.check()
        elif message["do"] == "steps":
            answer = side.steps(message["count"], message["part"])
        print(json.dumps(answer), flush=True)
