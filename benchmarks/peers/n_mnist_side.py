"""The networks of `--suite n-mnist` in torch: autograd, one product or convolution a layer for all steps, a loop over time for the neurons."""

import json
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F


class Spike(torch.autograd.Function):
    """Heaviside, with the derivative of the fast sigmoid."""

    slope = 5.0

    @staticmethod
    def forward(ctx, height):
        ctx.save_for_backward(height)
        return (height > 0).float()

    @staticmethod
    def backward(ctx, signal):
        (height,) = ctx.saved_tensors
        return signal / (1 + Spike.slope * height.abs()) ** 2


def lif(current, beta=0.9):
    """[T, ...]; fires above 1 and is reset by subtraction within the step, through which no gradient goes."""
    membrane = torch.zeros_like(current[0])
    spikes = []
    for now in current:
        membrane = beta * membrane + now
        spike = Spike.apply(membrane - 1)
        membrane = membrane - spike.detach()
        spikes.append(spike)
    return torch.stack(spikes)


def readout(current, beta=0.95):
    """The mean over time of a membrane that leaks."""
    membrane, total = torch.zeros_like(current[0]), 0
    for now in current:
        membrane = beta * membrane + now
        total = total + membrane
    return total / len(current)


def read(folder, name, dtype=np.float32):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype=dtype))


class Events:
    """Recordings as lists: in step t of recording b the neurons index[start[b * T + t]] up to that of the next step fire."""

    def __init__(self, folder, part, steps, size):
        self.start, self.index = (read(folder, f"{part}.{name}.i32", np.int32).long() for name in ("start", "index"))
        self.labels = read(folder, f"{part}.labels.u8", np.uint8).long()
        self.steps, self.size = steps, size

    def dense(self, rows):
        x = torch.zeros(self.steps, len(rows), self.size)
        for b, row in enumerate(rows):
            first, last = self.start[row * self.steps], self.start[(row + 1) * self.steps]
            counts = self.start[row * self.steps + 1 : (row + 1) * self.steps + 1] - self.start[row * self.steps : (row + 1) * self.steps]
            x[torch.repeat_interleave(torch.arange(self.steps), counts), b, self.index[first:last]] = 1
        return x


class Side:
    def __init__(self, folder, sizes, shapes, steps, rate):
        self.weights = {}
        for name, shape in shapes.items():
            values = read(folder, f"{name}.f32").reshape(shape)
            # [height, width, in, out] here, [out, in, height, width] in torch
            values = values.permute(3, 2, 0, 1) if len(shape) == 4 else values
            self.weights[name] = values.contiguous().requires_grad_()
        size = int(np.prod(sizes))
        self.sizes, self.train, self.test = sizes, *(Events(folder, part, steps, size) for part in ("train", "test"))
        self.optimizer = torch.optim.Adam(self.weights.values(), lr=rate, fused=True)

    def layer(self, name, x):
        return x @ self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]

    def conv(self, name, x):
        steps, batch = x.shape[:2]
        found = F.avg_pool2d(F.conv2d(x.flatten(0, 1), self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]), 2)
        return found.unflatten(0, (steps, batch))

    def forward(self, x):
        if "layer3.weight" not in self.weights:
            return readout(self.layer("layer2", lif(self.layer("layer1", x))))
        x = x.unflatten(2, self.sizes).permute(0, 1, 4, 2, 3).contiguous(memory_format=torch.preserve_format)
        x = lif(self.conv("layer2", lif(self.conv("layer1", x))))
        return readout(self.layer("layer3", x.permute(0, 1, 3, 4, 2).flatten(2)))

    def step(self, rows):
        loss = F.cross_entropy(self.forward(self.train.dense(rows)), self.train.labels[rows])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def accuracy(self):
        with torch.no_grad():
            rows = torch.arange(len(self.test.labels))
            found = [self.forward(self.test.dense(part)).argmax(1) for part in rows.split(32)]
        return (torch.cat(found) == self.test.labels).float().mean().item()


side = None
for line in sys.stdin:
    message = json.loads(line)
    if message["do"] == "start":
        torch.set_num_threads(message["threads"])
        side = Side(message["folder"], message["sizes"], message["shapes"], message["steps"], message["rate"])
        answer = {"version": f"torch {torch.__version__}"}
    elif message["do"] == "epoch":
        began, worked = time.perf_counter(), time.process_time()
        losses = [side.step(torch.tensor(rows)) for rows in message["batches"]]
        answer = {"losses": losses, "ms": 1000 * (time.perf_counter() - began), "cpuMs": 1000 * (time.process_time() - worked)}
    else:
        answer = {"accuracy": side.accuracy()}
    print(json.dumps(answer), flush=True)
