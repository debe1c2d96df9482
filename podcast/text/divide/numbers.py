"""The type of the arrays that the modules of this package pass to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# One number for each sentence: shape (sentences,). A table has shape (sentences, signs).
Numbers = NDArray[np.float64]
