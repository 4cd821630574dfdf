"""What the driver and a side written in Python share: raw arrays in a folder, one JSON object a line on standard input and output."""

import json
import math
import sys
import time

import numpy as np
import torch


def read(folder, name, shape, dtype=np.float32):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype=dtype).reshape(shape).copy())


def write(folder, name, tensor, dtype=np.float32):
    tensor.detach().numpy().astype(dtype).tofile(f"{folder}/{name}")


class Layer:
    """What a layer of a workload is made of: dense, or a convolution without zeros around the image and sums over windows behind it."""

    def __init__(self, told, came):
        """`came`: the shape of what comes in, channels last."""
        self.units, self.kernel, self.pool = told["units"], told.get("kernel"), told.get("pool", 1)
        self.came, self.recurrent = came, told.get("recurrent", False)
        *sides, channels = came
        self.rows = channels * self.kernel ** len(sides) if self.kernel else math.prod(came)
        """The shape of its neurons, channels last."""
        self.shape = [*((side - self.kernel + 1) // self.pool for side in sides), self.units] if self.kernel else [self.units]


class Task:
    """A workload with its weights ([inputs, units]), images and labels, all of them as hillock has them."""

    def __init__(self, folder, workload):
        self.folder = folder
        self.sizes = workload["sizes"]
        self.steps = workload["steps"]
        self.batch = workload["batch"]
        self.probability = workload.get("probability")
        self.surrogate = workload["surrogate"]
        self.beta = workload["beta"]
        self.rate = workload["rate"]
        inputs = self.sizes[0]
        self.images = read(folder, "images.f32", (-1, self.batch, inputs))
        self.labels = read(folder, "labels.u8", (-1, self.batch), np.uint8).long()
        self.shape, self.layers = workload["shape"], []
        for told in workload["layers"]:
            self.layers.append(Layer(told, self.layers[-1].shape if self.layers else self.shape))
        of = list(enumerate(self.layers))
        self.weights = [read(folder, f"layer{i + 1}.weight.f32", (layer.rows, layer.units)) for i, layer in of]
        self.biases = [read(folder, f"layer{i + 1}.bias.f32", (layer.units,)) for i, layer in of]
        """By layer, [from, to]: what goes back to its own neurons; None where nothing does."""
        self.matrices = [
            read(folder, f"layer{i + 1}.recurrent.f32", (layer.units, layer.units)) if layer.recurrent else None for i, layer in of
        ]
        rows = 1 if self.probability is None else self.steps
        self.given = read(folder, "input.f32", (rows, self.batch, inputs))

    def write_check(self, spikes, weights, biases, matrices):
        for i, (spike, weight, bias, matrix) in enumerate(zip(spikes, weights, biases, matrices)):
            write(self.folder, f"layer{i + 1}.spikes.u8", spike, np.uint8)
            write(self.folder, f"layer{i + 1}.weight.gradient.f32", weight)
            write(self.folder, f"layer{i + 1}.bias.gradient.f32", bias)
            if matrix is not None:
                write(self.folder, f"layer{i + 1}.recurrent.gradient.f32", matrix)


def serve(create, version):
    """
    `create(task)` gives an object with encode(images), train(input, labels) and check(input, labels), which gives spikes and gradients of
    weights, biases and recurrent matrices, by layer.
    """
    task = side = None
    at = 0
    for line in sys.stdin:
        message = json.loads(line)
        answer = {}
        if message["do"] == "start":
            torch.set_num_threads(message["threads"])
            task = Task(message["folder"], message["workload"])
            side = create(task)
            answer = {"version": version}
        elif message["do"] == "check":
            task.write_check(*side.check(task.given, task.labels[0]))
        elif message["do"] == "steps":
            answer = {"ms": [], "cpuMs": []}
            for _ in range(message["count"]):
                images, labels = task.images[at % len(task.images)], task.labels[at % len(task.images)]
                at += 1
                part = message["part"]
                if part == "train":
                    given = side.encode(images)
                start, worked = time.perf_counter(), time.process_time()
                if part != "train":
                    given = side.encode(images)
                if part != "encode":
                    side.train(given, labels)
                answer["ms"].append(1000 * (time.perf_counter() - start))
                answer["cpuMs"].append(1000 * (time.process_time() - worked))
        print(json.dumps(answer), flush=True)
