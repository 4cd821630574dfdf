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


def first(x, axis):
    """Channels, which hillock has last, come first."""
    return x.movedim(-1, axis).contiguous()


class Connection(nn.Module):
    """A product by weights, and what comes before and behind it."""

    def __init__(self, layer):
        super().__init__()
        *sides, self.channels = layer.came
        self.sides, self.layer = sides, layer
        self.product = nn.Conv2d(self.channels, layer.units, layer.kernel) if layer.kernel else nn.Linear(layer.rows, layer.units)
        flat = [nn.Flatten()] if sides and not layer.kernel else []
        self.all = nn.Sequential(*flat, self.product, *([nn.AvgPool2d(layer.pool, divisor_override=1)] if layer.pool > 1 else []))

    def forward(self, x):
        return self.all(x)

    def put(self, weight, bias):
        """`weight`: [rows, units], as hillock has it."""
        sides = [self.layer.kernel] * len(self.sides) if self.layer.kernel else self.sides
        own = first(first(weight.view(*sides, self.channels, -1), 0), 1)
        self.product.weight.copy_(own.view_as(self.product.weight))
        self.product.bias.copy_(bias)

    def gradient(self):
        """The way back."""
        sides = [self.layer.kernel] * len(self.sides) if self.layer.kernel else self.sides
        own = self.product.weight.grad.view(self.layer.units, self.channels, *sides)
        return own.movedim(1, -1).movedim(0, -1).reshape(self.layer.rows, self.layer.units)


class Net(nn.Module):
    def __init__(self, task):
        super().__init__()
        self.steps = task.steps
        self.connections = nn.ModuleList(Connection(layer) for layer in task.layers)
        self.neurons = nn.ModuleList(self.neuron(task, layer) for layer in task.layers)

    def neuron(self, task, layer):
        options = {"beta": task.beta, "spike_grad": gradient(task.surrogate)}
        if not layer.recurrent:
            return snn.Leaky(**options)
        neuron = snn.RLeaky(linear_features=layer.units, **options)
        neuron.recurrent = nn.Linear(layer.units, layer.units, bias=False)
        return neuron

    def forward(self, x):
        states = [n.init_rleaky() if isinstance(n, snn.RLeaky) else (n.init_leaky(),) for n in self.neurons]
        records = [[] for _ in self.neurons]
        for step in range(self.steps):
            spikes = x[step] if len(x) > 1 else x[0]
            for i, (connection, neuron) in enumerate(zip(self.connections, self.neurons)):
                made = neuron(connection(spikes), *states[i])
                spikes, states[i] = made[0], made[-len(states[i]) :]
                records[i].append(spikes)
        return [torch.stack(record) for record in records]


class Side:
    def __init__(self, task):
        self.task = task
        self.net = Net(task)
        with torch.no_grad():
            for connection, weight, bias in zip(self.net.connections, task.weights, task.biases):
                connection.put(weight, bias)
            for neuron, matrix in zip(self.net.neurons, task.matrices):
                if matrix is not None:
                    neuron.recurrent.weight.copy_(matrix.t())
        self.loss = SF.ce_count_loss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=task.rate)

    def encode(self, images):
        images = self.shaped(images, 1)
        if self.task.probability is None:
            return images[None]
        return spikegen.rate(images, num_steps=self.task.steps, gain=self.task.probability)

    def shaped(self, x, axis):
        """[.., inputs] with the axes of an image, where it is one."""
        *sides, channels = self.task.shape
        return first(x.view(*x.shape[:-1], *sides, channels), axis) if sides else x

    def train(self, given, labels):
        loss = self.loss(self.net(given)[-1], labels)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def check(self, given, labels):
        spikes = self.net(self.shaped(given, 2))
        self.optimizer.zero_grad()
        self.loss(spikes[-1], labels).backward()
        weights = [connection.gradient() for connection in self.net.connections]
        biases = [connection.product.bias.grad for connection in self.net.connections]
        matrices = [n.recurrent.weight.grad.t() if isinstance(n, snn.RLeaky) else None for n in self.net.neurons]
        return [x.movedim(2, -1) for x in spikes], weights, biases, matrices


serve(Side, f"snnTorch {snn.__version__}, torch {torch.__version__}")
