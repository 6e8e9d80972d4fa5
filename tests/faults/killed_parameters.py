"""Kill processes that save parameters over old ones; then load. Started by `test_killed.py`."""

import sys
from pathlib import Path

import killing
import numpy as np

import jaxdigits as jd

path = Path(sys.argv[1], "saved")
TEMPLATE = np.zeros(20_000, np.float32)

killing.kill_while_replacing(
    write=lambda numbers: jd.save_params(path, np.asarray(numbers, np.float32)),
    read=lambda: jd.load_params(path, TEMPLATE).tolist(),
    old=[1.0] * 20_000,
    new=[2.0] * 20_000,
    sizes=(10_000,),
)
