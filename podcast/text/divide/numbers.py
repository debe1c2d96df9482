"""The type of the arrays that these modules hand to each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# One number for each sentence, shape (sentences,); in a table one row for each, (sentences, signs).
Numbers = NDArray[np.float64]
