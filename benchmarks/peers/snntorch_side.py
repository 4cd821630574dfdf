"""A training step as snnTorch's tutorials write it."""

import snntorch as snn
import snntorch.functional as SF
import torch
from exchange import serve
from snntorch import spikegen, surrogate
from torch import nn


def gradient(description):
    params = description["params"]
    if description["name"] == "fastSigmoid":
        return surrogate.fast_sigmoid(slope=params["slope"])
    return surrogate.custom_surrogate(lambda x, grad, _: grad * (x.abs() < params["width"]) * params["height"])


class Net(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.steps = task.steps
        pairs = zip(task.sizes, task.sizes[1:])
        self.connections = nn.ModuleList(nn.Linear(*pair) for pair in pairs)
        self.neurons = nn.ModuleList(
            snn.Leaky(beta=task.beta, spike_grad=gradient(task.surrogate)) for _ in self.connections
        )

    def forward(self, x):
        membranes = [neuron.init_leaky() for neuron in self.neurons]
        records = [[] for _ in self.neurons]
        for step in range(self.steps):
            spikes = x[step] if len(x) > 1 else x[0]
            for i, (connection, neuron) in enumerate(zip(self.connections, self.neurons)):
                spikes, membranes[i] = neuron(connection(spikes), membranes[i])
                records[i].append(spikes)
        return [torch.stack(record) for record in records]


class Side:
    def __init__(self, task):
        self.task = task
        self.net = Net(task)
        with torch.no_grad():
            for connection, weight, bias in zip(self.net.connections, task.weights, task.biases):
                connection.weight.copy_(weight.t())
                connection.bias.copy_(bias)
        self.loss = SF.ce_count_loss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=task.rate)

    def encode(self, images):
        if self.task.probability is None:
            return images[None]
        return spikegen.rate(images, num_steps=self.task.steps, gain=self.task.probability)

    def train(self, given, labels):
        loss = self.loss(self.net(given)[-1], labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def check(self, given, labels):
        spikes = self.net(given)
        self.optimizer.zero_grad()
        self.loss(spikes[-1], labels).backward()
        weights = [connection.weight.grad.t() for connection in self.net.connections]
        return spikes, weights, [connection.bias.grad for connection in self.net.connections]


serve(Side, f"snnTorch {snn.__version__}, torch {torch.__version__}")
