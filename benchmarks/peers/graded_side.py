"""A training step of seed 001 as its notebook writes it in torch: a loop over time steps, fresh noise at each, autograd, SGD."""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from exchange import read, write
from torch import nn


class Layer(nn.Module):
    def __init__(self, task, index):
        super().__init__()
        inputs, units = task["sizes"][index], task["sizes"][index + 1]
        name = f"{task['folder']}", f"layer{index + 1}"
        self.fc = nn.Linear(inputs, units)
        with torch.no_grad():
            self.fc.weight.copy_(read(name[0], f"{name[1]}.weight.f32", (inputs, units)).t())
            self.fc.bias.copy_(read(name[0], f"{name[1]}.bias.f32", (units,)))
        self.decay, self.threshold, self.penalty = task["decay"], task["threshold"], task["penalty"]

    def reset(self, batch):
        self.prev_inner = torch.zeros(batch, self.fc.out_features)
        self.prev_outer = torch.zeros(batch, self.fc.out_features)

    def forward(self, x):
        inner = self.fc(x) + self.prev_inner * self.decay
        outer = F.relu(inner - self.threshold)
        gate = (outer > 0).float()
        inner = inner - (self.penalty / self.threshold * inner) * gate
        delayed = self.prev_inner, self.prev_outer
        self.prev_inner, self.prev_outer = inner, outer
        return delayed


class Side:
    def __init__(self, task):
        self.task = task
        self.layers = nn.ModuleList(Layer(task, i) for i in range(2))
        self.optimizer = torch.optim.SGD(self.layers.parameters(), lr=1e-6, momentum=task["momentum"])
        inputs = task["sizes"][0]
        # Normalised to [-0.5, 0.5], as the notebook's data are.
        self.images = read(task["folder"], "images.f32", (-1, task["batch"], inputs)) - 0.5
        self.labels = read(task["folder"], "labels.u8", (-1, task["batch"]), np.uint8).long()
        self.given = read(task["folder"], "input.f32", (task["steps"], task["checked"], inputs))
        self.at = 0

    def forward(self, inputs, batch):
        for layer in self.layers:
            layer.reset(batch)
        outputs, logits = ([], []), []
        for x in inputs:
            _, first = self.layers[0](x)
            state, second = self.layers[1](first)
            outputs[0].append(first)
            outputs[1].append(second)
            logits.append(state)
        return F.log_softmax(torch.stack(logits).mean(0), dim=-1), outputs

    def check(self):
        output, outputs = self.forward(self.given, self.task["checked"])
        F.nll_loss(output, self.labels.flatten()[: self.task["checked"]]).backward()
        for i, layer in enumerate(self.layers):
            name = f"layer{i + 1}"
            write(self.task["folder"], f"{name}.outputs.f32", torch.stack(outputs[i]))
            write(self.task["folder"], f"{name}.weight.gradient.f32", layer.fc.weight.grad.t().contiguous())
            write(self.task["folder"], f"{name}.bias.gradient.f32", layer.fc.bias.grad)

    def step(self):
        x, y = self.images[self.at % len(self.images)], self.labels[self.at % len(self.images)]
        self.at += 1
        self.optimizer.zero_grad()
        output, _ = self.forward((torch.rand(x.shape) * x for _ in range(self.task["steps"])), self.task["batch"])
        F.nll_loss(output, y).backward()
        self.optimizer.step()

    def steps(self, count):
        times = {"ms": [], "cpuMs": []}
        for _ in range(count):
            start, worked = time.perf_counter(), time.process_time()
            self.step()
            times["ms"].append(1000 * (time.perf_counter() - start))
            times["cpuMs"].append(1000 * (time.process_time() - worked))
        return times


side = None
for line in sys.stdin:
    message = json.loads(line)
    answer = {}
    if message["do"] == "start":
        torch.set_num_threads(message["threads"])
        side = Side({**message["workload"], "folder": message["folder"]})
        answer = {"version": f"torch {torch.__version__}"}
    elif message["do"] == "check":
        side.check()
    elif message["do"] == "steps":
        answer = side.steps(message["count"])
    print(json.dumps(answer), flush=True)
