"""
The fastest loop we could write in torch: no autograd, one product a layer for all steps, arrays made once and written in place. Images have
their channels last, in which torch's convolutions are fastest.
"""

import torch
import torch.nn.functional as F
from exchange import serve


class Layer:
    def __init__(self, task, index):
        shape = (task.steps, task.batch, task.sizes[index + 1])
        self.steps, self.beta, self.surrogate = task.steps, task.beta, task.surrogate
        self.weight, self.bias = task.weights[index].clone(), task.biases[index].clone()
        self.matrix = task.matrices[index]
        self.current, self.membrane, self.spikes, self.error, self.height = (torch.empty(shape) for _ in range(5))
        self.parameters = [p for p in (self.weight, self.bias, self.matrix) if p is not None]
        for parameter in self.parameters:
            parameter.grad = torch.empty_like(parameter)
        self.below = torch.empty(task.steps, task.batch, task.sizes[index]) if index > 0 else None

    def product(self, rows, current):
        torch.addmm(self.bias, rows, self.weight, out=current)

    def gradients(self, rows, error):
        torch.mm(rows.t(), error, out=self.weight.grad)
        torch.sum(error, 0, out=self.bias.grad)

    def back(self, error):
        torch.mm(error.flatten(0, 1), self.weight.t(), out=self.below.flatten(0, 1))

    def weight_gradient(self):
        return self.weight.grad

    def forward(self, given):
        self.given = given
        current = self.current if len(given) > 1 else self.current[:1]
        self.product(given.flatten(0, 1), current.flatten(0, 1))
        for t in range(self.steps):
            membrane = self.membrane[t]
            if t == 0:
                membrane.copy_(current[0])
            else:
                now = current[t if len(given) > 1 else 0]
                if self.matrix is not None:
                    now.addmm_(self.spikes[t - 1], self.matrix)
                torch.mul(self.membrane[t - 1], self.beta, out=membrane)
                membrane.add_(now).sub_(self.spikes[t - 1])
            torch.gt(membrane, 1, out=self.spikes[t])
        return self.spikes

    def backward(self, signal):
        """`signal`: the adjoint of the spikes, [T, B, N] or [1, B, N]."""
        params, height, error = self.surrogate["params"], self.height, self.error
        torch.sub(self.membrane, 1, out=height).abs_()
        if self.surrogate["name"] == "fastSigmoid":
            height.mul_(params["slope"]).add_(1).square_()
            torch.div(signal, height, out=error)
        else:
            torch.mul(signal, height.lt_(params["width"]), out=error)
        if self.matrix is not None:
            # What a spike does later is not known yet: it comes in step by step, times the slope.
            later = height.reciprocal_() if self.surrogate["name"] == "fastSigmoid" else height
        for t in range(self.steps - 2, -1, -1):
            if self.matrix is not None:
                error[t].addcmul_(torch.mm(error[t + 1], self.matrix.t()), later[t])
            error[t].add_(error[t + 1], alpha=self.beta)
        summed = error if len(self.given) > 1 else error.sum(0, keepdim=True)
        self.gradients(self.given.flatten(0, 1), summed.flatten(0, 1))
        if self.matrix is not None:
            torch.mm(self.spikes[:-1].flatten(0, 1).t(), error[1:].flatten(0, 1), out=self.matrix.grad)
        if self.below is not None:
            self.back(error)
        return self.below


class Convolution(Layer):
    """Sums over windows of a convolution, for the images of all steps at once."""

    def __init__(self, task, index):
        super().__init__(task, index)
        layer = task.layers[index]
        *_, self.channels = layer.came
        self.came, self.shape, self.pool, self.kernel = layer.came, layer.shape, layer.pool, layer.kernel
        kernels = self.weight.view(self.kernel, self.kernel, self.channels, layer.units).permute(3, 2, 0, 1)
        self.weight = kernels.contiguous(memory_format=torch.channels_last)
        self.weight.grad = torch.empty_like(self.weight)
        self.parameters = [self.weight, self.bias]

    def product(self, rows, current):
        self.images = rows.view(-1, *self.came).permute(0, 3, 1, 2)
        made = F.avg_pool2d(F.conv2d(self.images, self.weight, self.bias), self.pool, divisor_override=1)
        current.view(-1, *self.shape).copy_(made.permute(0, 2, 3, 1))

    def gradients(self, rows, error):
        error = error.view(-1, *self.shape).permute(0, 3, 1, 2)
        # Every place of a window has a bias; torch's own sum over all places is less exact.
        torch.sum(error, (0, 2, 3), out=self.bias.grad).mul_(self.pool**2)
        error = F.interpolate(error, scale_factor=self.pool, mode="nearest") if self.pool > 1 else error
        wanted = [self.below is not None, True, False]
        below, weight, _ = torch.ops.aten.convolution_backward(
            error, self.images, self.weight, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, wanted
        )
        self.weight.grad.copy_(weight)
        if self.below is not None:
            self.below = below.permute(0, 2, 3, 1).reshape(self.below.shape)

    def back(self, error):
        """torch finds what goes below together with the gradients."""

    def weight_gradient(self):
        return self.weight.grad.permute(2, 3, 1, 0).reshape(-1, len(self.bias))


class Side:
    def __init__(self, task):
        self.task = task
        self.layers = [(Convolution if layer.kernel else Layer)(task, i) for i, layer in enumerate(task.layers)]
        parameters = [p for layer in self.layers for p in layer.parameters]
        self.optimizer = torch.optim.Adam(parameters, lr=task.rate, fused=True)
        shape = (task.steps, task.batch, task.sizes[0])
        self.random, self.encoded = torch.empty(shape), torch.empty(shape)

    def encode(self, images):
        if self.task.probability is None:
            return images[None]
        return torch.lt(self.random.uniform_(), images * self.task.probability, out=self.encoded)

    def gradients(self, given, labels):
        with torch.no_grad():
            for layer in self.layers:
                given = layer.forward(given)
            signal = torch.softmax(given.sum(0), 1)
            signal[torch.arange(len(labels)), labels] -= 1
            signal = (signal / len(labels))[None]
            for layer in reversed(self.layers):
                signal = layer.backward(signal)

    def train(self, given, labels):
        self.gradients(given, labels)
        self.optimizer.step()

    def check(self, given, labels):
        self.gradients(given, labels)
        layers = self.layers
        weights = [layer.weight_gradient() for layer in layers]
        matrices = [None if layer.matrix is None else layer.matrix.grad for layer in layers]
        return [layer.spikes for layer in layers], weights, [layer.bias.grad for layer in layers], matrices


if __name__ == "__main__":
    serve(Side, f"torch {torch.__version__}")
