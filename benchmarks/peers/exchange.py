"""What the driver and a side written in Python share: raw arrays in a folder, one JSON object a line on standard input and output."""

import json
import sys
import time

import numpy as np
import torch


def read(folder, name, shape, dtype=np.float32):
    return torch.from_numpy(np.fromfile(f"{folder}/{name}", dtype=dtype).reshape(shape).copy())


def write(folder, name, tensor, dtype=np.float32):
    tensor.detach().numpy().astype(dtype).tofile(f"{folder}/{name}")


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
        pairs = list(zip(self.sizes, self.sizes[1:]))
        self.weights = [read(folder, f"layer{i + 1}.weight.f32", pair) for i, pair in enumerate(pairs)]
        self.biases = [read(folder, f"layer{i + 1}.bias.f32", (pair[1],)) for i, pair in enumerate(pairs)]
        rows = 1 if self.probability is None else self.steps
        self.given = read(folder, "input.f32", (rows, self.batch, inputs))

    def write_check(self, spikes, weights, biases):
        for i, (spike, weight, bias) in enumerate(zip(spikes, weights, biases)):
            write(self.folder, f"layer{i + 1}.spikes.u8", spike, np.uint8)
            write(self.folder, f"layer{i + 1}.weight.gradient.f32", weight)
            write(self.folder, f"layer{i + 1}.bias.gradient.f32", bias)


def serve(create, version):
    """`create(task)` gives an object with encode(images), train(input, labels) and check(input, labels)."""
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
