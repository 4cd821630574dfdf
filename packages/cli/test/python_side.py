"""Python's own reader and writer of safetensors, for python.test.ts: read FILE, write FILE VALUES-BY-TYPE, copy FILE FILE."""

import json
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file


def load(path):
    with safe_open(path, framework="numpy") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


command, path = sys.argv[1:3]
if command == "read":
    tensors, metadata = load(path)
    described = {
        name: {"dtype": str(array.dtype), "shape": array.shape, "values": array.ravel().tolist()}
        for name, array in tensors.items()
    }
    json.dump({"metadata": metadata, "tensors": described}, sys.stdout)
elif command == "write":
    odd = [0.1, -0.0, numpy.inf, -numpy.inf, numpy.nan, 1e-45, 3.4028235e38]
    tensors = {
        "odd": numpy.array(odd, dtype=numpy.float32),
        "matrix": numpy.arange(6, dtype=numpy.float64).reshape(2, 3) / 3,
        "scalar": numpy.array(2.5, dtype=numpy.float32),
        "none": numpy.zeros((0, 4), dtype=numpy.float32),
        "Gewicht é/\u03b2": numpy.array([1.5], dtype=numpy.float64),
        **{kind: numpy.array(values, dtype=kind) for kind, values in json.loads(sys.argv[3]).items()},
    }
    save_file(tensors, path, metadata={"written by": "Python", "β": "β"})
elif command == "copy":
    tensors, metadata = load(path)
    save_file(tensors, sys.argv[3], metadata=metadata)
