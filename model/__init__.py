"""r1-omni's network, its perception, and how it runs.

The runtime half of this package needs numpy, onnxruntime, ai-edge-litert, OpenCV and PyAV; only
`model.network` needs torch, and nothing in the runtime half imports it.
"""

import os

# onnxruntime >= 1.29 sends usage events and writes a device id; only this variable, set before its
# first import, stops both. Reads from a vanished V4L2 camera otherwise block for ten seconds.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "2")
# TRL tells huggingface.co what is being trained; this is read when huggingface_hub is imported.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
# How many threads numpy multiplies with decides its last bits, on AMD's processors at least: a clip
# is told the same in the window and by a command. Its own threads would be busy between products.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
