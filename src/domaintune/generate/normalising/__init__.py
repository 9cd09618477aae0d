"""From a teacher's reply to the answer of a training row, one module a shape."""
